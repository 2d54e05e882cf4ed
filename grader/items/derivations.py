"""Grade derivation items: several milestones seen in one answer, and what an idle mistake costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from grader.assignment import Assignment, DerivationItem
from grader.calculus.budget import ANSWER, GRADING, OVER, OVER_IN_ALL, Budget, OverBudgetError
from grader.derivation.chain import links
from grader.derivation.dress import rows_of
from grader.derivation.facts import Facts
from grader.derivation.showing import Seen, Tally, seen_in, tally
from grader.derivation.steps import Derivation, Setting, derivation_of
from grader.items.derivation_words import BARE, MISSING, NO_RELATION, NOT_TEXT, advice, told, told_costs
from grader.items.secrets import Words, said
from grader.items.words import read_back
from grader.language.escapes import restored
from grader.milestones import DerivationTask
from grader.report import ItemResult, Verdict

MOST_LINES = 100
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class _Read:
    """An answer as judged, and what its chain shows."""

    derivation: Derivation
    tally: Tally

    @property
    def names_no_relation(self) -> bool:
        """Whether there is no step with a side that was read: then nothing was judged, and nothing is wrong yet."""
        return all(step.left is None and step.right is None for step in self.derivation.steps)


@dataclass(frozen=True)
class _Sheet:
    """The items that are graded from one answer, what the derivation is to show, and whether the key is released."""

    items: tuple[DerivationItem, ...]
    task: DerivationTask
    released: bool

    def all(self, verdict: Verdict, told: str) -> dict[str, ItemResult]:
        """The same result for every item."""
        return {item.id: self.result(item, verdict, (told,)) for item in self.items}

    def result(
        self, item: DerivationItem, verdict: Verdict, words: Words, evidence: Mapping[str, Any] | None = None
    ) -> ItemResult:
        """An item's result; a milestone is shown or not, so it has all of its points or none."""
        points = None if verdict.pending else item.points if verdict is Verdict.CORRECT else Decimal(0)
        feedback = said(words, released=self.released)
        return ItemResult(
            id=item.id, points=points, max_points=item.points, verdict=verdict, feedback=feedback, evidence=evidence
        )


def grade_derivations(
    answers: Mapping[str, Any], assignment: Assignment, budget: Budget | None = None
) -> dict[str, ItemResult]:
    """The results of all derivation items, and of a deduction where one is due, within a grading's budget."""
    budget = budget or Budget(GRADING)
    results: dict[str, ItemResult] = {}
    for answer_id, task in assignment.derivations.items():
        asked = (item for item in assignment.items if isinstance(item, DerivationItem))
        items = tuple(item for item in asked if item.answer == answer_id)
        results |= _graded(answers.get(answer_id), _Sheet(items, task, assignment.release_key), budget)
    return results


def _graded(answer: Any, sheet: _Sheet, budget: Budget) -> Mapping[str, ItemResult]:
    written = "\n".join(answer) if _is_lines(answer) else answer
    text, meant = restored(written) if isinstance(written, str) else (written, ())
    if text is None or (isinstance(text, str) and not text.strip()):
        return sheet.all(Verdict.MISSING, MISSING)
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS or len(rows_of(text)) > MOST_LINES:
        return sheet.all(Verdict.UNREADABLE, NOT_TEXT.format(lines=MOST_LINES, characters=MOST_CHARACTERS))
    try:
        budget.spend(0)
        results, spent = _judged(text, sheet)
        budget.spend(spent)
    except OverBudgetError:
        return sheet.all(Verdict.UNDECIDED, OVER_IN_ALL)
    back = read_back(meant)
    return {
        name: one.model_copy(update={"feedback": f"{one.feedback} {back}".strip()}) for name, one in results.items()
    }


def _is_lines(answer: Any) -> bool:
    return isinstance(answer, list | tuple) and all(isinstance(line, str) for line in answer)


@lru_cache(maxsize=1024)
def _judged(text: str, sheet: _Sheet) -> tuple[Mapping[str, ItemResult], int]:
    """Judge an answer, and say what that cost; a text that many students hand in is judged once."""
    try:
        results, spent = _results(text, sheet)
    except OverBudgetError:
        results, spent = sheet.all(Verdict.UNDECIDED, OVER), ANSWER
    return MappingProxyType(results), spent


def _results(text: str, sheet: _Sheet) -> tuple[dict[str, ItemResult], int]:
    """Judge an answer, and say what that cost. Raises `OverBudgetError`."""
    task = sheet.task
    hints = {role.value: spelt for role, spelt in task.densities.items()}
    derivation = derivation_of(rows_of(text), Setting(hints, independent=task.independent))
    facts = Facts(derivation.evaluator)
    read = _Read(derivation, tally(seen_in(links(derivation, facts), task, facts)))
    results = {item.id: _milestone(item, read, sheet) for item in sheet.items}
    results |= _deduction(read, sheet, results)
    return results, derivation.evaluator.budget.spent


def _milestone(item: DerivationItem, read: _Read, sheet: _Sheet) -> ItemResult:
    """The first of: shown, left open, possibly shown by what cannot be read, lost by a step that fails, not shown.

    Where no relation was found at all, nothing can be said to be missing.
    """
    name, found, milestone = item.milestone, read.tally, sheet.task.milestones[item.milestone]
    ways: tuple[tuple[Verdict, Mapping[str, Seen]], ...] = (
        (Verdict.CORRECT, found.shown),
        (Verdict.UNDECIDED, found.undecided),
        (Verdict.UNREADABLE, found.unreadable),
        (Verdict.INCORRECT, found.failed),
    )
    for verdict, steps in ways:
        if name in steps:
            return sheet.result(item, verdict, *told(verdict, read.derivation, steps[name], milestone))
    if read.names_no_relation:
        return sheet.result(item, Verdict.UNREADABLE, (NO_RELATION,))
    first = "No step shows this." if found.bare is None else BARE
    return sheet.result(item, Verdict.INCORRECT, (first, *advice(milestone)))


def _deduction(read: _Read, sheet: _Sheet, results: Mapping[str, ItemResult]) -> dict[str, ItemResult]:
    """What the steps cost that fail without losing a milestone; never more than the problem has earned."""
    deduction, costly = sheet.task.deduction, read.tally.costly
    if deduction is None or not costly:
        return {}
    earned = sum((result.points for result in results.values() if result.points is not None), Decimal(0))
    cost = min(len(costly) * deduction.points, deduction.at_most, earned)
    if not cost:
        return {}
    words, evidence = told_costs(read.derivation, costly)
    return {
        deduction.item: ItemResult(
            id=deduction.item,
            points=-cost,
            max_points=Decimal(0),
            verdict=Verdict.INCORRECT,
            feedback=said(words, released=sheet.released),
            evidence=evidence,
        )
    }
