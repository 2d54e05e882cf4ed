"""The two laws of follow-through over the gallery, in variants drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.following.sheet import Sheet
from grader.variants import vary
from tests.gallery.homeworks import NAMES, graded, homework, sheet_of
from tests.working import disturbed, followed, without, worked_out

SEEDS = range(6)


def points(name: str, answers: dict[str, Any], variant: str) -> float:
    return float(graded(homework(name), answers, variant).score)


def wrong_answers(sheet: Sheet, rng: np.random.Generator) -> dict[str, Any]:
    """One value honestly wrong, gone on from under up to two misreadings."""
    asked = sheet.asked[rng.integers(len(sheet.asked))]
    count = int(rng.integers(3))
    misread = frozenset(sheet.misreadings[place] for place in rng.integers(len(sheet.misreadings), size=count))
    within = (0.1, 0.9) if asked.item.probability else None
    return followed(sheet, asked.item.id, disturbed(asked.truth, int(rng.integers(1000)), within), misread)


def left_out(sheet: Sheet, rng: np.random.Generator) -> set[str]:
    return {asked.item.id for asked in sheet.asked if rng.random() < 0.2}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_an_honest_error_never_earns_more_than_none_and_following_never_lowers_a_score(name: str, seed: int) -> None:
    rng, variant = np.random.default_rng(seed), f"law {seed}"
    sheet = sheet_of(vary(homework(name), variant))
    missing = left_out(sheet, rng)
    erring = without(wrong_answers(sheet, rng), missing)
    earned = points(name, erring, variant)
    assert earned <= points(name, without(worked_out(sheet), missing), variant)
    assert earned >= sum(points(name, {key: answer}, variant) for key, answer in erring.items())
