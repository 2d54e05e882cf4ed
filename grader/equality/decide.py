"""Whether two terms are the same: proof, then sample points in doubles, then high precision where it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import mpmath as mp
import numpy as np

from grader.equality.draws import ROWS, Draws
from grader.equality.kinks import kink_points
from grader.equality.normal import equal_forms
from grader.meaning import terms as t
from grader.meaning.budget import Budget, OverBudgetError
from grader.meaning.compiled import Compiler
from grader.meaning.functions import Array
from grader.meaning.precise import Precise, UndefinedError
from grader.meaning.terms import Call, Term, Total

PROOF_BUDGET = 4_000
COMPILE_BUDGET = 20_000
PRECISE_BUDGET = 3_000
ENOUGH = 12
SUSPECTS = 4
CERTAIN = 2
DIGITS = 50


class Verdict(StrEnum):
    """What two expressions are found to be."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Tolerance:
    """How far values may differ: by `absolute`, or by `relative` times the second side's size."""

    relative: Fraction = Fraction(0)
    absolute: Fraction = Fraction(0)


EXACT = Tolerance()


@dataclass(frozen=True)
class Decision:
    """A verdict with its evidence: `proved`, `sampled` at `points` points, or a `counterexample`.

    `witness` is the point of a counterexample, rounded, and `values` are the two sides there. `note` says why nothing
    was decided.
    """

    verdict: Verdict
    evidence: str
    points: int = 0
    witness: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    values: tuple[str, str] = ("", "")
    note: str = ""


@dataclass(frozen=True)
class Question:
    """Two terms, where they are compared, and how closely."""

    left: Term
    right: Term
    domain: str = "real"
    tolerance: Tolerance = EXACT
    seed: str = ""


def decide(question: Question) -> Decision:
    """Decide, within budgets of operations. Never `same` without proof or agreement in high precision."""
    if _proved(question):
        return Decision(Verdict.SAME, "proved")
    uses_i = any(term == t.I for side in (question.left, question.right) for term in t.walk(side))
    decision = None
    for complex_values in (False, True):
        if complex_values or not (uses_i or question.domain == "complex"):
            decision = _Sampling(question, complex_values=complex_values).decision()
            if decision is not None:
                return decision
    return Decision(Verdict.UNDECIDED, "undefined", note="no point was found at which both sides are defined")


def _proved(question: Question) -> bool:
    left, right = question.left, question.right
    return left == right or equal_forms(left, right, Budget(PROOF_BUDGET))


class _Sampling:
    """One look at a question: with real values, or with complex ones."""

    def __init__(self, question: Question, *, complex_values: bool) -> None:
        self._question = question
        self._complex = complex_values
        self._keys = tuple(sorted(t.variables(question.left) | t.variables(question.right)))
        self._budget = Budget(COMPILE_BUDGET)
        self._precise = Budget(PRECISE_BUDGET)
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
        tried: list[dict[str, Any]] = []
        agreeing: list[dict[str, Any]] = []
        with np.errstate(all="ignore"):
            for points in self._batches(compiler):
                rows = _rows(points)
                tried.extend(rows[:2])
                values = [np.broadcast_to(side(points), (ROWS if self._keys else 1,)) for side in (left, right)]
                good, suspects = self._sorted(*values)
                agreeing.extend(rows[row] for row in good)
                found = self._first_difference([rows[row] for row in suspects][:: max(1, len(suspects) // SUSPECTS)])
                if found is not None:
                    return found
        return self._confirmed(agreeing, tried)

    def _batches(self, compiler: Compiler) -> Iterator[dict[str, Array]]:
        """Batches until enough points agree; then points on both sides of every kink."""
        question = self._question
        whole = _whole_keys(question.left) | _whole_keys(question.right)
        draws = Draws(self._keys, whole, question.domain, question.seed)
        first = None
        for batch in draws.batches():
            first = first or batch
            yield batch
            if self._agreed >= ENOUGH or not self._keys:
                break
        if first is not None and not self._complex:
            yield from kink_points((question.left, question.right), first, compiler)

    def _sorted(self, left: Array, right: Array) -> tuple[list[int], list[int]]:
        """Rows at which both sides are defined: those that agree in doubles, and those that need a closer look."""
        gap, size = np.abs(left - right), np.abs(left) + np.abs(right)
        defined = np.isfinite(gap) & np.isfinite(size)
        tolerance = self._question.tolerance
        if tolerance == EXACT:
            near = gap <= 1e-11 * size
        else:
            near = gap <= (float(tolerance.absolute) + float(tolerance.relative) * np.abs(right)) * (1 - 1e-9)
        good, suspects = np.flatnonzero(defined & near), np.flatnonzero(defined & ~near)
        self._agreed += len(good)
        return good.tolist(), suspects.tolist()

    def _first_difference(self, rows: list[dict[str, Any]]) -> Decision | None:
        for row in rows[: SUSPECTS + 1]:
            compared = self._compared(row)
            if compared is not None and not compared[0]:
                return self._counterexample(row, compared[1], compared[2])
            if compared is not None:
                self._agreed += 1
        return None

    def _confirmed(self, agreeing: list[dict[str, Any]], tried: list[dict[str, Any]]) -> Decision | None:
        """Same, if the points that agree in doubles agree in high precision, too."""
        rows = agreeing[:: max(1, len(agreeing) // CERTAIN)][:CERTAIN] if agreeing else tried
        if self._question.tolerance != EXACT and agreeing:
            return Decision(Verdict.SAME, "sampled", points=self._agreed)
        confirmed = 0
        for row in rows:
            compared = self._compared(row)
            if compared is not None and not compared[0]:
                return self._counterexample(row, compared[1], compared[2])
            confirmed += compared is not None
        if confirmed or (self._agreed and not agreeing):
            return Decision(Verdict.SAME, "sampled", points=max(self._agreed, confirmed))
        if agreeing:
            return Decision(Verdict.UNDECIDED, "budget", note="agreement in doubles only")
        return None

    def _compared(self, row: dict[str, Any]) -> tuple[bool, Any, Any] | None:
        """Whether the sides agree at a point in high precision, and their values; None where one is undefined."""
        question = self._question
        try:
            with mp.workdps(DIGITS):
                left, right = self._value(question.left, row), self._value(question.right, row)
                gap = abs(left - right)
                if question.tolerance != EXACT:
                    return gap <= _allowed(question.tolerance, right), left, right
                if gap <= mp.mpf(10) ** (8 - DIGITS) * max(abs(left), abs(right)):
                    return True, left, right
            with mp.workdps(2 * DIGITS):
                closer = abs(self._value(question.left, row) - self._value(question.right, row))
            return bool(closer <= gap * mp.mpf(10) ** (-DIGITS // 2)), left, right
        except UndefinedError:
            return None

    def _value(self, term: Term, row: dict[str, Any]) -> Any:
        return Precise(row, complex_values=self._complex, budget=self._precise).value(term)

    def _counterexample(self, row: dict[str, Any], left: Any, right: Any) -> Decision:
        witness = {key: _rounded(value) for key, value in row.items()}
        values = (_rounded(left), _rounded(right))
        if values[0] == values[1]:
            values = (_rounded(left, 20), _rounded(right, 20))
        return Decision(Verdict.DIFFERENT, "counterexample", witness=MappingProxyType(witness), values=values)


def _allowed(tolerance: Tolerance, right: Any) -> Any:
    relative = mp.mpf(tolerance.relative.numerator) / tolerance.relative.denominator
    absolute = mp.mpf(tolerance.absolute.numerator) / tolerance.absolute.denominator
    return (absolute + relative * abs(right)) * (1 + mp.mpf(10) ** -20)


def _rows(points: Mapping[str, Array]) -> list[dict[str, Any]]:
    if not points:
        return [{}]
    columns = {key: column.tolist() for key, column in points.items()}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _rounded(value: Any, digits: int = 5) -> str:
    text: str = mp.nstr(mp.mpmathify(value), digits)
    return text


_WHOLE = frozenset({"factorial", "doublefactorial", "binomial", "gcd", "lcm"})


def _whole_keys(term: Term) -> frozenset[str]:
    """Variables that stand where only whole numbers make sense."""
    found: frozenset[str] = frozenset()
    for part in t.walk(term):
        if isinstance(part, Call) and part.name in _WHOLE:
            found = found.union(*map(t.variables, part.args))
        elif isinstance(part, Total):
            found |= t.variables(part.lower) | t.variables(part.upper)
    return found
