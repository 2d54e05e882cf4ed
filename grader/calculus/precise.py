"""Terms at one point in high precision, with mpmath: what decides when doubles can't."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath as mp

from grader.calculus.budget import Budget
from grader.calculus.compiled import MAX_RANGE
from grader.calculus.functions import FUNCTIONS
from grader.calculus.terms import Add, Call, Choice, Const, Mul, Pow, Term, Total, Unknown, Var
from grader.calculus.unknown import waves

MAX_MAGNITUDE = 100_000  # in bits: larger and smaller values are not written out


class UndefinedError(Exception):
    """A term that has no value at the point: a pole, the log of 0, a root of a negative number among reals."""


class Precise:
    """Evaluates terms at one point, at the working precision of mpmath, counting operations.

    `lost` is by how many bits something that was added, or an argument's effect on a function, fell below that
    precision: with as many bits more it shows.
    """

    def __init__(self, point: Mapping[str, Any], *, complex_values: bool, budget: Budget) -> None:
        self._point = dict(point)
        self._complex = complex_values
        self._budget = budget
        self.lost = 0

    def value(self, term: Term) -> Any:
        """The value. Raises `UndefinedError`, and `OverBudgetError` past the budget."""
        self._budget.spend(1)
        rule = _RULES[type(term)]
        found = rule(self, term)
        if not mp.isfinite(found) or (not self._complex and isinstance(found, mp.mpc) and found.imag != 0):
            raise UndefinedError
        if found and abs(mp.mag(found)) > MAX_MAGNITUDE:
            raise UndefinedError
        return found

    def const(self, term: Const) -> Any:
        """A rational number; one that is written with more digits than there are is noted."""
        self._note(max(term.value.numerator.bit_length(), term.value.denominator.bit_length()))
        return mp.mpf(term.value.numerator) / term.value.denominator

    def var(self, term: Var) -> Any:
        """A variable's value at the point."""
        value = self._point[term.key]
        if isinstance(value, Fraction):
            return mp.mpf(value.numerator) / value.denominator
        return mp.mpmathify(value)

    def add(self, term: Add) -> Any:
        """A sum; what is too small beside the largest term to show is noted."""
        values = [self.value(part) for part in term.terms]
        sizes = [int(mp.mag(value)) for value in values if value]
        if sizes:
            self._note(max(sizes) - min(sizes))
        return mp.fsum(values)

    def _note(self, bits: int) -> None:
        if bits > mp.mp.prec * _SAFE:
            self.lost = max(self.lost, 2 * bits)

    def mul(self, term: Mul) -> Any:
        """A product."""
        return mp.fprod(self.value(part) for part in term.factors)

    def pow(self, term: Pow) -> Any:
        """A power, unless it is too large or too small to write out."""
        base, exponent = self.value(term.base), self.value(term.exponent)
        if base == 0:
            if mp.re(exponent) <= 0:
                raise UndefinedError
            return mp.mpf(0)
        if abs(exponent) * (abs(mp.mag(base)) + 1) > MAX_MAGNITUDE and abs(base) != 1:
            raise UndefinedError
        return base**exponent

    def call(self, term: Call) -> Any:
        """A known function."""
        args = [self.value(arg) for arg in term.args]
        if any(arg and mp.mag(arg) > _MAX_ARGUMENT for arg in args):
            raise UndefinedError
        for arg in args:
            self._note(2 * abs(int(mp.mag(arg))) if arg else 0)
        function = FUNCTIONS[term.name]
        if function.saturates:
            self._note(int(3 * abs(args[0]) ** function.saturates))
        if function.precise is None:
            raise ValueError(f"{term.name} is no function of terms: it is defined by others")
        try:
            return function.precise(*args)
        except (ValueError, OverflowError, ZeroDivisionError, TypeError, mp.mp.NoConvergence):
            raise UndefinedError from None

    def unknown(self, term: Unknown) -> Any:
        """The function that stands in for an unknown one."""
        places = [self.value(arg) for arg in term.args]
        total = mp.mpf(0)
        for amplitude, frequencies, phase in waves(term.name, len(places)):
            slope = mp.mpf(amplitude)
            for frequency, order in zip(frequencies, term.orders, strict=True):
                slope *= mp.mpf(frequency) ** order
            angle = phase + mp.fsum(frequency * place for frequency, place in zip(frequencies, places, strict=True))
            total += slope * mp.sin(angle + sum(term.orders) * mp.pi / 2)
        return total

    def total(self, term: Total) -> Any:
        """A finite sum or product."""
        lower, upper = self.value(term.lower), self.value(term.upper)
        if not (mp.isint(lower) and mp.isint(upper)) or upper - lower >= MAX_RANGE:
            raise UndefinedError
        outer = self._point.get(term.key)
        values = []
        for index in range(int(lower), int(upper) + 1):
            self._point[term.key] = mp.mpf(index)
            values.append(self.value(term.body))
        if outer is not None:
            self._point[term.key] = outer
        return mp.fprod(values) if term.kind == "prod" else mp.fsum(values)

    def choice(self, term: Choice) -> Any:
        """Cases."""
        for condition, value in term.cases:
            if self.value(condition) > 0:
                return self.value(value)
        raise UndefinedError


_SAFE = 0.75  # the part of the digits up to which a small term shows well enough
_MAX_ARGUMENT = 64  # in bits: beyond, a sine or an exponential would take more digits than there are

_RULES: dict[type[Any], Callable[[Precise, Any], Any]] = {
    Const: Precise.const,
    Var: Precise.var,
    Add: Precise.add,
    Mul: Precise.mul,
    Pow: Precise.pow,
    Call: Precise.call,
    Unknown: Precise.unknown,
    Total: Precise.total,
    Choice: Precise.choice,
}
