"""Two terms at one point, in as many digits as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import mpmath as mp

from grader.calculus.budget import Budget
from grader.calculus.precise import Precise, UndefinedError
from grader.calculus.tolerances import GUARD_DIGITS
from grader.equality.verdicts import EXACT, Decision, Question, Tolerance, Verdict

DIGITS = 50
MOST_DIGITS = 1_500
_SHOWN = (5, 20)

Point = Mapping[str, Any]


@dataclass(frozen=True)
class Values:
    """What two sides are at a point, and whether that is the same."""

    same: bool
    left: Any
    right: Any


class Closely:
    """Compares the sides of a question at single points, within a budget of operations for all of them."""

    def __init__(self, question: Question, *, complex_values: bool, budget: Budget) -> None:
        self._question = question
        self._complex = complex_values
        self._budget = budget

    def compare(self, point: Point) -> Values | None:
        """The values of both sides; None where one is undefined, or takes more digits than are written."""
        tolerance = self._question.tolerance
        try:
            left, right, lost = self._values(point, DIGITS)
            with mp.workdps(DIGITS):
                gap = abs(left - right)
                if tolerance != EXACT:
                    return Values(bool(gap <= _allowed(tolerance, right)), left, right)
                near = gap <= mp.mpf(10) ** (GUARD_DIGITS - DIGITS) * max(abs(left), abs(right))
            if near and not lost:
                return Values(same=True, left=left, right=right)
            return self._with_more_digits(point, gap, lost)
        except UndefinedError:
            return None

    def _with_more_digits(self, point: Point, gap: Any, lost: int) -> Values:
        """A gap that is only rounding closes, and what was too small to count counts."""
        digits = 2 * DIGITS + lost // 3
        if digits > MOST_DIGITS:
            raise UndefinedError
        left, right, _ = self._values(point, digits)
        with mp.workdps(digits):
            closer = abs(left - right)
            noise = mp.mpf(10) ** (DIGITS // 2 - digits) * max(abs(left), abs(right))
            rounding = not lost and closer <= gap * mp.mpf(10) ** (-DIGITS // 2)
        return Values(bool(closer <= noise or rounding), left, right)

    def _values(self, point: Point, digits: int) -> tuple[Any, Any, int]:
        """Both sides, and how many bits were lost below the working precision."""
        with mp.workdps(digits):
            precise = Precise(point, complex_values=self._complex, budget=self._budget)
            left, right = precise.value(self._question.left), precise.value(self._question.right)
        return left, right, precise.lost


def _allowed(tolerance: Tolerance, right: Any) -> Any:
    relative = mp.mpf(tolerance.relative.numerator) / tolerance.relative.denominator
    absolute = mp.mpf(tolerance.absolute.numerator) / tolerance.absolute.denominator
    return (absolute + relative * abs(right)) * (1 + mp.mpf(10) ** -20)


def counterexample(point: Point, values: Values) -> Decision:
    """The decision that a point at which the sides differ gives, rounded for a reader."""
    witness = {key: _rounded(value, _SHOWN[0]) for key, value in point.items()}
    for digits in _SHOWN:
        shown = (_rounded(values.left, digits), _rounded(values.right, digits))
        if shown[0] != shown[1]:
            return Decision(Verdict.DIFFERENT, "counterexample", witness=MappingProxyType(witness), values=shown)
    with mp.workdps(MOST_DIGITS):
        note = f"they differ by {_rounded(values.left - values.right, _SHOWN[0])}"
    return Decision(Verdict.DIFFERENT, "counterexample", 0, MappingProxyType(witness), shown, note)


def _rounded(value: Any, digits: int) -> str:
    with mp.workdps(digits + 5):
        text: str = mp.nstr(mp.mpmathify(value), digits)
    return text
