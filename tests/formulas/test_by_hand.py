"""Every formula of `cases`, as graded by hand; the samples' and the published solution's formulas; and what is said."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.engine import grade
from grader.report import GradeReport, ItemResult, Verdict
from grader.submission import Submission, read_submission
from tests.formulas.cases import RIGHT, WRONG
from tests.homework6 import ROOT, SAMPLES, hw6

POINTS = {item.id: item.points for item in hw6().items}


def graded(answers: Mapping[str, object]) -> GradeReport:
    return grade(Submission(answers=answers), hw6())


def result(item: str, answers: Mapping[str, object] | str) -> ItemResult:
    report = graded({item: answers} if isinstance(answers, str) else answers)
    return next(one for one in report.items if one.id == item)


@pytest.mark.parametrize(("item", "formula"), [(item, one) for item in RIGHT for one in RIGHT[item]])
def test_a_right_form_is_right_in_any_notation(item: str, formula: str) -> None:
    found = result(item, formula)
    assert (found.verdict, found.points) == (Verdict.CORRECT, POINTS[item]), found.feedback


@pytest.mark.parametrize(("item", "formula", "points"), [(i, one, points) for i in WRONG for one, points in WRONG[i]])
def test_a_wrong_form_has_its_points_by_hand(item: str, formula: str, points: float) -> None:
    found = result(item, formula)
    assert found.points is not None
    assert float(found.points) == points, found.feedback
    assert found.verdict is not Verdict.CORRECT


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_formula_item_has_its_hand_graded_points(path: Path) -> None:
    case = json.loads(path.read_text())
    report = graded({key: answer for key, answer in case["answers"].items() if key.endswith(".formula")})
    found = {item.id: float(item.points or 0) for item in report.items if item.id.endswith(".formula")}
    assert found == {key: float(points) for key, points in case["expected"].items() if key.endswith(".formula")}


def test_the_published_formulas_earn_all_points_and_the_wrong_member_in_between_is_told() -> None:
    text = (ROOT / "rubrics" / "hw6" / "published.yaml").read_text()
    report = grade(read_submission(text, hw6().answer_ids, syntax="yaml"), hw6())
    formulas = {item.id: item for item in report.items if item.id.endswith(".formula")}
    assert {item.points for item in formulas.values()} == {POINTS[item] for item in formulas}
    assert sum(item.points or 0 for item in formulas.values()) == 29
    assert "in between is not equal" in formulas["p2.w2.formula"].feedback


LOST = {
    "p2.h.formula": "2(x'_j - x_j) w_2",
    "p2.w2.formula": r"\sum_{i=1}^N 2(x'_i - x_i) h_i",
    "p2.w1.formula": r"2 \sum_{i=1}^N \frac{\partial h_i}{\partial w_1} (x'_i - x_i) w_2",
}


def test_a_slip_in_a_quantity_that_is_not_asked_for_is_paid_once() -> None:
    report = graded({"p2.x.formula": "2(x'_j - x_j)", **LOST})
    verdicts = [item.verdict.value for item in report.items if item.id.startswith("p2")]
    assert verdicts == ["correct", "minor_mistake", "follow_through", "follow_through"]


def test_an_own_formula_is_followed_from_where_it_depends_on_all_that_it_should() -> None:
    wrong = "4(x'_j - x_j)"
    rest = {
        "p2.h.formula": "4(x'_j - x_j) x'_j (1 - x'_j) w_2",
        "p2.w2.formula": r"\sum_{i=1}^N 4(x'_i - x_i) x'_i (1 - x'_i) h_i",
    }
    found = [item.verdict.value for item in graded({"p2.x.formula": wrong, **rest}).items if item.id.startswith("p2")]
    assert found == ["minor_mistake", "follow_through", "follow_through", "missing"]
    poor = [
        item.verdict.value for item in graded({"p2.x.formula": "x_j", "p2.h.formula": "x_j x'_j (1-x'_j) w_2"}).items
    ]
    assert "follow_through" not in poor


def test_each_wrong_formula_leaves_the_right_ones_of_all_other_items_alone() -> None:
    right = {item: forms[0] for item, forms in RIGHT.items()}
    for item, wrong in WRONG.items():
        for formula, _ in wrong:
            found = {one.id: one for one in graded({**right, item: formula}).items if one.id.endswith(".formula")}
            others = {one.verdict for name, one in found.items() if name != item}
            assert others <= {Verdict.CORRECT, Verdict.FOLLOW_THROUGH}, formula


def test_a_sign_is_paid_once_in_items_of_one_point_too() -> None:
    report = graded(
        {
            "p1.backward.y.formula": "-(1 - p) w_2",
            "p1.backward.h2.formula": r"-\text{reshape}((1 - p) w_2)",
        }
    )
    found = {item.id: item.verdict.value for item in report.items if item.points is not None}
    assert found["p1.backward.y.formula"] == "incorrect"
    assert found["p1.backward.h2.formula"] == "follow_through"


def test_the_feedback_says_what_was_read_and_where_it_differs() -> None:
    found = result("p1.forward.h0.formula", "ReLU(w_0^T z - b_0)")
    assert r"Read as \mathrm{ReLU}" in found.feedback
    assert found.evidence is not None
    lost = result("p1.forward.h0.formula", "ReLU(w_0^T z)")
    assert "b_0 is left out" in lost.feedback
    none = result("p2.h.formula", "x_j + h_j")
    assert "has the shape of what is asked" in none.feedback


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("ReLU(w_3^T z + b_0)", "did you mean"),
        ("ReLU(w_0^T z + b_0", "expected"),
        ("relu(w_0^T z + b_0))", "got"),
        ("foo(z)", "foo"),
        ("", "handed in"),
        ("h_0 = ", "expected"),
    ],
)
def test_what_can_not_be_read_costs_only_itself_and_says_where(formula: str, message: str) -> None:
    found = result("p1.forward.h0.formula", formula)
    assert found.verdict in {Verdict.UNREADABLE, Verdict.MISSING}
    assert found.points == 0
    assert message in found.feedback


@pytest.mark.parametrize("answer", [("a", "b"), {"x": "y"}, True])
def test_an_answer_that_is_no_text_is_unreadable(answer: object) -> None:
    assert result("p1.forward.h0.formula", {"p1.forward.h0.formula": answer}).verdict is Verdict.UNREADABLE
