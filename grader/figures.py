"""One printed figure beside the exact value: right at its printed place, or cut off there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.calculus.tolerances import COMPUTED, EDGE, ROUNDING
from grader.following.explain import Answered
from grader.reading.entries import Entry
from grader.reading.runs import read_entry
from reference.graph import Array


def allowances(entries: Sequence[Entry]) -> NDArray[np.float64]:
    """How far each figure may be from the exact value: half a unit of its last printed place.

    A figure with fewer places and fewer digits than all others of its array has lost its zeros (`1` beside `0.43`), and
    is as exact as they are.
    """
    return np.array([_allowed(entry, _unit(entry, entries)) for entry in entries])


def as_printed(values: Array, entries: Sequence[Entry], right: Array) -> NDArray[np.bool_]:
    """Which figures are the right values (batch axis first) rounded to the place to which they are printed."""
    allowed = allowances(entries).reshape(values.shape)
    with np.errstate(invalid="ignore"):
        near: NDArray[np.bool_] = np.abs(values - right) <= allowed
    return near


def _unit(entry: Entry, entries: Sequence[Entry]) -> float:
    """The unit of the last place that an entry is good for; 0 for a fraction."""
    others = [one for one in entries if one is not entry and one.half_unit and one.value]
    unit = 2.0 * entry.half_unit
    coarsest = max((2.0 * one.half_unit for one in others), default=unit)
    digits = min((one.digits for one in others), default=entry.digits)
    if not unit or unit <= coarsest or entry.digits >= digits:
        return unit
    leading = math.floor(math.log10(abs(entry.value))) if entry.value else -math.inf
    return min(unit, max(coarsest, 10.0 ** (leading + 1 - digits)))


def _allowed(entry: Entry, unit: float) -> float:
    """Half a unit, but no less than doubles are exact; a fraction is exact to that."""
    least = ROUNDING if entry.value == 0.0 else abs(entry.value) * COMPUTED
    return max(0.5 * unit * (1.0 + EDGE), least)


@dataclass(frozen=True)
class Printed:
    """One printed number of an answer, at a flat place in the asked order of axes.

    `ways` are the exact value in each way of computing it: doubles do not give the same digits in all of them.
    """

    answered: Answered
    flat: int
    ways: tuple[float, ...]

    @property
    def entry(self) -> Entry:
        """The number as it was read."""
        return self.answered.reading.entries[self.flat]

    @property
    def exact(self) -> float:
        """The exact value."""
        return self.ways[0]

    @property
    def key(self) -> str:
        """The answer's id, with 0-based indices in the layout in which the key prints it."""
        index = np.unravel_index(self.flat, self.answered.asked.truth.shape)
        return self.answered.asked.item.id + "".join(f"[{index[axis]}]" for axis in self.answered.reading.layout)

    def shown(self, value: float) -> str:
        """A value rounded to the place to which the entry is printed, under the same scale."""
        plain = read_entry(self.entry.text)
        if self.entry.fault or not (plain.value and plain.half_unit and self.entry.value):
            return f"{value:.10g}"
        scaled = value * (plain.value / self.entry.value)
        unit = self._unit * abs(plain.value / self.entry.value)
        places = max(0, -round(math.log10(unit)))
        return f"{round(scaled, places) + 0.0:.{places}f}"  # a zero that doubles leave a minus on has none

    @cached_property
    def _unit(self) -> float:
        return _unit(self.entry, self.answered.reading.entries)

    @property
    def rounded(self) -> bool:
        """Whether it is the exact value, rounded to the printed place."""
        return any(abs(self.entry.value - exact) <= _allowed(self.entry, self._unit) for exact in self.ways)

    @property
    def units_off(self) -> float:
        """By how many units of its last place it misses the exact value; infinite for a fraction."""
        return abs(self.entry.value - self.exact) / self._unit if self._unit else math.inf

    def near(self, relative: float) -> bool:
        """Whether it is within a part of the exact value."""
        return abs(self.entry.value - self.exact) <= relative * abs(self.exact)

    @property
    def truncated(self) -> bool:
        """Whether the exact value was cut off at the printed place."""
        short = abs(self.exact) - abs(self.entry.value)
        return self.entry.value * self.exact >= 0.0 and 0.0 < short < self._unit * (1.0 - EDGE)
