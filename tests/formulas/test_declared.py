"""Formulas for homeworks that declare their graphs, as graded by hand."""

from collections.abc import Mapping
from typing import Any

import pytest

from grader.assignment import Assignment, Problem
from grader.engine import grade
from grader.formulas.settings import setting_of
from grader.items.shown import shown_faults
from grader.report import ItemResult, Verdict
from grader.submission import Submission
from tests.formulas.declared import RIGHT, WRONG, homework, identifier


def result(key: str, formula: str) -> ItemResult:
    return grade(Submission(answers={identifier(key): formula}), homework(key)).items[0]


@pytest.mark.parametrize(("key", "formula"), [(key, one) for key in RIGHT for one in RIGHT[key]])
def test_a_right_form_is_right_in_any_notation(key: str, formula: str) -> None:
    found = result(key, formula)
    assert found.verdict is Verdict.CORRECT, found.feedback


@pytest.mark.parametrize(("key", "formula"), [(key, one) for key in WRONG for one in WRONG[key]])
def test_a_wrong_form_does_not_earn_all_points(key: str, formula: str) -> None:
    found = result(key, formula)
    assert found.verdict not in {Verdict.CORRECT, Verdict.FOLLOW_THROUGH, Verdict.UNREADABLE}, found.feedback
    assert found.points is not None
    assert found.points < found.max_points


def graded(answers: Mapping[str, str], *keys: str) -> Mapping[str, ItemResult]:
    report = grade(Submission(answers={identifier(key): text for key, text in answers.items()}), homework(*keys))
    return {key: item for key, item in zip(keys, report.items, strict=True) if key in answers}


def test_a_slip_on_the_way_back_is_named_and_paid_once() -> None:
    answers = {
        "rnn d_h_1": r"U^T V^T (y - t)",
        "scalars d_w3": "(out_o1 - t1)*out_h1",
        "scalars d_w1": r"(out_o1 - t1) w_3 out_{h1} (1 - out_{h1}) i_1",
    }
    found = graded(answers, *answers)
    assert [item.verdict.value for item in found.values()] == ["minor_mistake", "minor_mistake", "follow_through"]
    assert "h_2" in found["rnn d_h_1"].feedback
    assert "out_o1" in found["scalars d_w3"].feedback


def test_an_own_formula_for_a_gradient_is_followed_into_an_update() -> None:
    answers = {
        "classifier d_z": "(p - t) p",
        "classifier d_V": "((p - t) p) h^T",
        "scalars d_w1": "d_net_h1 * i1 * i1",
        "scalars w1_new": "w1 - eta * d_net_h1 * i1 * i1",
    }
    found = [item.verdict.value for item in graded(answers, *answers).values()]
    assert found == ["incorrect", "follow_through", "incorrect", "follow_through"]


@pytest.mark.parametrize(
    ("key", "formula", "told"),
    [
        ("classifier d_z", r"\delta", "the gradient by z itself"),
        ("classifier delta", r"\nabla z", "the gradient by z itself"),
        ("classifier d_z", r"\nabla a", "computed from what is asked for"),
        ("classifier h", r"V^T \nabla z", "computed from what is asked for"),
        ("classifier d_W", "W - W_new", "computed from what is asked for"),
        ("classifier W_new", "W_new", "uses W_new itself"),
        ("classifier d_z", r"\frac{\partial L}{\partial z}", "the gradient by z itself"),
        ("classifier d_W", r"\frac{\partial z}{\partial W} \nabla z", "more than one step"),
    ],
)
def test_an_answer_in_a_circle_is_none(key: str, formula: str, told: str) -> None:
    found = result(key, formula)
    assert found.verdict is Verdict.NOT_WORKED_OUT
    assert told in found.feedback


def asked(problem: Mapping[str, Any], answers: Mapping[str, str], **item: Any) -> list[ItemResult]:
    """Grade formulas for a problem's items `value_of` or `d_` gradients, with further keys for each item."""
    items = [
        {
            "id": f"item{number}",
            "kind": "formula",
            "points": 1,
            "prompt": "A formula.",
            "problem": "net",
            "gradient_of" if name.startswith("d_") else "value_of": name.removeprefix("d_"),
            "shown": answer,
            **item,
        }
        for number, (name, answer) in enumerate(answers.items())
    ]
    values = homework("classifier h").values.model_dump()
    given = {"id": "one", "title": "One", "values": values, "problems": {"net": {"title": "net", **problem}}}
    assignment = Assignment.model_validate({**given, "items": items})
    texts = {f"item{number}": answer for number, answer in enumerate(answers.values())}
    return list(grade(Submission(answers=texts), assignment).items)


RELU = {
    "inputs": {"x": [1.0, 2.0], "W": [[1.0, -2.0], [0.5, 1.0]]},
    "nodes": {"h": "relu(W x)", "L": "sum(h * h)"},
    "loss": "L",
}


def test_a_gate_with_no_bias_to_move_is_seen_on_both_sides_or_open_as_the_item_says() -> None:
    lost = {"d_W": r"2 h x^T", "d_x": r"2 W^T W x"}
    assert [item.verdict.value for item in asked(RELU, lost)] == ["correct", "incorrect"]
    assert [item.verdict.value for item in asked(RELU, lost, holds="open")] == ["correct", "correct"]


def test_one_entry_can_be_asked_and_entries_by_numbers_count_from_0() -> None:
    right = {"h": "relu(W[1][0] x[0] + W[1][1] x[1])"}
    assert asked(RELU, right, entry=[1])[0].verdict is Verdict.CORRECT
    assert asked(RELU, right, entry=[0])[0].verdict is Verdict.INCORRECT
    assert asked(RELU, {"h": r"\max(0, \sum_j W_{1j} x_j)"}, entry=[1])[0].verdict is not Verdict.INCORRECT


def test_targets_that_add_up_to_one_are_drawn_so_also_as_scalars() -> None:
    inputs = {"a": 0.2, "b": -0.4, "y1": 1.0, "y2": 0.0}
    nodes = {"p1": "exp(a)/(exp(a)+exp(b))", "p2": "exp(b)/(exp(a)+exp(b))", "L": "-(y1*log(p1) + y2*log(p2))"}
    scalars = {"inputs": inputs, "nodes": nodes, "loss": "L"}
    assert asked(scalars, {"d_a": "p_1 - y_1"})[0].verdict is Verdict.CORRECT
    assert asked(scalars, {"d_a": "(p_1 - y_1) (1 + y_2)"})[0].verdict is Verdict.INCORRECT


def test_a_problem_is_drawn_where_its_roots_and_logarithms_are_numbers() -> None:
    nodes = {"L": "log(1 - p) + sqrt(v) + q"}
    problem = {"inputs": {"p": 0.4, "v": 2.0, "q": 1.0}, "nodes": nodes, "loss": "L"}
    answers = {"d_p": r"-\frac{1}{1 - p}", "d_v": r"\frac{1}{2 \sqrt{v}}", "L": r"\log(1 - p) + v^{0.5} + q"}
    assert {item.verdict for item in asked(problem, answers)} == {Verdict.CORRECT}
    assert asked(problem, {"L": r"\log(1 - p) + v^{0.5} + |q|"})[0].verdict is Verdict.INCORRECT


def test_a_number_for_a_size_means_the_homework_s_own() -> None:
    mean = {"inputs": {"x": [1.0, 2.0, 4.0, 8.0]}, "nodes": {"L": "mean(x * x)"}, "loss": "L"}
    assert asked(mean, {"L": r"\frac{1}{4} x^T x"})[0].verdict is Verdict.CORRECT
    assert asked(mean, {"L": r"\frac{1}{3} x^T x"})[0].verdict is Verdict.INCORRECT
    shaped = {"inputs": {"x": [1.0, 2.0, 4.0, 8.0]}, "nodes": {"A": "reshape(x, 2, 2)"}}
    assert asked(shaped, {"A": "x.reshape(2, 2)"})[0].verdict is Verdict.CORRECT
    assert asked(shaped, {"A": "2 x.reshape(2, 2)"})[0].verdict is Verdict.INCORRECT


def test_homeworks_that_differ_in_numbers_only_share_their_sample_points() -> None:
    other = {**RELU, "inputs": {"x": [3.0, -1.0], "W": [[0.1, 0.2], [0.3, 0.4]]}}
    one, two = (Problem.model_validate({"title": "net", **problem}) for problem in (RELU, other))
    assert setting_of(one) is setting_of(two)


def test_an_author_is_told_of_a_shown_formula_that_is_not_right() -> None:
    assert [*shown_faults(homework())] == []
    one = homework("classifier d_z")
    wrong, unread = (
        one.model_copy(update={"items": (one.items[0].model_copy(update={"shown": text}),)})
        for text in ("t - p", "p - s")
    )
    ((path, told),) = shown_faults(wrong)
    assert path == ("items", 0, "shown")
    assert "the sign is turned" in told
    assert "is not a quantity" in next(shown_faults(unread))[1]


def test_a_shown_formula_that_can_not_be_read_costs_a_student_nothing() -> None:
    one = homework("classifier d_z")
    unread = one.model_copy(update={"items": (one.items[0].model_copy(update={"shown": "p - s"}),)})
    found = grade(Submission(answers={identifier("classifier d_z"): "t - p"}), unread).items[0]
    assert found.verdict is Verdict.MINOR_MISTAKE


LAYERS = {
    "inputs": {"X": [[0.5, -0.2]], "W": [[0.1, 0.3, -0.4], [0.2, -0.5, 0.6]], "Y": [[0.0, 1.0, 0.0]]},
    "nodes": {"z1": "X W", "a1": r"\text{softmax}(z1)", "L": "-sum(Y * log(a1))"},
    "loss": "L",
    "symbols": {"a1": {"also": ["a^{(1)}"]}, "z1": {"also": ["z^{(1)}"]}},
}


def test_superscripts_in_brackets_are_part_of_names_and_indices_stand_beside_them() -> None:
    assert asked(LAYERS, {"d_z1": "a^{(1)} - Y"})[0].verdict is Verdict.CORRECT
    indexed = r"\nabla W_{ij} = X_i \frac{\partial L}{\partial z^{(1)}_j}"
    assert asked(LAYERS, {"d_W": indexed})[0].verdict is Verdict.CORRECT
    turned = r"\nabla W_{ij} = X_i \frac{\partial L}{\partial z^{(1)}_i}"
    assert asked(LAYERS, {"d_W": turned})[0].verdict is not Verdict.CORRECT


def test_an_index_of_a_matrix_with_one_row_counts_along_the_row() -> None:
    assert asked(LAYERS, {"a1": r"\frac{e^{z1}}{\sum_j e^{z1_j}}"})[0].verdict is Verdict.CORRECT
    assert asked(LAYERS, {"a1": r"\frac{e^{z1}}{\sum_j z1_j}"})[0].verdict is Verdict.INCORRECT
