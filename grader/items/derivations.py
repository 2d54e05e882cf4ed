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
from grader.items.derivation_words import BARE, MISSING, NO_RELATION, NOT_TEXT, told, told_costs
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


def grade_derivations(
    answers: Mapping[str, Any], assignment: Assignment, budget: Budget | None = None
) -> dict[str, ItemResult]:
    """The results of all derivation items, and of a deduction where one is due, within a grading's budget."""
    budget = budget or Budget(GRADING)
    results: dict[str, ItemResult] = {}
    for answer_id, task in assignment.derivations.items():
        asked = (item for item in assignment.items if isinstance(item, DerivationItem))
        items = tuple(item for item in asked if item.answer == answer_id)
        results |= _graded(answers.get(answer_id), items, task, budget)
    return results


def _graded(
    answer: Any, items: tuple[DerivationItem, ...], task: DerivationTask, budget: Budget
) -> Mapping[str, ItemResult]:
    written = "\n".join(answer) if _is_lines(answer) else answer
    text, meant = restored(written) if isinstance(written, str) else (written, ())
    if text is None or (isinstance(text, str) and not text.strip()):
        return {item.id: _result(item, Verdict.MISSING, MISSING) for item in items}
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS or len(rows_of(text)) > MOST_LINES:
        bounds = NOT_TEXT.format(lines=MOST_LINES, characters=MOST_CHARACTERS)
        return {item.id: _result(item, Verdict.UNREADABLE, bounds) for item in items}
    try:
        budget.spend(0)
        results, spent = _judged(text, items, task)
        budget.spend(spent)
    except OverBudgetError:
        return {item.id: _result(item, Verdict.UNDECIDED, OVER_IN_ALL) for item in items}
    said = read_back(meant)
    return {
        name: one.model_copy(update={"feedback": f"{one.feedback} {said}".strip()}) for name, one in results.items()
    }


def _is_lines(answer: Any) -> bool:
    return isinstance(answer, list | tuple) and all(isinstance(line, str) for line in answer)


@lru_cache(maxsize=1024)
def _judged(text: str, items: tuple[DerivationItem, ...], task: DerivationTask) -> tuple[Mapping[str, ItemResult], int]:
    """Judge an answer, and say what that cost; a text that many students hand in is judged once."""
    try:
        results, spent = _results(text, items, task)
    except OverBudgetError:
        results, spent = {item.id: _result(item, Verdict.UNDECIDED, OVER) for item in items}, ANSWER
    return MappingProxyType(results), spent


def _results(text: str, items: tuple[DerivationItem, ...], task: DerivationTask) -> tuple[dict[str, ItemResult], int]:
    """Judge an answer, and say what that cost. Raises `OverBudgetError`."""
    hints = {role.value: spelt for role, spelt in task.densities.items()}
    derivation = derivation_of(rows_of(text), Setting(hints, independent=task.independent))
    facts = Facts(derivation.evaluator)
    read = _Read(derivation, tally(seen_in(links(derivation, facts), task, facts)))
    results = {item.id: _milestone(item, read, task) for item in items}
    results |= _deduction(read, task, results)
    return results, derivation.evaluator.budget.spent


def _milestone(item: DerivationItem, read: _Read, task: DerivationTask) -> ItemResult:
    """The first of: shown, left open, possibly shown by what cannot be read, lost by a step that fails, not shown.

    Where no relation was found at all, nothing can be said to be missing.
    """
    name, found, milestone = item.milestone, read.tally, task.milestones[item.milestone]
    ways: tuple[tuple[Verdict, Mapping[str, Seen]], ...] = (
        (Verdict.CORRECT, found.shown),
        (Verdict.UNDECIDED, found.undecided),
        (Verdict.UNREADABLE, found.unreadable),
        (Verdict.INCORRECT, found.failed),
    )
    for verdict, steps in ways:
        if name in steps:
            feedback, evidence = told(verdict, read.derivation, steps[name].link.step, milestone)
            return _result(item, verdict, feedback, evidence)
    if read.names_no_relation:
        return _result(item, Verdict.UNREADABLE, NO_RELATION)
    if found.bare is not None:
        return _result(item, Verdict.INCORRECT, f"{BARE} {milestone.advice}")
    return _result(item, Verdict.INCORRECT, f"No step shows this. {milestone.advice}")


def _deduction(read: _Read, task: DerivationTask, results: Mapping[str, ItemResult]) -> dict[str, ItemResult]:
    """What the steps cost that fail without losing a milestone; never more than the problem has earned."""
    if task.deduction is None or not read.tally.costly:
        return {}
    earned = sum((result.points for result in results.values() if result.points is not None), Decimal(0))
    cost = min(len(read.tally.costly) * task.deduction.points, task.deduction.at_most, earned)
    if not cost:
        return {}
    feedback, evidence = told_costs(read.derivation, [one.link.step for one in read.tally.costly])
    name = task.deduction.item
    return {
        name: ItemResult(
            id=name,
            points=-cost,
            max_points=Decimal(0),
            verdict=Verdict.INCORRECT,
            feedback=feedback,
            evidence=evidence,
        )
    }


def _result(
    item: DerivationItem, verdict: Verdict, feedback: str, evidence: Mapping[str, Any] | None = None
) -> ItemResult:
    points = None if verdict.pending else item.points if verdict is Verdict.CORRECT else Decimal(0)
    return ItemResult(
        id=item.id, points=points, max_points=item.points, verdict=verdict, feedback=feedback, evidence=evidence
    )
