"""Auditing a key: each printed figure at its printed precision, and what a wrong one follows from.

A figure that is not right is tried against what the right method gives from the figures printed before it. Where they
are all right themselves, rounding explains it (`carried`); where one of them is wrong, it follows from that one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.assignment import Assignment
from grader.engine import grade
from grader.following.explain import Answered, usable
from grader.following.quantities import Quantity
from grader.following.scenarios import Scenario, Scenarios
from grader.following.settle import Settled, settle_problem
from grader.following.sheet import Sheet, sheets, sources_of
from grader.items import words
from grader.reading.entries import Entry, read_entry
from grader.reading.shapes import Reading
from grader.report import Audit, Figure, FigureVerdict
from grader.slips.values import RIGHT, Misreadings
from grader.submission import Submission
from grader.variants import vary
from reference.graph import Array

# Half a unit of the last digit is a decimal fraction: doubles miss its edge by a few parts in 10^16.
_DOUBT = 1e-9
_EDGE = 1.0 + _DOUBT
# What is computed in doubles is known to so many parts of its size, and a zero to that.
_PRECISION = 1e-13
_ZERO = 1e-9
_SOUND = frozenset({FigureVerdict.RIGHT, FigureVerdict.TRUNCATED, FigureVerdict.CARRIED})
_UNSOUND = frozenset({FigureVerdict.FOLLOWS, FigureVerdict.WRONG})


def audit(submission: Submission, assignment: Assignment, variant: str | None = None) -> Audit:
    """Grade a key, and say of each printed figure whether it is right, and what a wrong one follows from.

    `variant` names whose numbers the key is about: without it the rubric's own.
    """
    asked = assignment if variant is None else vary(assignment, variant)
    report = grade(submission, asked)
    figures = [figure for sheet in sheets(asked).values() for figure in _audit_sheet(sheet, submission)]
    return Audit(figures=tuple(figures), items=report.items, score=report.score, max_score=report.max_score)


def _audit_sheet(sheet: Sheet, submission: Submission) -> Iterator[Figure]:
    settled = settle_problem(sheet, submission.answers)
    pages: dict[Quantity, _Page] = {}
    for place, entry in enumerate(settled.entries):
        if isinstance(entry.answer, Answered):
            page = _page(entry.answer, pages, sheet, _shown(place, settled))
            if usable(entry.answer):
                pages[entry.answer.asked.quantity] = page
            yield from (page.figures[flat] for flat in page.print_order)


def _shown(place: int, settled: Settled) -> Misreadings:
    """The known misreadings that an answer as a whole shows."""
    explanation = settled.accounts[place].explanation
    return settled.named.get(place) or (explanation.scenario.misreadings if explanation else RIGHT)


@dataclass(frozen=True)
class _Page:
    """One answer of the key with its figures, in the asked order of axes, and the misreadings that it shows."""

    answered: Answered
    figures: tuple[Figure, ...]
    shown: Misreadings

    @property
    def print_order(self) -> list[int]:
        """The places of the figures in the order in which the key prints them."""
        places = np.arange(len(self.figures)).reshape(self.answered.asked.truth.shape)
        ordered: list[int] = np.transpose(places, self.answered.reading.layout or None).ravel().tolist()
        return ordered

    def keys(self, verdicts: frozenset[FigureVerdict]) -> tuple[str, ...]:
        """The keys of the figures with one of these verdicts, as printed."""
        return tuple(self.figures[flat].key for flat in self.print_order if self.figures[flat].verdict in verdicts)


def _page(answered: Answered, before: Mapping[Quantity, _Page], sheet: Sheet, shown: Misreadings) -> _Page:
    reading, quantity = answered.reading, answered.asked.quantity
    under = _scenarios(answered, before, sheet, shown)
    written = {one: page.answered.reading for one, page in before.items()}
    given = Scenarios(sheet.graph, sheet.inputs, written, under).of(quantity, under)
    fits = _as_printed(reading, given)
    exact = np.stack([way[0] for way in sheet.from_inputs.ways(quantity, [Scenario()])])
    figures = []
    for flat, index in enumerate(np.ndindex(*answered.asked.truth.shape)):
        number = _Number(answered, flat, tuple(exact[:, *index].tolist()))
        explained = [_origins(scenario, before) for scenario, row in zip(under, fits, strict=True) if row[index]]
        told = words.reason(shown) if shown else _from_before(number, under[0], float(given[0][index]), sheet)
        figures.append(_figure(number, explained, told))
    return _Page(answered, tuple(figures), shown)


def _from_before(number: _Number, nearest: Scenario, given: float, sheet: Sheet) -> str:
    """What the figures printed before a wrong one say that it should be."""
    names = words.names_of(nearest.source, sheet)
    return f"{words.listed(names)}, as printed, gives {number.shown(given)} here" if names else ""


def _scenarios(
    answered: Answered, before: Mapping[Quantity, _Page], sheet: Sheet, shown: Misreadings
) -> tuple[Scenario, ...]:
    """What a figure may come from: figures printed before it, and then a misreading that these already show."""
    sources = sources_of(sheet.plan, answered.asked.quantity, frozenset(before))
    known = frozenset().union(*(page.shown for page in before.values()))
    again = (Scenario(source, shown) for source in sources) if shown and shown <= known else ()
    return (*(Scenario(source) for source in sources), *again)


def _origins(scenario: Scenario, before: Mapping[Quantity, _Page]) -> list[_Page]:
    """The pages that a scenario rests on: its sources, and the first page that shows each of its misreadings."""
    first = (next(page for page in before.values() if one in page.shown) for one in sorted(scenario.misreadings))
    return [*(before[one] for one in sorted(scenario.source)), *first]


@dataclass(frozen=True)
class _Number:
    """One printed number of an answer, beside the exact value.

    `ways` are the exact value in each way of computing it: doubles do not give the same digits in all of them.
    """

    answered: Answered
    flat: int
    ways: tuple[float, ...]

    @property
    def entry(self) -> Entry:
        return self.answered.reading.entries[self.flat]

    @property
    def exact(self) -> float:
        return float(self.answered.asked.truth.ravel()[self.flat])

    @property
    def key(self) -> str:
        """The answer's id, with 0-based indices in the layout in which the key prints it."""
        index = np.unravel_index(self.flat, self.answered.asked.truth.shape)
        return self.answered.asked.item.id + "".join(f"[{index[axis]}]" for axis in self.answered.reading.layout)

    @property
    def right(self) -> str:
        """The exact value as it should be printed."""
        return self.shown(self.exact)

    def shown(self, value: float) -> str:
        """A value rounded to the place to which the entry is printed, under the same scale."""
        plain = read_entry(self.entry.text)
        if not (plain.value and plain.half_unit and self.entry.value):
            return f"{value:.10g}"
        scaled = value * (plain.value / self.entry.value)
        return f"{scaled:.{max(0, -round(math.log10(2.0 * plain.half_unit)))}f}"

    @property
    def rounded(self) -> bool:
        return any(abs(self.entry.value - exact) <= _allowed(self.entry) for exact in self.ways)

    @property
    def truncated(self) -> bool:
        """Whether the exact value was cut off at the printed place."""
        short = abs(self.exact) - abs(self.entry.value)
        return self.entry.value * self.exact >= 0.0 and 0.0 < short < 2.0 * self.entry.half_unit * (1.0 - _DOUBT)


def _figure(number: _Number, explained: Sequence[Sequence[_Page]], note: str) -> Figure:
    """Judge one figure; `explained` are the sets of earlier answers from which, as printed, it comes out."""
    verdict, told = FigureVerdict.WRONG, note
    origin: tuple[str, ...] = ()
    if number.entry.fault:
        told = number.entry.fault
    elif number.rounded:
        verdict, told = FigureVerdict.RIGHT, ""
    elif number.truncated:
        verdict, told = FigureVerdict.TRUNCATED, "cut off, not rounded"
    elif explained:
        verdict, origin, told = _origin(explained)
    return Figure(
        key=number.key, printed=number.entry.text, right=number.right, verdict=verdict, from_=origin, note=told
    )


def _origin(explained: Sequence[Sequence[_Page]]) -> tuple[FigureVerdict, tuple[str, ...], str]:
    """From which figures one comes out: from rounded right ones if it can be, else from wrong ones."""
    doubts = [tuple(key for page in pages for key in page.keys(_UNSOUND)) for pages in explained]
    sound = next((pages for pages, doubt in zip(explained, doubts, strict=True) if not doubt), None)
    if sound is not None:
        keys = tuple(key for page in sound for key in page.keys(_SOUND))
        return FigureVerdict.CARRIED, keys, "right when computed from the rounded figures before it"
    return FigureVerdict.FOLLOWS, doubts[0], f"comes out with the wrong {words.listed(list(doubts[0][:5]))}"


def _as_printed(reading: Reading, right: Array) -> NDArray[np.bool_]:
    """Which figures are the right values rounded to the place to which they are printed (batch axis first)."""
    allowed = np.array([_allowed(entry) for entry in reading.entries]).reshape(reading.values.shape)
    with np.errstate(invalid="ignore"):
        near: NDArray[np.bool_] = np.abs(reading.values - right) <= allowed
    return near


def _allowed(entry: Entry) -> float:
    """Half a unit of the last printed place, but no less than doubles are exact; a fraction is exact to that."""
    if entry.value == 0.0:
        return max(entry.half_unit * _EDGE, _ZERO)
    return max(entry.half_unit * _EDGE, abs(entry.value) * _PRECISION)
