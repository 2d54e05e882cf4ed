from __future__ import annotations

import numpy as np
import pytest

from grader.audit import audit
from grader.engine import grade
from grader.errors import RubricError
from grader.following.sheet import sheets
from grader.problems import solve
from grader.rubric import parse_rubric
from grader.submission import Submission
from grader.variants import VariantError, vary
from tests.variants.cases import TEXT, classes, exact_answers

NAMES = [f"student {number}" for number in range(50)]


def test_a_variant_has_the_numbers_of_its_name_and_the_version_of_its_rubric() -> None:
    one, again, other = vary(classes(), "ann"), vary(classes(), "ann"), vary(classes(), "ben")
    assert one.problems["net"].given == again.problems["net"].given != other.problems["net"].given
    assert one.version == other.version == classes().version
    assert one.rubric is other.rubric is classes()


def test_a_student_keeps_their_numbers_whatever_is_renewed() -> None:
    # Drawn once and written down here: a change of them would change a homework under its students' hands.
    assert vary(classes(), "ann").problems["net"].given == {
        "x": ("-0.4", "-0.9", "-1.0"),
        "W": (("-0.3", "0.0", "0.8"), ("0.2", "0.8", "-0.3")),
        "t": ("1", "0"),
    }


@pytest.mark.parametrize("name", NAMES[:20])
def test_every_variant_meets_the_conditions(name: str) -> None:
    solved = solve(vary(classes(), name).problems["net"])
    a, p = solved.values.computed["a"], solved.values.computed["p"]
    assert (np.abs(a) > 0.05).all()
    assert ((p > 0.1) & (p < 0.9)).all()
    assert (solved.inputs["x"] != 0.0).all()


def test_numbers_are_computed_with_as_they_are_printed() -> None:
    problem = vary(classes(), "ann").problems["net"]
    assert problem.arrays["W"].tolist() == [[float(text) for text in row] for row in problem.given["W"]]
    assert all(len(text.partition(".")[2]) == 1 for row in problem.given["W"] for text in row)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_to_a_variant_earn_everything_there(name: str) -> None:
    report = grade(Submission(answers=exact_answers(vary(classes(), name))), classes(), name)
    assert (report.score, report.variant) == (report.max_score, name)


def test_right_answers_to_another_variant_do_not() -> None:
    report = grade(Submission(answers=exact_answers(vary(classes(), "ann"))), classes(), "ben")
    assert report.score < report.max_score


def test_a_report_names_its_variant_only_where_there_is_one() -> None:
    nothing = Submission(answers={})
    assert "variant" not in grade(nothing, classes()).model_dump(mode="json")
    assert grade(nothing, classes(), "ann").model_dump(mode="json")["variant"] == "ann"


def test_a_homework_without_variants_is_the_same_for_everybody() -> None:
    plain = parse_rubric(TEXT.replace("    variants:", "    #"))
    assert vary(plain, "ann") is plain
    assert grade(Submission(answers={}), plain, "ann").variant is None


def test_an_audit_is_about_the_variant_that_is_named() -> None:
    key = Submission(answers=exact_answers(vary(classes(), "ann")))
    assert {figure.verdict for figure in audit(key, classes(), "ann").figures} == {"right"}
    assert {figure.verdict for figure in audit(key, classes()).figures} != {"right"}


def test_what_rests_on_structure_is_worked_out_once_for_all_variants() -> None:
    plans = {id(sheets(vary(classes(), name))["net"].plan) for name in ("", *NAMES[:5])}
    assert plans == {id(sheets(classes())["net"].plan)}


def test_a_seed_whose_own_numbers_fail_is_told_with_seeds_that_would_do() -> None:
    with pytest.raises(RubricError, match=r"seed 7, fail .*; seed: \d+, \d+, \d+ would do"):
        parse_rubric(TEXT.replace("seed: 3", "seed: 7"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("abs(a) > 0.05", "abs(a) > 10", r"0 of 1024 draws meet all conditions .*`abs\(a\) > 10`: 0"),
        ("abs(a) > 0.05", "abs(b) > 1", r"'b' is not a name"),
        ("abs(a) > 0.05", "abs(a)", r"a condition is two sides"),
        ("abs(a) > 0.05", "a = 1", r"a condition is two sides"),
        ("from: [x, W, t]", "from: [x, w]", r"unknown drawn input 'w'"),
        ("decimals: 1, nonzero", "decimals: 0, digits", r"unknown key 'digits'"),
        ("range: [-1, 1], decimals: 1, n", "range: [-1, 1.25], decimals: 1, n", r"more than 1 decimals"),
        ("range: [-1, 1], decimals: 1, n", "range: [1, -1], decimals: 1, n", r"from the least number to the greatest"),
        ("[[1, 0], [0, 1]]", "[[1, 0], [0]]", r"all of one length"),
        ("[[1, 0], [0, 1]]", "[]", r"give either `range`"),
        ("shape: [2, 3]", "shape: [200, 300]", r"at most 10000 numbers"),
    ],
)
def test_what_is_wrong_in_draws_and_conditions_is_told(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(RubricError, match=told):
        parse_rubric(TEXT.replace(old, new, 1))


def test_a_condition_may_be_about_gradients() -> None:
    parse_rubric(TEXT.replace("abs(a) > 0.05", "abs(grad_a) < 2"))
    with pytest.raises(RubricError, match="0 of 1024"):
        parse_rubric(TEXT.replace("abs(a) > 0.05", "abs(grad_a) > 2"))


def test_a_variant_that_no_draw_gives_is_an_error_and_no_endless_search() -> None:
    problem = classes().problems["net"]
    variants = problem.variants.model_copy(update={"conditions": ("abs(a) > 10",)}) if problem.variants else None
    impossible = problem.model_copy(update={"variants": variants})
    with pytest.raises(VariantError, match="none of 2048 draws"):
        vary(classes().model_copy(update={"problems": {"net": impossible}}), "ann")
