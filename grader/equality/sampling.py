"""Two terms at sample points: in doubles everywhere, and closely where doubles can't tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.calculus import terms as t
from grader.calculus.budget import Budget, OverBudgetError
from grader.calculus.compiled import Compiler
from grader.calculus.functions import FUNCTIONS
from grader.calculus.samples import ROWS, Draws
from grader.calculus.special import Array
from grader.calculus.terms import Call, Pow, Term, Total
from grader.calculus.tolerances import EDGE, TERM_ROUNDING
from grader.equality.closely import Closely, counterexample
from grader.equality.kinks import kink_points
from grader.equality.verdicts import EXACT, Decision, Question, Verdict

COMPILE_BUDGET = 20_000
PRECISE_BUDGET = 3_000
ENOUGH = 12
SUSPECTS = 4
CERTAIN = 2
LEAST = 3

Row = dict[str, Any]


class Sampling:
    """One look at a question: with real values, or with complex ones."""

    def __init__(self, question: Question, *, complex_values: bool) -> None:
        self._question = question
        self._complex = complex_values
        self._keys = tuple(sorted(t.variables(question.left) | t.variables(question.right)))
        self._budget = Budget(COMPILE_BUDGET)
        self._closely = Closely(question, complex_values=complex_values, budget=Budget(PRECISE_BUDGET))
        self._agreed = 0

    def decision(self) -> Decision | None:
        """The decision; None where no point is defined on both sides."""
        try:
            return self._decision()
        except OverBudgetError:
            return Decision(Verdict.UNDECIDED, "budget", note="more operations than a question may take")

    def _decision(self) -> Decision | None:
        question = self._question
        compiler = Compiler(complex_values=self._complex, budget=self._budget)
        left, right = compiler.compile(question.left), compiler.compile(question.right)
        tried: list[Row] = []
        agreeing: list[Row] = []
        with np.errstate(all="ignore"):
            for points in self._batches(compiler):
                rows = _rows(points)
                tried.extend(rows[:2])
                values = [np.broadcast_to(side(points), (ROWS if self._keys else 1,)) for side in (left, right)]
                good, suspects = self._sorted(*values)
                agreeing.extend(rows[row] for row in good)
                found = self._first_difference([rows[row] for row in _spread(suspects, SUSPECTS)])
                if found is not None:
                    return found
        return self._confirmed(agreeing, tried)

    def _batches(self, compiler: Compiler) -> Iterator[dict[str, Array]]:
        """Batches until enough points agree; then points on both sides of every kink."""
        sides = (self._question.left, self._question.right)
        draws = Draws(self._keys, _whole_keys(sides), self._question.domain, self._question.seed)
        if _has_nested_powers(sides):
            yield from draws.fractions()
        first = None
        for batch in draws.batches():
            first = first or batch
            yield batch
            if self._agreed >= ENOUGH or not self._keys:
                break
        if first and not self._complex:
            yield from kink_points(sides, first, compiler)

    def _sorted(self, left: Array, right: Array) -> tuple[list[int], list[int]]:
        """Rows at which both sides are defined: those that agree in doubles, and those that need a closer look."""
        gap, size = np.abs(left - right), np.abs(left) + np.abs(right)
        defined = np.isfinite(gap) & np.isfinite(size)
        tolerance = self._question.tolerance
        if tolerance == EXACT:
            near = gap <= TERM_ROUNDING * size
        else:
            near = gap <= (float(tolerance.absolute) + float(tolerance.relative) * np.abs(right)) * (1 - EDGE)
        good, suspects = np.flatnonzero(defined & near), np.flatnonzero(defined & ~near)
        self._agreed += len(good)
        return good.tolist(), suspects.tolist()

    def _first_difference(self, rows: list[Row]) -> Decision | None:
        for row in rows:
            values = self._closely.compare(row)
            if values is not None and not values.same:
                return counterexample(row, values)
            self._agreed += values is not None
        return None

    def _confirmed(self, agreeing: list[Row], tried: list[Row]) -> Decision | None:
        """Same, if of the points that agree in doubles some agree closely, too, and none disagrees; not for too few."""
        if self._question.tolerance != EXACT and agreeing:
            return Decision(Verdict.SAME, "sampled", points=self._agreed)
        confirmed = 0
        for row in [agreeing[place] for place in _spread(range(len(agreeing)), CERTAIN)] or tried:
            values = self._closely.compare(row)
            if values is not None and not values.same:
                return counterexample(row, values)
            confirmed += values is not None
        points = max(self._agreed, confirmed)
        if self._keys and points < LEAST:
            return None
        if confirmed or (self._agreed and not agreeing):
            return Decision(Verdict.SAME, "sampled", points=points)
        if agreeing:
            return Decision(Verdict.UNDECIDED, "digits", note="they agree as far as doubles show")
        return None


def _spread(places: Any, count: int) -> list[int]:
    """About `count` of the places, evenly apart."""
    chosen: list[int] = list(places[:: max(1, len(places) // count)])[: count + 1]
    return chosen


def _rows(points: Mapping[str, Array]) -> list[Row]:
    if not points:
        return [{}]
    columns = {key: column.tolist() for key, column in points.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _whole_keys(sides: tuple[Term, ...]) -> frozenset[str]:
    """Variables that stand where only whole numbers make sense."""
    found: frozenset[str] = frozenset()
    for part in (part for side in sides for part in t.walk(side)):
        if isinstance(part, Call) and FUNCTIONS[part.name].whole:
            found = found.union(*map(t.variables, part.args))
        elif isinstance(part, Total):
            found |= t.variables(part.lower) | t.variables(part.upper)
    return found


def _has_nested_powers(sides: tuple[Term, ...]) -> bool:
    """Whether a power of more than a name has an exponent that varies: such agree where bases are positive."""
    powers = [part for side in sides for part in t.walk(side) if isinstance(part, Pow)]
    return any(not isinstance(part.exponent, t.Const) and bool(t.parts(part.base)) for part in powers)
