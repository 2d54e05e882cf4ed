"""Grading values: every answer of a problem at once, because each may follow from the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignment import Assignment, ValueItem
from grader.calculus.budget import OVER, VALUES, Budget, OverBudgetError
from grader.equality.tolerance import agreement
from grader.following.accounts import Account
from grader.following.explain import Answered
from grader.following.scenarios import Scenario
from grader.following.settle import Settled, settle_problem
from grader.following.sheet import Sheet, sheets
from grader.following.written import Unread
from grader.items import words
from grader.items.secrets import Secret, Words, said
from grader.report import ItemResult, Verdict
from grader.slips.values import RIGHT, Misreadings


def grade_values(answers: Mapping[str, Any], assignment: Assignment, budget: Budget) -> dict[str, ItemResult]:
    """Grade all value items of an assignment, within a grading's budget; item id -> result."""
    results: dict[str, ItemResult] = {}
    for sheet in sheets(assignment).values():
        own = Budget(VALUES)
        try:
            budget.spend(0)
            settled = settle_problem(sheet, answers, own)
            budget.spend(own.spent)
        except OverBudgetError:
            results |= {asked.item.id: _undecided(asked.item) for asked in sheet.asked}
            continue
        for place, asked in enumerate(sheet.asked):
            results[asked.item.id] = _result(Finding.at(place, settled, sheet), released=assignment.release_key)
    return results


@dataclass(frozen=True)
class Finding:
    """All that was found of one answer: its account, what it was compared with, and which entries agree.

    `misread` explains it; `reading` is the misreading of the rest of the submission, under which it was compared; that
    one is `told` if the figures tell it from chance.
    """

    sheet: Sheet
    answer: Answered | Unread
    account: Account
    source: tuple[str, ...]
    near: NDArray[np.bool_]
    misread: Misreadings
    reading: Misreadings = RIGHT
    told: bool = True

    @classmethod
    def at(cls, place: int, settled: Settled, sheet: Sheet) -> Finding:
        """The finding of the answer at one place of a sheet."""
        entry, account = settled.entries[place], settled.accounts[place]
        if isinstance(entry.answer, Unread):
            return cls(sheet, entry.answer, account, (), np.zeros(0, np.bool_), RIGHT)
        if place in settled.closest:
            scenario, near = settled.closest[place]
            source = tuple(words.names_of(scenario.source, sheet))
            misread = settled.named.get(place, RIGHT)
            reading = scenario.misreadings if settled.told else RIGHT
            return cls(sheet, entry.answer, account, source, near, misread, reading)
        scenario = account.explanation.scenario if account.explanation else Scenario()
        source = tuple(words.names_of(scenario.source, sheet))
        misread = scenario.misreadings if settled.told else RIGHT
        return cls(
            sheet, entry.answer, account, source, _against_truth(entry.answer, sheet), misread, told=settled.told
        )


def _against_truth(answered: Answered, sheet: Sheet) -> NDArray[np.bool_]:
    asked = answered.asked
    relative = sheet.policy.relative_tolerance
    return agreement(answered.reading, asked.truth[None], relative, probability=asked.item.probability).ravel()


def _undecided(item: ValueItem) -> ItemResult:
    return ItemResult(id=item.id, points=None, max_points=item.points, verdict=Verdict.UNDECIDED, feedback=OVER)


def _result(finding: Finding, *, released: bool) -> ItemResult:
    account, answer = finding.account, finding.answer
    item = answer.item if isinstance(answer, Unread) else answer.asked.item
    points = (item.points * account.credit).quantize(Decimal("0.1"))
    told = (answer.message,) if isinstance(answer, Unread) else _FEEDBACK[account.verdict](finding, answer)
    return ItemResult(
        id=item.id,
        points=points,
        max_points=item.points,
        verdict=account.verdict,
        feedback=said(told, released=released),
        evidence=None if isinstance(answer, Unread) else _evidence(finding, answer),
    )


def _wrong(answer: Answered, flat: int, compared: str) -> Words:
    """What is told of one entry of an answer."""
    reading, item = answer.reading, answer.asked.item
    right = Secret(float(answer.asked.truth.ravel()[flat]))
    return words.wrong(words.place_of(reading, item.axes, flat), reading.entries[flat], right, compared)


def _slip(finding: Finding, answer: Answered) -> Words:
    explanation = finding.account.explanation
    bad = explanation.slip if explanation else int(np.flatnonzero(~finding.near)[0])
    first = _wrong(answer, int(bad or 0), words.against(list(finding.source)))
    return *first, words.slip(len(answer.reading.entries))


def _incorrect(finding: Finding, answer: Answered) -> Words:
    missed = np.flatnonzero(~finding.near)
    paying = finding.account.explanation is not None
    compared = words.against([]) if paying else words.against(list(finding.source), finding.reading)
    first = (*_wrong(answer, int(missed[0]), compared), words.first_of(len(missed), finding.near.size))
    if paying:
        return *first, f" {words.payment(finding.account, finding.sheet, told=finding.told)}"
    return (*first, f" {words.reason(finding.misread)}") if finding.misread else first


_FEEDBACK: Mapping[Verdict, Callable[[Finding, Answered], Words]] = {
    Verdict.CORRECT: lambda _, answer: (words.right(answer.reading, answer.asked.item.axes),),
    Verdict.FOLLOW_THROUGH: lambda finding, _: (
        words.follow_through(finding.account, list(finding.source), told=finding.told),
    ),
    Verdict.SLIP: _slip,
    Verdict.INCORRECT: _incorrect,
}


def _evidence(finding: Finding, answer: Answered) -> Mapping[str, Any]:
    """The verdict's evidence as data; indices are 0-based, in the order of axes that the item asks for."""
    missed = np.flatnonzero(~finding.near)
    evidence: dict[str, Any] = {
        "kind": "comparison",
        "entries": len(answer.reading.entries),
        "relative_tolerance": finding.sheet.policy.relative_tolerance,
        "compared_with": "own_answers" if finding.source else "exact_values",
        "sources": list(finding.source),
        "misreadings": [one.sentence for one in sorted(finding.misread)],
    }
    if len(missed):
        index = np.unravel_index(int(missed[0]), answer.asked.truth.shape)
        evidence["differs_at"] = {
            "index": [int(axis) for axis in index],
            "written": answer.reading.entries[int(missed[0])].text,
            "entries": len(missed),
        }
    return evidence
