import json
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.answers import Number, parse_json
from grader.engine import grade
from grader.report import GradeReport, Verdict
from grader.submission import Submission
from tests.homework6 import SAMPLES, followed, gan_sheet, hw6, load, misreading, value_points, values_of, worked_out
from tests.working import rounded, without

H0, H1, H2, FLAT, P = (f"p1.forward.{name}.value" for name in ("h0", "h1", "h2", "H2", "p"))
GY, GH2, GW1, GH1, GW0 = (f"p1.backward.{name}.value" for name in ("y", "h2", "w1", "h1", "w0"))
GRADIENTS = (GY, GH2, GW1, GH1, GW0)


def graded(answers: Mapping[str, Any]) -> GradeReport:
    return grade(Submission(answers=answers), hw6())


def verdicts(answers: Mapping[str, Any]) -> dict[str, str]:
    return {key: item.verdict.value for key, item in values_of(graded(answers)).items()}


def numbers(values: Any) -> Any:
    """Plain Python numbers as a submission holds them, each with the text that JSON gives it."""
    return parse_json(json.dumps(np.asarray(values).tolist()))


def expected(name: str) -> Any:
    return np.array(load("expected.json")[name])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_value_item_has_its_hand_graded_points(path: Path) -> None:
    case = parse_json(path.read_text())
    results = values_of(graded(case["answers"]))
    by_hand = {key: float(points) for key, points in case["expected"].items() if key in results}
    assert {key: float(item.points or 0) for key, item in results.items()} == by_hand


def test_right_answers_are_correct_and_say_how_many_entries_agree() -> None:
    results = values_of(graded(worked_out()))
    assert {item.verdict for item in results.values()} == {Verdict.CORRECT}
    assert results[H0].feedback == "Right: all 8 entries agree."


@pytest.mark.parametrize(
    ("node", "variant", "pays", "free"),
    [
        ("h_0#2", "second_forgotten", H0, ()),
        ("h_1", "row_by_row", H1, ()),
        ("h_1", "channels_swapped", H1, ()),
        ("h_2#0", "kernel_turned", H2, ()),
        ("h_2#0", "channels_swapped", H2, ()),
        ("h_2#1", "second_forgotten", H2, ()),
        ("H_2", "row_by_row", GY, (FLAT,)),
        ("p#1", "second_forgotten", GY, (P,)),
        ("p", "complement", GY, (P,)),
        ("p", "derivative_lost", GY, ()),
        ("L#0", "base_ten", GY, ()),
        ("L", "sign", GY, ()),
        ("h_2#0", "not_turned_back", GH1, ()),
    ],
)
def test_a_misreading_is_paid_once_and_everything_consistent_with_it_follows(
    node: str, variant: str, pays: str, free: tuple[str, ...]
) -> None:
    found = verdicts(worked_out(misreading(node, variant)))
    assert {key for key, verdict in found.items() if verdict == "incorrect"} == {pays, *free}
    assert set(found.values()) <= {"incorrect", "follow_through", "correct"}
    feedback = values_of(graded(worked_out(misreading(node, variant))))[free[0] if free else pays].feedback
    assert next(iter(misreading(node, variant))).sentence in feedback


@pytest.mark.parametrize("left_out", [(H0,), (H1,), (H2,), (FLAT,), (P,), (GY,), (GH2,), (H1, H2), (H2, FLAT, P, GY)])
@pytest.mark.parametrize(
    ("node", "variant"), [("h_1", "row_by_row"), ("h_2#0", "kernel_turned"), ("h_2#1", "second_forgotten")]
)
def test_what_is_left_out_breaks_no_chain(node: str, variant: str, left_out: tuple[str, ...]) -> None:
    found = verdicts(without(worked_out(misreading(node, variant)), left_out))
    assert {found[key] for key in left_out} == {"missing"}
    with_points = [key for key, verdict in found.items() if verdict == "incorrect" and key not in {FLAT, P}]
    assert len(with_points) == 1


def test_pairs_of_misreadings_are_paid_twice_at_most() -> None:
    for one, other in combinations(gan_sheet().misreadings, 2):
        if one.nodes != other.nodes:
            points = value_points(graded(worked_out(frozenset({one, other}))))
            assert points >= 7, (one, other)


def test_an_arithmetic_error_is_paid_by_its_own_item_and_followed_from() -> None:
    answers = worked_out()
    wrong = expected("h2") * 1.1 + 0.3
    later = followed(H2, wrong)
    found = verdicts({**answers, **later})
    assert found[H2] == "incorrect"
    assert {found[key] for key in (FLAT, P, *GRADIENTS)} == {"follow_through"}


def test_an_error_in_an_item_without_points_is_paid_by_the_first_item_that_rests_on_it() -> None:
    found = verdicts(followed(P, 0.97))
    assert [found[key] for key in (P, GY, GH2, GW1, GH1, GW0)] == ["incorrect", "incorrect", *["follow_through"] * 4]
    feedback = values_of(graded(followed(P, 0.97)))[GY].feedback
    assert P in feedback
    assert "paid for here" in feedback


def test_a_slip_in_an_item_without_points_is_free() -> None:
    wrong = expected("H2").copy()
    wrong[11] = 1.078
    found = verdicts(followed(FLAT, wrong))
    assert found[FLAT] == "slip"
    assert {found[key] for key in (P, *GRADIENTS)} == {"follow_through"}


def test_a_rounded_probability_is_right_and_carried_on_or_skipped() -> None:
    carried = {**worked_out(), P: Number("0.999995"), GY: numbers(5e-6 * np.array(load("inputs.json")["w_2"]))}
    found = verdicts(carried)
    assert (found[P], found[GY], found[GH2]) == ("correct", "follow_through", "correct")
    skipped = {**worked_out(), P: Number("1.0")}
    assert set(verdicts(skipped).values()) == {"correct"}


def test_zeros_follow_from_nothing() -> None:
    zeros = {GY: numbers(np.zeros(16)), GH2: numbers(np.zeros((4, 4)))}
    found = verdicts({**worked_out(), P: Number("1"), **zeros})
    assert (found[P], found[GY], found[GH2]) == ("incorrect", "incorrect", "incorrect")


def test_a_poor_answer_is_not_followed_from() -> None:
    constant = followed(H0, np.full(8, 1.0))
    found = verdicts(constant)
    assert found[H0] == "incorrect"
    assert found[H1] == "incorrect"


@pytest.mark.parametrize("powers", [(5, 5, 5, 5, 5), (5, 5, 4, 5, 5), (5, 6, 7, 8, 9), (-3, -3, -4, -3, -5)])
def test_a_power_of_ten_left_out_is_one_error_whatever_the_power_of_each_answer(powers: tuple[int, ...]) -> None:
    answers = worked_out()
    for key, name, power in zip(GRADIENTS, ("H2", "h2", "w1", "h1", "w0"), powers, strict=True):
        answers[key] = rounded(expected(f"grad_{name}") * 10.0**power, 4)
    report = values_of(graded(answers))
    assert [report[key].verdict.value for key in GRADIENTS] == ["incorrect", *["follow_through"] * 4]
    assert "the power of ten is left out" in report[GY].feedback


def test_powers_below_a_thousand_are_plain_errors() -> None:
    answers = worked_out()
    answers[GY] = rounded(expected("grad_H2") * 100.0, 4)
    answers[GW1] = rounded(expected("grad_w1") * 10.0, 4)
    found = verdicts(answers)
    assert (found[GY], found[GW1]) == ("incorrect", "incorrect")


@pytest.mark.parametrize("bad", ["NaN", "null", '"x"', "Infinity", "-Infinity", "true", "[1]", '"1..2"', "9e999"])
def test_one_bad_entry_among_good_ones_is_a_slip(bad: str) -> None:
    answer = parse_json(f"[0.38, 1.40, {bad}, 1.06, 0.70, 1.54, 1.62, 1.06]")
    result = values_of(graded({**worked_out(), H0: answer}))[H0]
    if bad == "[1]":
        assert (result.verdict, result.points) == (Verdict.INCORRECT, 0)
        assert "ragged" in result.feedback
    else:
        assert (result.verdict, result.points) == (Verdict.SLIP, 1)
        assert "Entry 3" in result.feedback


def test_a_bad_entry_in_a_source_is_filled_in_so_that_the_rest_follows() -> None:
    wrong = expected("h0").copy()
    wrong[1] = 1.9
    answers = {**followed(H0, wrong), H0: parse_json("[0.38, 1.90, null, 1.06, 0.70, 1.54, 1.62, 1.06]")}
    found = verdicts(answers)
    assert found[H0] == "incorrect"
    assert found[H1] == "follow_through"


def test_two_wrong_entries_are_no_slip_and_a_slip_needs_four_entries() -> None:
    wrong = expected("h0").copy()
    wrong[[1, 2]] = 7.7
    assert verdicts({H0: numbers(wrong)})[H0] == "incorrect"
    assert verdicts({P: Number("0.5")})[P] == "incorrect"


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 0)])
def test_channels_may_come_first_or_last(axes: tuple[int, ...]) -> None:
    answers = worked_out()
    for key, name in ((H1, "h1"), (GW1, "grad_w1"), (GH1, "grad_h1")):
        answers[key] = rounded(np.transpose(expected(name), axes), 4)
    assert set(verdicts(answers).values()) == {"correct"}


@pytest.mark.parametrize("axes", [(0, 1, 2), (1, 2, 0)])
def test_a_wrong_answer_is_followed_from_in_either_layout(axes: tuple[int, ...]) -> None:
    answers = worked_out(misreading("h_1", "row_by_row") | misreading("h_2#0", "kernel_turned"))
    for key in (H1, GW1, GH1):
        values = np.array(answers[key], dtype=float)
        answers[key] = rounded(np.transpose(values, axes), 4)
    assert value_points(graded(answers)) == 7


def test_both_layouts_of_a_weight_are_right() -> None:
    assert verdicts({GW0: rounded(expected("grad_w0"), 4)})[GW0] == "correct"
    assert verdicts({GW0: rounded(expected("grad_w0").T, 4)})[GW0] == "correct"


def test_rows_are_never_guessed_to_be_columns() -> None:
    assert verdicts({H2: rounded(expected("h2").T, 4)})[H2] == "incorrect"
    assert verdicts({H2: rounded(expected("h2").ravel(), 4)})[H2] == "incorrect"


def test_a_wrong_answer_is_told_where_and_against_what_but_not_what_is_right() -> None:
    result = values_of(graded({H0: numbers([0.38, 1.4, 0.5, 0.6, 0.7, 1.54, 1.62, 1.06])}))[H0]
    assert result.feedback.startswith("Entry 3 is wrong: you wrote 0.5; it was compared with what follows from the")
    assert "first of 2 wrong entries out of 8" in result.feedback
    assert "0.96" not in result.model_dump_json()
    released = grade(
        Submission(answers={H0: numbers([0.38, 1.4, 0.5, 0.6, 0.7, 1.54, 1.62, 1.06])}),
        hw6().model_copy(update={"release_key": True}),
    )
    assert "right is 0.96" in values_of(released)[H0].feedback


@pytest.mark.parametrize("answer", ["", "   ", None])
def test_an_empty_answer_is_missing(answer: str | None) -> None:
    assert verdicts({H0: answer})[H0] == "missing"


@pytest.mark.parametrize("answer", ["see attached", {"h_0": Number("1")}, "[1, 2"])
def test_an_answer_that_can_not_be_read_costs_only_itself(answer: Any) -> None:
    report = graded({**worked_out(), H2: answer})
    assert values_of(report)[H2].verdict is Verdict.UNREADABLE
    assert value_points(report) == 9


def test_a_probability_that_is_no_number_is_unreadable() -> None:
    assert verdicts({P: Number("NaN")})[P] == "unreadable"


def test_nothing_that_was_answered_is_left_open() -> None:
    case = parse_json(SAMPLES[0].read_text())
    report = graded(case["answers"])
    assert (report.score, report.pending_points, report.max_score) == (60, 0, 60)


def test_grading_twice_gives_the_same_bytes() -> None:
    answers = worked_out(misreading("h_1", "row_by_row") | misreading("h_2#1", "second_forgotten"))
    assert graded(answers).model_dump_json() == graded(dict(answers)).model_dump_json()
