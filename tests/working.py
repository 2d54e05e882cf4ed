"""Students who work out every value of a sheet in a given way, and round it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from grader.answers import Number
from grader.following.quantities import Quantity
from grader.following.scenarios import NOTHING, Scenario, Scenarios
from grader.following.sheet import Sheet
from grader.reading.answers import read_tree
from grader.reading.shapes import Reading, readings
from grader.slips.values import Misreadings

RIGHT: Misreadings = frozenset()


def worked_out(sheet: Sheet, misread: Misreadings = RIGHT, digits: int = 4) -> dict[str, Any]:
    """The answers of a student who works out every value under misreadings, and rounds to significant digits."""
    return _under(Scenario(NOTHING, misread), {}, sheet, digits)


def followed(sheet: Sheet, key: str, wrong: Any, misread: Misreadings = RIGHT, digits: int = 4) -> dict[str, Any]:
    """The answers of a student who has one value wrong and goes on from it, rightly or under misreadings."""
    asked = next(one for one in sheet.asked if one.item.id == key)
    written = rounded(wrong, 6)
    (reading, *_) = readings(read_tree(written), asked.truth.shape, asked.layouts, 2)
    given = {asked.quantity: reading}
    return {**_under(Scenario(frozenset(given), misread), given, sheet, digits), key: written}


def _under(scenario: Scenario, given: Mapping[Quantity, Reading], sheet: Sheet, digits: int) -> dict[str, Any]:
    found = Scenarios(sheet.graph, sheet.inputs, given, [scenario])
    return {
        one.item.id: rounded(found.of(one.quantity, [scenario])[0], 10 if one.item.probability else digits)
        for one in sheet.asked
    }


def rounded(values: Any, digits: int) -> Any:
    """Values as nested tuples of numbers with `digits` significant digits, as a submission holds them."""
    if np.ndim(values):
        return tuple(rounded(row, digits) for row in values)
    return Number(f"{float(values):.{digits - 1}e}")


def without(answers: Mapping[str, Any], left_out: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if key not in set(left_out)}


def disturbed(truth: Any, seed: int, scalars: tuple[float, float] | None = None) -> Any:
    """A value with some entries honestly wrong: other digits, of the same size; one number lies in `scalars`."""
    rng = np.random.default_rng(seed)
    if np.ndim(truth) == 0:
        return rng.uniform(*scalars) if scalars else truth * rng.uniform(1.1, 2.5)
    wrong = rng.random(truth.shape) < rng.uniform(0.05, 1.0)
    return np.where(wrong, truth * rng.uniform(1.1, 2.5, truth.shape), truth)
