"""What a printed figure may have been computed from: pages of figures before it, and which of these decide it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.figures import as_printed
from grader.following.explain import Answered
from grader.following.quantities import Outcome, Quantity
from grader.following.scenarios import Scenario, switched
from grader.following.sheet import Sheet
from grader.report import Figure, FigureVerdict
from grader.slips.values import Misreading, Misreadings
from reference.graph import Given

_SOUND = frozenset({FigureVerdict.RIGHT, FigureVerdict.TRUNCATED, FigureVerdict.CARRIED})
# How many wrong figures are tried one by one, as to whether a later figure rests on them.
_MAX_TRIED = 40


@dataclass(frozen=True)
class Page:
    """One answer of the key with its figures, in the asked order of axes, and the misreadings that it shows.

    `slight` are the places of figures that are off by no more than rounding makes: not wrong enough to make a later
    one wrong, nor so right that whatever comes from them is.
    """

    answered: Answered
    figures: tuple[Figure, ...]
    shown: Misreadings
    slight: frozenset[int] = frozenset()

    @property
    def print_order(self) -> list[int]:
        """The places of the figures in the order in which the key prints them."""
        places = np.arange(len(self.figures)).reshape(self.answered.asked.truth.shape)
        ordered: list[int] = np.transpose(places, self.answered.reading.layout or None).ravel().tolist()
        return ordered

    def places(self, *, sound: bool) -> list[int]:
        """The places of the figures that are right, or only cut off or carried; or of the others. As printed."""
        return [flat for flat in self.print_order if self._is_sound(flat) is sound]

    def _is_sound(self, flat: int) -> bool:
        return self.figures[flat].verdict in _SOUND and flat not in self.slight

    def keys(self, *, sound: bool) -> tuple[str, ...]:
        """The keys of these figures."""
        return tuple(self.figures[flat].key for flat in self.places(sound=sound))


@dataclass(frozen=True)
class Origin:
    """One answer worked out under a scenario from the pages before it."""

    scenario: Scenario
    before: Mapping[Quantity, Page]
    sheet: Sheet
    answered: Answered

    @cached_property
    def _pages(self) -> list[Page]:
        return [self.before[one] for one in sorted(self.scenario.source)]

    @cached_property
    def _shows(self) -> list[Page]:
        """The first page that shows a misreading like each of the scenario's."""
        return [self._first(one) for one in sorted(self.scenario.misreadings)]

    def _first(self, misreading: Misreading) -> Page:
        kind = self.sheet.kind(misreading)
        pages = self.before.values()
        return next(page for page in pages if any(self.sheet.kind(one) == kind for one in page.shown))

    @property
    def sound(self) -> tuple[str, ...]:
        """The keys of the right figures that it is computed from."""
        return tuple(key for page in self._pages for key in page.keys(sound=True))

    @property
    def doubts(self) -> tuple[str, ...]:
        """The keys of the wrong figures that it is computed from, and of those that first show its misreadings."""
        return tuple(dict.fromkeys(key for page in (*self._pages, *self._shows) for key in page.keys(sound=False)))

    @property
    def slight(self) -> bool:
        """Whether all that is wrong before it is off by no more than rounding makes."""
        only = all(
            self.before[one].slight.issuperset(self.before[one].places(sound=False)) for one in self.scenario.source
        )
        return only and not self.scenario.misreadings

    def decisive(self, index: tuple[int, ...]) -> tuple[str, ...]:
        """The wrong figures without which the one at an index does not come out; all of them if no single one is it."""
        needed = [key for row, key in enumerate(self._tried) if not self._fits[row + 1][index]]
        shown = [key for page in self._shows for key in page.keys(sound=False)]
        return tuple(dict.fromkeys((*needed, *shown))) or self.doubts

    @cached_property
    def _places(self) -> list[tuple[Quantity, int]]:
        wrong = [(one, flat) for one in sorted(self.scenario.source) for flat in self.before[one].places(sound=False)]
        return wrong[:_MAX_TRIED]

    @property
    def _tried(self) -> list[str]:
        return [self.before[one].figures[flat].key for one, flat in self._places]

    @cached_property
    def _fits(self) -> NDArray[np.bool_]:
        """Which figures come out: with all figures before as printed, then with each wrong one of them put right."""
        reading, rows = self.answered.reading, len(self._places) + 1
        given = {one: self._given(one) for one in self.scenario.source}
        found = Outcome(self.sheet.graph, self.sheet.inputs, given, switched([self.scenario] * rows))
        ways = found.ways(self.answered.asked.quantity)
        shape = (rows, *reading.values.shape)
        fits = [np.broadcast_to(as_printed(reading.values, reading.entries, way), shape) for way in ways]
        any_way: NDArray[np.bool_] = np.any(fits, axis=0)
        return any_way

    def _given(self, quantity: Quantity) -> Given:
        values = self.before[quantity].answered.reading.values
        mask = np.repeat(~np.isnan(values)[None], len(self._places) + 1, axis=0)
        for row, (one, flat) in enumerate(self._places):
            if one == quantity:
                mask[row + 1].ravel()[flat] = False
        return Given(values[None], mask)
