import json
from pathlib import Path
from typing import Any

import pytest

from grader.audit import audit
from grader.drafts import DraftError, draft
from grader.rubric import parse_rubric
from grader.submission import read_submission

EXAMPLE = (Path(__file__).parent / "example.json").read_text()


def edited(**changes: Any) -> str:
    return json.dumps({**json.loads(EXAMPLE), **changes})


def test_a_drafted_rubric_is_sound_and_its_items_stand_in_the_order_of_computation() -> None:
    assignment = parse_rubric(draft(EXAMPLE).rubric)
    assert assignment.answer_ids == ("a", "h", "E", "d_y", "delta", "d_W[0][1]", "v_new", "W_new", "E_new")
    assert assignment.problems["net"].same == {"delta": "grad_a"}
    assert assignment.max_score == 9


def test_a_drafted_key_holds_the_figures_digit_by_digit() -> None:
    drafted = draft(EXAMPLE)
    key = read_submission(drafted.key, parse_rubric(drafted.rubric).answer_ids, syntax="yaml", bare=True)
    assert key.answers["h"] == ("0.0000",)
    assert key.answers["d_W[0][1]"] == "0.375"


def test_the_key_of_a_right_example_is_right() -> None:
    drafted = draft(EXAMPLE)
    assignment = parse_rubric(drafted.rubric)
    found = audit(read_submission(drafted.key, assignment.answer_ids, syntax="yaml", bare=True), assignment)
    assert {figure.key: figure.verdict.value for figure in found.figures if figure.verdict.value != "right"} == {}
    assert found.score == found.max_score


def test_inputs_and_a_graph_are_enough() -> None:
    little = {key: value for key, value in json.loads(EXAMPLE).items() if key in {"inputs", "graph"}}
    drafted = draft(json.dumps(little))
    assignment = parse_rubric(drafted.rubric)
    assert assignment.answer_ids == ("a", "h", "y", "E")
    assert read_submission(drafted.key, assignment.answer_ids, syntax="yaml", bare=True).answers == {}


def test_a_chain_that_is_not_the_gradient_it_is_said_to_be_is_kept_as_a_quantity() -> None:
    wrong = edited(backward=[{"name": "delta", "formula": "(y - t)*v"}], backward_is={"delta": "d_y"})
    assert parse_rubric(draft(wrong).rubric).problems["net"].same == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "this is not JSON"),
        ("[]", "the example: "),
        (edited(inputs=None), "inputs: "),
        (edited(graph=[]), "graph: "),
        (edited(graph=[{"name": "a", "formula": "W @ q"}], published={"a": "1"}), "'q' is not a name in this problem"),
        (edited(published={"q": "1"}), "published: 'q': none of the quantities of the example"),
        (
            edited(published={"a[x]": "1"}),
            "'a[x]': none of the quantities of the example, nor `d_` and one of them, nor an entry like H[0]",
        ),
        (edited(published={"h[5]": "1"}), "'h' has no entry [5]: it is a list of 1 number, counted from 0"),
        (edited(published={"d_t2": "1"}), "nor `d_` and one of them"),
        (edited(loss_node=None), "there is no gradient by"),
        (edited(derived=[{"name": "q", "formula": "a"}]), 'derived: expected an object, {"name": ...}'),
        (edited(graph={"a": "W x"}), "graph: expected a list, [...]"),
        ('{"x": ' + '"' + "x" * 1_000_001 + '"}', "at most 1000000 are read"),
    ],
)
def test_an_example_that_can_not_be_drafted_from_is_told_why(text: str, told: str) -> None:
    with pytest.raises(DraftError) as caught:
        draft(text)
    assert told in str(caught.value)


def test_figures_that_nothing_can_be_asked_for_by_are_left_out_and_told() -> None:
    drafted = draft(edited(published={"h": ["0.5"], "q": "1", "h[5]": "1", "d_t2": "1"}))
    assert parse_rubric(drafted.rubric).answer_ids == ("h",)
    assert "# Left out: q: none of the quantities of the example" in drafted.rubric
    assert "# Left out: h[5]: 'h' has no entry [5]" in drafted.rubric
    assert drafted.key.splitlines()[1:] == ["h: [0.5]"]


def test_greek_names_are_ids_as_they_are_and_other_signs_are_replaced() -> None:
    example = {"inputs": {"x": 1.0}, "graph": [{"name": "δ_1", "formula": "2*x"}, {"name": "ŷ", "formula": "δ_1 + 1"}]}
    drafted = draft(json.dumps({**example, "id": "δ rule", "published": {"δ_1": "2.0", "ŷ": "3.0"}}))
    assignment = parse_rubric(drafted.rubric)
    assert (assignment.id, assignment.answer_ids) == ("q___rule", ("δ_1", "ŷ"))
    found = audit(read_submission(drafted.key, assignment.answer_ids, syntax="yaml", bare=True), assignment)
    assert [(figure.key, figure.verdict.value) for figure in found.figures] == [("δ_1", "right"), ("ŷ", "right")]
