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
from grader.following.settle import Search, Settled
from grader.following.sheet import Sheet, sheets, sources_of
from grader.following.sources import Source
from grader.items import words
from grader.reading.entries import Entry, read_entry
from grader.reading.shapes import Reading
from grader.report import Audit, Figure, FigureVerdict
from grader.submission import Submission
from reference.graph import Array

# Half a unit of the last digit is a decimal fraction: doubles miss its edge by a few parts in 10^16.
_EDGE = 1.0 + 1e-9
_SOUND = frozenset({FigureVerdict.RIGHT, FigureVerdict.TRUNCATED, FigureVerdict.CARRIED})
_UNSOUND = frozenset({FigureVerdict.FOLLOWS, FigureVerdict.WRONG})


def audit(submission: Submission, assignment: Assignment) -> Audit:
    """Grade a key, and say of each printed figure whether it is right, and what a wrong one follows from."""
    report = grade(submission, assignment)
    figures = [figure for sheet in sheets(assignment).values() for figure in _audit_sheet(sheet, submission)]
    return Audit(figures=tuple(figures), items=report.items, score=report.score, max_score=report.max_score)


def _audit_sheet(sheet: Sheet, submission: Submission) -> Iterator[Figure]:
    settled = Search(sheet, submission.answers).settle()
    pages: dict[Quantity, _Page] = {}
    for place, entry in enumerate(settled.entries):
        if isinstance(entry.answer, Answered):
            page = _page(entry.answer, pages, sheet, _note(place, settled))
            if usable(entry.answer):
                pages[entry.answer.asked.quantity] = page
            yield from (page.figures[flat] for flat in page.print_order)


@dataclass(frozen=True)
class _Page:
    """One answer of the key with its figures, in the asked order of axes."""

    answered: Answered
    figures: tuple[Figure, ...]

    @property
    def print_order(self) -> list[int]:
        """The places of the figures in the order in which the key prints them."""
        places = np.arange(len(self.figures)).reshape(self.answered.asked.truth.shape)
        ordered: list[int] = np.transpose(places, self.answered.reading.layout or None).ravel().tolist()
        return ordered

    def keys(self, verdicts: frozenset[FigureVerdict]) -> tuple[str, ...]:
        """The keys of the figures with one of these verdicts, as printed."""
        return tuple(self.figures[flat].key for flat in self.print_order if self.figures[flat].verdict in verdicts)


def _page(answered: Answered, before: Mapping[Quantity, _Page], sheet: Sheet, note: str) -> _Page:
    truth = answered.asked.truth
    near = _as_printed(answered.reading, truth[None])[0]
    sources: tuple[Source, ...] = ()
    follows = np.zeros((0, *truth.shape), dtype=np.bool_)
    if not near.all():
        sources = sources_of(sheet, answered.asked.quantity, frozenset(before))
        under = [Scenario(source) for source in sources]
        written = {quantity: page.answered.reading for quantity, page in before.items()}
        found = Scenarios(sheet.graph, sheet.inputs, written, under)
        follows = _as_printed(answered.reading, found.of(answered.asked.quantity, under))
    figures = []
    for flat, index in enumerate(np.ndindex(*truth.shape)):
        explained = [
            [before[one] for one in sorted(source)]
            for source, fits in zip(sources, follows, strict=True)
            if fits[index]
        ]
        figures.append(_figure(_Number(answered, flat), explained, note))
    return _Page(answered, tuple(figures))


@dataclass(frozen=True)
class _Number:
    """One printed number of an answer, beside the exact value."""

    answered: Answered
    flat: int

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
        """The exact value, rounded to the place to which the entry is printed, under the same scale."""
        plain = read_entry(self.entry.text)
        if not (plain.value and plain.half_unit):
            return f"{self.exact:.10g}"
        exact = self.exact * (plain.value / self.entry.value)
        return f"{exact:.{max(0, -round(math.log10(2.0 * plain.half_unit)))}f}"

    @property
    def rounded(self) -> bool:
        return bool(abs(self.entry.value - self.exact) <= _allowed(self.entry))

    @property
    def truncated(self) -> bool:
        """Whether the exact value was cut off at the printed place."""
        short = abs(self.exact) - abs(self.entry.value)
        return self.entry.value * self.exact >= 0.0 and 0.0 < short < 2.0 * _allowed(self.entry)


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
    """Half a unit of the last printed place; a fraction is exact but for the rounding of doubles."""
    return entry.half_unit * _EDGE if entry.half_unit else abs(entry.value) * 1e-12


def _note(place: int, settled: Settled) -> str:
    """What known misreading the answer as a whole shows, if it does."""
    explanation = settled.accounts[place].explanation
    misread = settled.named.get(place) or (explanation.scenario.misreadings if explanation else frozenset())
    return words.reason(misread) if misread else ""
