"""What the benches measure is right, whatever the time it takes."""

import numpy as np
import pytest

from app.runner.line import Ticket, Urgency
from bench import derivations, fairness, formulas, grading, torch_gradients, torch_operations, variants
from bench.pairs import DIFFERENT, SAME
from grader.engine import grade
from grader.equality.general import equal
from grader.report import Verdict
from grader.submission import Submission, read_submission
from reference.ops import TABLE
from tests.homework6 import hw6, value_points


def test_the_pairs_are_labelled_rightly_and_none_is_wrongly_accepted() -> None:
    assert len(SAME) + len(DIFFERENT) >= 100
    assert {equal({"a": a, "b": b})["verdict"] for a, b in SAME} == {"same"}
    assert {equal({"a": a, "b": b})["verdict"] for a, b in DIFFERENT} == {"different"}


def test_the_submissions_are_as_wrong_as_their_names_say() -> None:
    cases = grading.cases().items()
    points = {name: value_points(grade(Submission(answers=answers), hw6())) for name, answers in cases}
    assert points["right"] == 11
    assert points["one slip, followed"] == 10
    assert points["one misreading, followed"] == 9
    assert points["two misreadings, followed"] == 7
    assert points["three mistakes"] == 6


def test_new_texts_of_formulas_are_as_right_as_the_old() -> None:
    for number in (0, 1, 7):
        report = grade(Submission(answers=formulas.formulas(number)), hw6())
        results = [item for item in report.items if item.id.endswith(".formula")]
        assert {item.verdict for item in results} == {Verdict.CORRECT}


def test_a_whole_submission_is_right_with_new_texts_too() -> None:
    for number in (0, 3):
        assert grade(derivations.whole(number), hw6()).score == 60


def test_a_slow_answer_costs_all_that_an_answer_may_and_its_text_is_new() -> None:
    assert fairness.slow(1) != fairness.slow(2)
    report = grade(read_submission(fairness.slow(1), hw6().answer_ids, syntax="json"), hw6())
    assert Verdict.UNDECIDED in {item.verdict for item in report.items}


def test_the_line_that_is_measured_against_is_first_come_first_served() -> None:
    line = fairness.FirstCome(1)
    tickets = [Ticket(number, whose, Urgency.INTERACTIVE) for number, whose in enumerate("aab")]
    for ticket in tickets:
        line.put(ticket)
    assert [line.take() for _ in range(4)] == [*tickets, None]


def test_every_operation_has_its_peer_in_pytorch() -> None:
    assert torch_operations.PEERS.keys() == TABLE.keys()


def test_the_gap_is_relative_and_infinite_between_shapes() -> None:
    assert torch_gradients.gap(np.array([1.0, 100.0]), np.array([1.1, 100.0])) == pytest.approx(1e-3)
    assert torch_gradients.gap(np.zeros(2), np.zeros((1, 2))) == float("inf")


def test_adams_first_step_has_the_length_of_the_rate_whatever_the_slopes_size() -> None:
    stepped = torch_gradients.our_adam([1.0, 1.0], [[3.0, -0.02]], {**torch_gradients.RATES, "eps": 0.0})
    assert stepped.tolist() == pytest.approx([0.9, 1.1])


@pytest.mark.parametrize("name", variants.MISREAD)
def test_a_class_is_right_or_has_one_misreading_as_the_bench_says(name: str) -> None:
    assert variants.Class(name, 2, misread=False).grade(1) == 1.0
    assert 0.8 < variants.Class(name, 2, misread=True).grade(1) < 1.0
