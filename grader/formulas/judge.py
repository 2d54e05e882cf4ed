"""Judging one formula: what it agrees with, and if with nothing, where its plainest reading differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

import numpy as np

from grader.calculus.budget import ANSWER, Budget, OverBudgetError, array_work
from grader.formulas.answers import Asked, Formula, Trial
from grader.formulas.compare import AVERAGED, FACTOR, MEAN, Comparer, Match, best
from grader.formulas.edits import edits
from grader.formulas.errors import FormulaError
from grader.formulas.gates import biases
from grader.formulas.indices import has_numbers_for_sizes
from grader.formulas.names import RESHAPES, Used
from grader.formulas.points import POINTS, Points
from grader.formulas.references import NONE, Reference, by_sample, references
from grader.formulas.tensors import Tensor
from grader.formulas.usual import SIZE_NAMES
from grader.formulas.worked_out import circular
from grader.formulas.worth import MAX_READINGS, worth
from grader.language.syntax import Apply, Index, Matrix, Name, Node, Number, Product
from grader.language.trees import walk
from grader.slips.factors import Sizes, factor
from reference.graph import Array

# A student's own earlier formulas as values at a set of points.
Own: TypeAlias = Mapping[Used, Mapping[Points, Array]]
Keys: TypeAlias = frozenset[tuple[str, ...]]

# How many mendings are looked at, how many readings of each, and how many of all.
_MAX_EDITS = 200
_MAX_MENDED = 8
_MAX_ALL_MENDED = 2000
# What a part is counted as that is built anew around a mended one, and gone to again.
_REBUILT = 12


@dataclass(frozen=True)
class Judgement:
    """What a formula agrees with, or where its plainest reading differs.

    `readings` counts what was looked at, `spent` the operations that it took; `over` says that they did not suffice.
    """

    match: Match | None
    readings: int
    plainest: Tensor | None
    truth: Array
    spent: int = 0
    over: bool = False

    @property
    def exhausted(self) -> bool:
        """Whether looking stopped before everything was seen."""
        return self.over or (self.match is None and self.readings >= MAX_READINGS)


def points_of(member: Node, asked: Asked) -> Points:
    """The sample points at which a member is compared: the homework's own sizes where it has numbers for them."""
    fixed = any(_is_shaped(node) for node in walk(member))
    return asked.points(own_sizes=fixed or has_numbers_for_sizes(member))


def _is_shaped(node: Node) -> bool:
    """Whether a part has a shape in numbers: a matrix of entries, an entry, or a reshape that says what to."""
    if isinstance(node, Apply):
        return node.head.base in RESHAPES and len(node.args) > 1
    return isinstance(node, Matrix) or (isinstance(node, Index) and any(_has_stride(at) for at in node.at))


def _has_stride(index: Node) -> bool:
    """Whether an index is a number, or counts in steps of one, as `4(k-1) + i` does."""
    products = (part for part in walk(index) if isinstance(part, Product))
    return isinstance(index, Number) or any(isinstance(one, Number) for part in products for one in part.factors)


def judge(formula: Formula, asked: Asked, own: Own, paid: Keys) -> Judgement:
    """Compare a formula's readings with the truth, with slips, and with what the student's own formulas give."""
    budget = Budget(ANSWER)
    try:
        found = _at_best_points(formula, asked, own, paid, budget)
    except OverBudgetError:
        truth = _plain_comparer(asked, points_of(formula.last, asked)).truth
        found = Judgement(None, 0, None, truth, over=True)
    return replace(found, spent=budget.spent)


def _at_best_points(formula: Formula, asked: Asked, own: Own, paid: Keys, budget: Budget) -> Judgement:
    """At the homework's own sizes, too, where a formula is right there alone."""
    here, there = (Trial(asked, at, budget) for at in (points_of(formula.last, asked), asked.points(own_sizes=True)))
    if here.points is there.points or not _names_sizes(formula.last, asked):
        return _judged(formula, here, own, paid)
    found = None
    with suppress(FormulaError):
        found = _judged(formula, here, own, paid)
        if found.match is not None and not found.match.all_slips:
            return found
    with suppress(FormulaError):
        if agrees(formula.last, formula, there):
            return _judged(formula, there, own, paid)
    return found or _judged(formula, here, own, paid)


def _names_sizes(member: Node, asked: Asked) -> bool:
    """Whether a formula says a size that may be a number in the homework's own formulas, as the 4 of a mean over 4.

    By that number, by its usual letter, or by a mean; then it may hold at the homework's own sizes only.
    """
    sizes = {str(size) for shape in asked.setting.own.shapes.values() for size in shape if size > 1}
    return any(_says_size(node, sizes, asked) for node in walk(member))


def _says_size(node: Node, sizes: set[str], asked: Asked) -> bool:
    if isinstance(node, Apply):
        return node.head.base in _COUNTING
    if isinstance(node, Name):
        return node.base in SIZE_NAMES and node.base not in asked.names.meanings
    return isinstance(node, Number) and node.text in sizes


_COUNTING = frozenset({"mean", "average", "Mean", "len", "size", "shape"})


def _judged(formula: Formula, trial: Trial, own: Own, paid: Keys) -> Judgement:
    comparer = _comparer(trial.asked, trial.points, own)
    tensors: list[Tensor] = []
    for tensor in worth(formula.last, formula, trial):
        trial.budget.spend(array_work(comparer.truth.size))
        tensors.append(tensor)
        if comparer.is_right(tensor):
            return Judgement(Match(Reference(comparer.truth, NONE), NONE), len(tensors), tensors[0], comparer.truth)
    found: list[Match] = []
    for tensor in tensors:
        trial.budget.spend(comparer.work)
        found += comparer.matches(tensor)
    if all(len(match.all_slips) > 1 for match in found):
        found += _mended(formula, trial, comparer)
    plainest = tensors[0] if tensors else None
    chosen = best(found, paid)
    return Judgement(chosen and _sized(chosen, formula, trial, own), len(tensors), plainest, comparer.truth)


def _sized(match: Match, formula: Formula, trial: Trial, own: Own) -> Match:
    """The match with its constant factor told in the homework's own sizes, or as the size of something."""
    asked, homework = trial.asked, trial.asked.points(own_sizes=True)
    slip = next((one for one in match.slips if one.key[0] in {FACTOR, MEAN}), None)
    if slip is None or trial.points is homework:
        return match
    there = _factor_in(match, formula, replace(trial, points=homework), own)
    told = factor(match.factor, there, _sizes(asked, trial.points), _sizes(asked, homework))
    averaged = slip.key[0] == MEAN and told.counted
    sentence = AVERAGED if averaged else str(told)
    return replace(match, slips=match.slips - {slip} | {replace(slip, sentence=sentence)})


def _factor_in(match: Match, formula: Formula, trial: Trial, own: Own) -> Fraction | None:
    """The constant factor by which the same formula is off from the same reference in another trial."""
    comparer = _comparer(trial.asked, trial.points, own)
    with suppress(FormulaError):  # what is mended may have no meaning
        for tensor in islice(worth(match.mended or formula.last, formula, trial), _MAX_MENDED):
            trial.budget.spend(comparer.work)
            for other in comparer.matches(tensor):
                if (other.reference.slips, other.reference.own) == (match.reference.slips, match.reference.own):
                    return other.factor
    return None


def _sizes(asked: Asked, at: Points) -> Sizes:
    """How many there are of what each axis runs over, at some points."""
    known = ((meaning, at.value(meaning.node).shape[1:]) for meaning in asked.names.meanings.values())
    return {axis.kind: size for meaning, shape in known for axis, size in zip(meaning.axes, shape, strict=False)}


def agrees(member: Node, formula: Formula, trial: Trial) -> bool:
    """Whether a member of a chain is the quantity itself at some points. Raises `OverBudgetError`."""
    comparer = _comparer(trial.asked, trial.points, {})
    for tensor in worth(member, formula, trial):
        trial.budget.spend(array_work(comparer.truth.size))
        if comparer.is_right(tensor):
            return True
    return False


def _mended(formula: Formula, trial: Trial, comparer: Comparer) -> Iterator[Match]:
    """Matches of the formula mended in one place; the mending is one more slip."""
    left = _MAX_ALL_MENDED
    rebuilt = _REBUILT * sum(1 for _ in walk(formula.last))
    for member, slip in islice(edits(formula.last, trial.asked, biases(trial.points.graph)), _MAX_EDITS):
        trial.budget.spend(rebuilt)
        if circular(member, trial.asked, trial.asked.graph):
            continue  # another name for what is asked is no answer, and nothing near one
        with suppress(FormulaError):  # what is mended may have no meaning
            for tensor in islice(worth(member, formula, trial), min(left, _MAX_MENDED)):
                left -= 1
                trial.budget.spend(comparer.work)
                for match in comparer.matches(tensor):
                    yield replace(match, slips=match.slips | {slip}, mended=member)


def _comparer(asked: Asked, at: Points, own: Own) -> Comparer:
    # A formula that was judged at other points (where gates are open, say) has no values at these.
    stand_ins = {used: arrays[at] for used, arrays in own.items() if at in arrays}
    if not stand_ins:
        return _plain_comparer(asked, at)
    return Comparer(asked, references(asked, at, stand_ins), by_sample(asked, at))


@lru_cache(maxsize=256)
def _plain_comparer(asked: Asked, at: Points) -> Comparer:
    return Comparer(asked, references(asked, at, {}), by_sample(asked, at))


def own_value(formula: Formula, asked: Asked) -> Mapping[Points, Array] | None:
    """What a student's own formula gives at all sample points, to stand in for the quantity; None if it can't."""
    if has_numbers_for_sizes(formula.last) or asked.entry:
        return None
    arrays = {}
    for at in (asked.points(own_sizes=False), asked.points(own_sizes=True)):
        tensor = _plainest(formula, asked, at)
        shape = at.value(asked.used.node).shape
        if tensor is None or tensor.data.shape[1:] != shape[1:]:
            return None
        arrays[at] = np.broadcast_to(tensor.data, (POINTS, *shape[1:]))
    return arrays


def _plainest(formula: Formula, asked: Asked, at: Points) -> Tensor | None:
    """The first reading; None at sizes where it has none."""
    with suppress(FormulaError, OverBudgetError):
        return next(worth(formula.last, formula, Trial(asked, at, Budget(ANSWER))), None)
    return None
