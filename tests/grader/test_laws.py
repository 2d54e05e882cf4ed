"""The two laws of follow-through, and that an error is paid once, over random submissions."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.engine import grade
from grader.report import Verdict
from grader.submission import Submission
from tests import working
from tests.homework6 import followed, gan_sheet, hw6, value_points, values_of, worked_out
from tests.working import rounded, without

SHEET = gan_sheet()
IDS = [asked.item.id for asked in SHEET.asked]
POINTS = {asked.item.id: float(asked.item.points) for asked in SHEET.asked}
TRUTHS = {asked.item.id: asked.truth for asked in SHEET.asked}

ids = st.sampled_from(IDS)
left_out = st.sets(ids, max_size=6)
misread = st.sets(st.sampled_from(SHEET.misreadings), max_size=2).map(frozenset)
digits = st.integers(3, 8)
seeds = st.integers(0, 10**6)


def points(answers: dict[str, Any]) -> float:
    return value_points(grade(Submission(answers=answers), hw6()))


def disturbed(key: str, seed: int) -> Any:
    return working.disturbed(TRUTHS[key], seed, scalars=(0.5, 0.98))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(ids, seeds, misread, left_out, digits)
def test_an_honest_error_followed_through_never_earns_more_than_no_error(
    key: str, seed: int, wrong: Any, missing: set[str], places: int
) -> None:
    right = without(worked_out(digits=places), missing)
    erring = without(followed(key, disturbed(key, seed), wrong, places), missing)
    assert points(erring) <= points(right)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(ids, seeds, misread), max_size=3), left_out, digits)
def test_follow_through_never_lowers_a_score(
    errors: list[tuple[str, int, Any]], missing: set[str], places: int
) -> None:
    answers = worked_out(digits=places)
    for key, seed, wrong in errors:
        chain = followed(key, disturbed(key, seed), wrong, places)
        answers.update({later: chain[later] for later in IDS[IDS.index(key) :]})
    handed_in = without(answers, missing)
    alone = sum(points({key: answer}) for key, answer in handed_in.items())
    assert points(handed_in) >= alone


@settings(max_examples=100, deadline=None, derandomize=True)
@given(ids, seeds)
def test_an_error_is_paid_once_not_twice_and_not_never(key: str, seed: int) -> None:
    report = grade(Submission(answers=followed(key, disturbed(key, seed), digits=6)), hw6())
    results = values_of(report)
    lost = {item: float(found.max_points - (found.points or 0)) for item, found in results.items()}
    assert sum(1 for loss in lost.values() if loss > 0) <= 1
    if results[key].verdict is Verdict.INCORRECT and (POINTS[key] > 0 or key.endswith("p.value")):
        assert sum(lost.values()) > 0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(ids, st.integers(0, 3), max_size=10), seeds)
def test_random_numbers_earn_nothing(chosen: dict[str, int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    answers = {
        key: rounded(rng.uniform(0.1, 0.9, TRUTHS[key].shape) * 10.0**-scale, 4) for key, scale in chosen.items()
    }
    assert points(answers) == 0
