"""Auditing a key: each printed figure at its printed precision, and what a wrong one follows from.

A figure that is not right is tried against what the right method gives from the figures printed before it. Where they
are all right themselves, rounding explains it (`carried`); where one of them is wrong, it follows from that one. A
figure before it that is within the rubric's tolerance, as students' are right, is taken for rounded and not for wrong,
as long as what comes from it is off by a few units of its last place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.assignment import Assignment
from grader.calculus.budget import VALUES, Budget
from grader.engine import grade
from grader.figures import Printed, as_printed
from grader.following.explain import Answered, usable
from grader.following.quantities import Quantity
from grader.following.scenarios import NOTHING, Scenario, Scenarios
from grader.following.settle import Settled, settle_problem
from grader.following.sheet import Sheet, bearing, sheets, sources_of
from grader.items import words
from grader.origins import Origin, Page
from grader.report import Audit, Figure, FigureVerdict
from grader.slips.values import RIGHT, Misreading, Misreadings
from grader.submission import Submission
from grader.variants import vary
from reference.graph import Array

# How far, in units of its last place, a figure may be off for rounding before it to be the reason.
_ROUNDING = 6.0
# An author waits longer for an audit than a student does for a report.
_OPERATIONS = 10 * VALUES
# How many sources of an answer a misreading is tried on, and one that is only like a known one.
_MAX_TRIED, _MAX_AKIN = 8, 2


def audit(submission: Submission, assignment: Assignment, variant: str | None = None) -> Audit:
    """Grade a key, and say of each printed figure whether it is right, and what a wrong one follows from.

    `variant` names whose numbers the key is about: without it the rubric's own.
    """
    asked = assignment if variant is None else vary(assignment, variant)
    report = grade(submission, asked)
    figures = [figure for sheet in sheets(asked).values() for figure in _audit_sheet(sheet, submission)]
    return Audit(figures=tuple(figures), items=report.items, score=report.score, max_score=report.max_score)


def _audit_sheet(sheet: Sheet, submission: Submission) -> Iterator[Figure]:
    settled = settle_problem(sheet, submission.answers, Budget(_OPERATIONS))
    pages: dict[Quantity, Page] = {}
    for place, entry in enumerate(settled.entries):
        if isinstance(entry.answer, Answered):
            page = _Auditor(sheet, pages, entry.answer).page(_shown(place, settled))
            if usable(entry.answer):
                pages[entry.answer.asked.quantity] = page
            yield from (page.figures[flat] for flat in page.print_order)


def _shown(place: int, settled: Settled) -> Misreadings:
    """The known misreadings that an answer as a whole shows."""
    explanation = settled.accounts[place].explanation
    return settled.named.get(place) or (explanation.scenario.misreadings if explanation else RIGHT)


@dataclass(frozen=True)
class _Auditor:
    """Judges the figures of one answer, given the pages before it."""

    sheet: Sheet
    before: Mapping[Quantity, Page]
    answered: Answered

    @property
    def quantity(self) -> Quantity:
        return self.answered.asked.quantity

    def page(self, shown: Misreadings) -> Page:
        """The answer's figures with their verdicts; `shown` are the misreadings that it shows as a whole."""
        shown = shown if shown and self._telling(shown) else RIGHT
        under = self._scenarios(shown)
        fits, given = self._under(under)
        origins = [Origin(scenario, self.before, self.sheet, self.answered) for scenario in under]
        exact = self.sheet.singles.found.ways(self.quantity, [Scenario()])
        figures: list[Figure] = []
        slight: set[int] = set()
        for flat, index in enumerate(np.ndindex(*self.answered.asked.truth.shape)):
            number = Printed(self.answered, flat, tuple(float(way[0][index]) for way in exact))
            explained = [origin for origin, row in zip(origins, fits, strict=True) if row[index]]
            note = words.written_reason(shown) if shown else self._from_before(number, under[0], float(given[index]))
            figures.append(_figure(number, explained, index, note))
            if self._is_slight(number, figures[-1], explained):
                slight.add(flat)
        return Page(self.answered, tuple(figures), shown, frozenset(slight))

    def _is_slight(self, number: Printed, figure: Figure, explained: Sequence[Origin]) -> bool:
        """Whether a figure is wrong within the tolerance, or carried from such ones only."""
        if figure.verdict is FigureVerdict.CARRIED:
            return all(origin.doubts for origin in explained)
        unsound = figure.verdict in {FigureVerdict.WRONG, FigureVerdict.FOLLOWS}
        return unsound and not number.entry.fault and number.near(self.sheet.policy.relative_tolerance)

    def _under(self, under: Sequence[Scenario]) -> tuple[NDArray[np.bool_], Array]:
        """Which figures come out under each scenario, as printed, and what the first of them gives."""
        reading = self.answered.reading
        written = {one: page.answered.reading for one, page in self.before.items()}
        ways = Scenarios(self.sheet.graph, self.sheet.inputs, written, under).ways(self.quantity, under)
        fits: NDArray[np.bool_] = np.any([as_printed(reading.values, reading.entries, way) for way in ways], axis=0)
        return fits, ways[0][0]

    def _telling(self, shown: Misreadings) -> bool:
        """Whether the answer comes out under misreadings at its printed precision, not only nearly."""
        sources = sources_of(self.sheet.plan, self.quantity, frozenset(self.before))[:_MAX_TRIED]
        under = [Scenario(source, shown) for source in (NOTHING, *sources)]
        fits = self._under(under)[0].reshape(len(under), -1)
        return bool(fits.all(axis=1).any()) or shown <= self._known()

    def _known(self) -> Misreadings:
        """The misreadings that the pages before show."""
        return frozenset().union(*(page.shown for page in self.before.values()))

    def _scenarios(self, shown: Misreadings) -> tuple[Scenario, ...]:
        """What a figure may come from: figures printed before it, and then misreadings like those that these show.

        A misreading at one place may show again behind it. At other places it is a mistake made again, unless the
        figure rests on one that is wrong by it.
        """
        sources = sources_of(self.sheet.plan, self.quantity, frozenset(self.before))
        known = self._known()
        alone = all(len(one.nodes) == 1 for one in shown)
        wrong = {source for source in sources if any(self.before[one].places(sound=False) for one in source)}
        repeated = [source for source in sources if alone or source in wrong] if shown and shown <= known else []
        again = [Scenario(source, shown) for source in repeated]
        for source in sources[:_MAX_AKIN] if known else ():
            if source in wrong:
                again += [Scenario(source, frozenset({one})) for one in self._akin(known, source)]
        return tuple(dict.fromkeys((*(Scenario(source) for source in sources), *again)))

    def _akin(self, known: Misreadings, source: frozenset[Quantity]) -> Iterator[Misreading]:
        """Misreadings of the kind of known ones that can make a difference from a source."""
        kinds = {self.sheet.kind(one) for one in known}
        return (one for one in bearing(self.sheet.plan, self.quantity, source) if self.sheet.kind(one) in kinds)

    def _from_before(self, number: Printed, nearest: Scenario, given: float) -> str:
        """What the figures printed before a wrong one say that it should be."""
        names = words.names_of(nearest.source, self.sheet)
        verb = "gives" if len(names) == 1 else "give"
        return f"{words.listed(names)}, as printed, {verb} {number.shown(given)} here" if names else ""


def _figure(number: Printed, explained: Sequence[Origin], index: tuple[int, ...], note: str) -> Figure:
    """Judge one figure; `explained` are the origins from which, as printed, it comes out."""
    verdict, told = FigureVerdict.WRONG, note
    origin: tuple[str, ...] = ()
    if number.entry.fault:
        told = number.entry.fault
    elif number.rounded:
        verdict, told = FigureVerdict.RIGHT, ""
    elif number.truncated:
        verdict, told = FigureVerdict.TRUNCATED, "cut off, not rounded"
    elif explained:
        verdict, origin, told = _origin(number, explained, index)
    right = number.shown(number.exact)
    return Figure(key=number.key, printed=number.entry.text, right=right, verdict=verdict, from_=origin, note=told)


def _origin(
    number: Printed, explained: Sequence[Origin], index: tuple[int, ...]
) -> tuple[FigureVerdict, tuple[str, ...], str]:
    """From which figures one comes out: from rounded right ones if it can be, else from wrong ones."""
    sound = next((origin for origin in explained if not origin.doubts), None)
    if sound is not None:
        return FigureVerdict.CARRIED, sound.sound, "right when computed from the rounded figures before it"
    slight = next((origin for origin in explained if origin.slight), None)
    if slight is not None and number.units_off <= _ROUNDING:
        keys = slight.decisive(index)
        return FigureVerdict.CARRIED, keys, f"comes out with {words.listed(list(keys[:5]))}, off by a rounding"
    keys = explained[0].decisive(index)
    return FigureVerdict.FOLLOWS, keys, f"comes out with the wrong {words.listed(list(keys[:5]))}"
