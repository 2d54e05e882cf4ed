"""Grading formulas: each against the truth, with slips paid once, and followed through the student's own formulas."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from grader.assignment import Assignment, FormulaItem, Problem
from grader.calculus.budget import ANSWER, GRADING, OVER, OVER_IN_ALL, Budget, OverBudgetError
from grader.calculus.tolerances import CLEARLY_OFF
from grader.formulas.answers import Asked, Formula, Trial
from grader.formulas.errors import FormulaError
from grader.formulas.judge import Judgement, Keys, agrees, judge, own_value, points_of
from grader.formulas.literal import literal
from grader.formulas.members import members_of
from grader.formulas.names import Used, ancestors, uses
from grader.formulas.points import Points
from grader.formulas.references import Slip
from grader.formulas.scope import Scope
from grader.formulas.settings import setting_of
from grader.formulas.worked_out import circular, standing, too_far
from grader.items.secrets import Secret, Words, disclosed, said
from grader.items.words import read_back
from grader.language import parse_answer
from grader.language.errors import LanguageError
from grader.language.escapes import restored
from grader.language.printer import to_latex
from grader.problems import solve
from grader.report import ItemResult, Verdict
from reference.graph import Array

# One or two slips are minor mistakes; more are not.
_MAX_MINOR = 2


def grade_formulas(
    answers: Mapping[str, Any], assignment: Assignment, budget: Budget | None = None
) -> dict[str, ItemResult]:
    """Grade all formula items of an assignment, within what is left of a grading's budget; item id -> result."""
    budget = budget or Budget(GRADING)
    pages: dict[str, _Page] = {}
    results = {}
    for item in assignment.items:
        if isinstance(item, FormulaItem):
            page = pages.setdefault(item.problem, _Page(assignment, budget))
            results[item.id] = page.grade(item, answers.get(item.answer))
    return results


@lru_cache(maxsize=512)
def _asked(assignment: Assignment, item_id: str) -> Asked:
    item = next(one for one in assignment.items if one.id == item_id)
    assert isinstance(item, FormulaItem)  # noqa: S101 - only formula items are looked up
    setting = setting_of(assignment.problems[item.problem])
    slope = item.gradient_of or setting.own.graph.same.get(item.node)
    used = Used(item.node) if slope is None else Used(slope, gradient=True)
    return Asked(setting, used, item.holds == "open", item.entry)


@dataclass(frozen=True)
class Outcome:
    """What is said of one formula."""

    verdict: Verdict
    points: Decimal | None
    words: Words
    evidence: Mapping[str, Any] | None = None


@dataclass
class _Page:
    """The formulas of one problem, in order: which slips are paid, and which own formulas may be followed from."""

    assignment: Assignment
    budget: Budget
    paid: set[tuple[str, ...]] = field(default_factory=set)
    own: dict[Used, Mapping[Points, Array]] = field(default_factory=dict)

    def grade(self, item: FormulaItem, answer: Any) -> ItemResult:
        """Grade one item, and remember what it pays for."""
        outcome = self._outcome(item, answer)
        return ItemResult(
            id=item.id,
            points=outcome.points,
            max_points=item.points,
            verdict=outcome.verdict,
            feedback=said(outcome.words, released=self.assignment.release_key),
            evidence=disclosed(outcome.evidence, released=self.assignment.release_key),
        )

    def _outcome(self, item: FormulaItem, answer: Any) -> Outcome:
        if answer is None or (isinstance(answer, str) and not answer.strip()):
            return Outcome(Verdict.MISSING, Decimal(0), ("No answer was handed in.",))
        if not isinstance(answer, str):
            return Outcome(Verdict.UNREADABLE, Decimal(0), ("Got no text; write the formula as a text.",))
        asked = _asked(self.assignment, item.id)
        text, meant = restored(answer)
        try:
            outcome = self._judged(item, _formula(text, asked), asked)
            return replace(outcome, words=(*outcome.words, f" {read_back(meant)}"))
        except OverBudgetError:
            return Outcome(Verdict.UNDECIDED, None, (OVER_IN_ALL,))
        except LanguageError as error:
            return _unread(error)
        except FormulaError as error:
            return _unread(LanguageError("meaningless", str(error), text, error.span))

    def _judged(self, item: FormulaItem, formula: Formula, asked: Asked) -> Outcome:
        if not formula.members:
            return _refused("it only names what is asked for", formula)
        problem = self.assignment.problems[item.problem]
        graph = asked.graph
        reason = circular(formula.last, asked, graph)
        pairs = [
            pair for pair in standing(formula.last, asked) if problem.standing is None or pair not in problem.standing
        ]
        if reason is None and any(too_far(pair, asked, graph) for pair in pairs):
            reason = "a derivative reaches over more than one step; write the steps between"
        if reason is not None:
            return _refused(reason, formula)
        left = frozenset(_left_standing(pair, item) for pair in pairs) if problem.standing is not None else frozenset()
        paid = frozenset(self.paid)
        self.budget.spend(0)
        judgement = judge(formula, asked, self.own, paid) if self.own else _judged_alone(formula, asked, paid)
        self.budget.spend(judgement.spent)
        return self._settle(item, formula, asked, judgement, left)

    def _settle(
        self, item: FormulaItem, formula: Formula, asked: Asked, judgement: Judgement, left: frozenset[Slip]
    ) -> Outcome:
        """Points for what was found, and what it pays for."""
        if judgement.match is None:
            self._follow_from(item, formula, asked)
            return _different(formula, judgement, asked)
        slips = judgement.match.all_slips | left
        unpaid = frozenset(slip for slip in slips if slip.key not in self.paid)
        self.paid |= {slip.key for slip in slips}
        if slips:
            self._follow_from(item, formula, asked)
        if not unpaid:
            aside = _beside(formula, asked, self.assignment.problems[item.problem])
            return _right(formula, judgement, item, aside=aside)
        return _with_slips(formula, unpaid, item)

    def _follow_from(self, item: FormulaItem, formula: Formula, asked: Asked) -> None:
        """Let later formulas follow from a wrong one, if it depends on all that the right one depends on."""
        with suppress(LanguageError):  # an author's formula that can't be read is not the student's fault
            self._follow(_formula(item.shown, asked), formula, asked)

    def _follow(self, shown: Formula, formula: Formula, asked: Asked) -> None:
        """Remember what a wrong formula gives, if it rests on all inputs that the shown one does."""
        needed, used = (_inputs(one, asked, asked.graph.inputs) for one in (shown, formula))
        value = own_value(formula, asked) if needed <= used else None
        if value is not None:
            self.own[asked.used] = value


@lru_cache(maxsize=1024)
def _formula(text: str, asked: Asked) -> Formula:
    """Read a formula; a text that was read before gives the very same formula, by which judgements are remembered."""
    return members_of(parse_answer(text, asked.names.table), text, asked)


@lru_cache(maxsize=1024)
def _judged_alone(formula: Formula, asked: Asked, paid: Keys) -> Judgement:
    return judge(formula, asked, {}, paid)


@lru_cache(maxsize=1024)
def _wrong_middle(formula: Formula, asked: Asked) -> str:
    """The first member in between that is not what is asked for, as LaTeX; empty if there is none."""
    budget = Budget(ANSWER // 4)  # what is said here costs nothing, so little is spent on it
    for member in formula.members[:-1]:
        try:
            if not agrees(member, formula, Trial(asked, points_of(member, asked), budget)):
                return to_latex(member)
        except (FormulaError, OverBudgetError):
            continue
    return ""


def _inputs(formula: Formula, asked: Asked, inputs: tuple[str, ...]) -> frozenset[str]:
    """The inputs that a formula's quantities are computed from; gradients count as all of them."""
    graph = asked.graph
    found: set[str] = set()
    for used in uses(formula.last, asked.names, asked.loss):
        found |= ancestors(graph, asked.loss if used.gradient else used.node) | {used.node}
    return frozenset(found) & frozenset(inputs)


def _left_standing(pair: tuple[str, str], item: FormulaItem) -> Slip:
    of, by = pair
    return Slip(("standing", item.id, of, by), f"the derivative of {of} by {by} is left standing; work it out")


@lru_cache(maxsize=1024)
def _read(formula: Formula) -> str:
    return " ".join((f"Read as {to_latex(formula.shown)}.", *formula.said)) if formula.members else ""


def _unread(error: LanguageError) -> Outcome:
    place = error.excerpt
    evidence = {"kind": "unread", "text": place.text, "start": place.start, "end": place.end}
    return Outcome(Verdict.UNREADABLE, Decimal(0), (f"This could not be read: {error}",), evidence)


def _refused(reason: str, formula: Formula) -> Outcome:
    feedback = f"{_read(formula)} This is no answer: {reason}.".strip()
    return Outcome(Verdict.NOT_WORKED_OUT, Decimal(0), (feedback,))


def _beside(formula: Formula, asked: Asked, problem: Problem) -> Words:
    """What is wrong in the other members of a chain, which costs nothing; that a value is wrong waits for the key."""
    middle, behind = _wrong_middle(formula, asked), _wrong_behind(formula, asked, problem)
    between = f" The member {middle} in between is not equal to it; that costs nothing." if middle else ""
    told = f" The value {behind} behind it is not what it comes to; that costs nothing."
    return (between, Secret(told)) if behind else (between,)


def _wrong_behind(formula: Formula, asked: Asked, problem: Problem) -> str:
    """The first value behind a formula that is far from what the quantity is in this homework, as LaTeX."""
    budget, solved = Budget(ANSWER // 4), solve(problem)
    known = solved.gradients if asked.used.gradient else solved.later
    right = known.computed[asked.used.node][(0, *asked.entry)]
    for member in formula.behind:
        with suppress(FormulaError, OverBudgetError):
            found = literal(
                member, Scope(asked.points(own_sizes=True), asked.names, {}, 0, upper_last=False, budget=budget)
            )
            if found is None or found.data[0].size != right.size:
                continue
            if not np.allclose(np.ravel(found.data[0]), np.ravel(right), rtol=CLEARLY_OFF, atol=0.0):
                return to_latex(member)
    return ""


def _right(formula: Formula, judgement: Judgement, item: FormulaItem, *, aside: Words) -> Outcome:
    match = judgement.match
    followed = match is not None and (match.all_slips or match.reference.own)
    verdict = Verdict.FOLLOW_THROUGH if followed else Verdict.CORRECT
    told = "It follows from your own earlier formula, where the error is paid for once." if followed else "Right."
    return Outcome(verdict, item.points, (f"{told} {_read(formula)}", *aside), _sampled(judgement))


def _with_slips(formula: Formula, unpaid: frozenset[Slip], item: FormulaItem) -> Outcome:
    told = "; ".join(slip.sentence for slip in sorted(unpaid))
    evidence = {"kind": "slips", "slips": [slip.sentence for slip in sorted(unpaid)]}
    if item.minor is not None and len(unpaid) <= _MAX_MINOR:
        feedback = f"{_read(formula)} A minor mistake: {told}. What follows from it keeps its points."
        return Outcome(Verdict.MINOR_MISTAKE, item.minor, (feedback,), evidence)
    feedback = f"{_read(formula)} Not equal to what is asked: {told}."
    return Outcome(Verdict.INCORRECT, Decimal(0), (feedback,), evidence)


def _sampled(judgement: Judgement) -> Mapping[str, Any]:
    shape = judgement.truth.shape
    return {"kind": "sampled", "points": shape[0], "entries": int(np.prod(shape[1:], dtype=int))}


def _different(formula: Formula, judgement: Judgement, asked: Asked) -> Outcome:
    """A counterexample: an entry at a sample point where the plainest reading differs."""
    if judgement.over:
        return Outcome(Verdict.UNDECIDED, None, (f"{_read(formula)} {OVER}",))
    if judgement.exhausted:
        told = f"{_read(formula)} This was not decided within {judgement.readings} readings; a person looks at it."
        return Outcome(Verdict.UNDECIDED, None, (told,))
    tensor = judgement.plainest
    if tensor is None:
        size = " x ".join(asked.kinds) or "a single number"
        told = f"{_read(formula)} No reading of this has the shape of what is asked ({size})."
        return Outcome(Verdict.INCORRECT, Decimal(0), (told,), {"kind": "shape"})
    mine = np.broadcast_to(tensor.data, (len(judgement.truth), *tensor.data.shape[1:]))
    if mine.shape != judgement.truth.shape:
        told = f"{_read(formula)} This still has an axis for the samples, which is not in what is asked."
        return Outcome(Verdict.INCORRECT, Decimal(0), (told,), {"kind": "shape"})
    gap = np.where(np.isfinite(mine), np.abs(mine - judgement.truth), np.inf)
    worst = np.unravel_index(int(np.argmax(gap)), gap.shape)
    yours, right = float(mine[worst]), float(judgement.truth[worst])
    entry = [int(place) for place in worst[1:]]
    # What is the same at all points is the asked value itself.
    varies = bool(np.ptp(judgement.truth, axis=0).any())
    there: str | Secret = f"{right:.4g}" if varies else Secret(f"{right:.4g}")
    tail: str | Secret = f", right is {right:.4g}" if varies else Secret(f", right is {right:.4g}")
    here = f"{_read(formula)} Not equal to what is asked: at a random point, yours gives {yours:.4g}"
    evidence = {"kind": "counterexample", "entry": entry, "yours": f"{yours:.4g}", "right": there}
    return Outcome(Verdict.INCORRECT, Decimal(0), (here, tail, "."), evidence)
