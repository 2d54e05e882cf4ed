"""Terms as closures over arrays of sample points: one NumPy operation a node, undefined values NaN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.calculus.budget import Budget
from grader.calculus.functions import FUNCTIONS
from grader.calculus.special import Array
from grader.calculus.terms import Add, Call, Choice, Const, Mul, Pow, Term, Total, Unknown, Var, walk
from grader.calculus.unknown import waves

Points = Mapping[str, Array]
Evaluator = Callable[[Points], Array]

MAX_RANGE = 1_000


class Compiler:
    """Compiles terms for real or for complex points, counting the operations of an evaluation against a budget."""

    def __init__(self, *, complex_values: bool, budget: Budget) -> None:
        self._complex = complex_values
        self._budget = budget

    def compile(self, term: Term) -> Evaluator:
        """A closure that gives the values of a term at points."""
        self._budget.spend(1)
        rule = _RULES[type(term)]
        evaluator: Evaluator = rule(self, term)
        return evaluator

    def const(self, term: Const) -> Evaluator:
        """A number; one past the range of doubles is undefined here (high precision may know it)."""
        try:
            value = float(term.value)
        except OverflowError:
            value = np.nan
        number = np.asarray(complex(value) if self._complex else value)
        return lambda _: number

    def var(self, term: Var) -> Evaluator:
        """A variable's column of the points."""
        key = term.key
        if self._complex:
            return lambda points: points[key] + 0j
        return lambda points: points[key]

    def add(self, term: Add) -> Evaluator:
        """A sum, from left to right."""
        first, *rest = map(self.compile, term.terms)

        def total(points: Points) -> Array:
            value = first(points)
            for part in rest:
                value = value + part(points)
            return value

        return total

    def mul(self, term: Mul) -> Evaluator:
        """A product, from left to right."""
        first, *rest = map(self.compile, term.factors)

        def product(points: Points) -> Array:
            value = first(points)
            for part in rest:
                value = value * part(points)
            return value

        return product

    def pow(self, term: Pow) -> Evaluator:
        """A power: of a negative number only to whole exponents, unless values are complex."""
        base, exponent = self.compile(term.base), self.compile(term.exponent)
        if isinstance(term.exponent, Const) and term.exponent.value == -1:
            return lambda points: 1.0 / base(points)
        if self._complex:
            return lambda points: _complex_power(base(points), exponent(points))
        return lambda points: np.float_power(base(points), exponent(points))

    def call(self, term: Call) -> Evaluator:
        """A known function of its arguments."""
        function = FUNCTIONS[term.name]
        operation = function.complex if self._complex else function.real
        if operation is None:
            raise ValueError(f"{term.name} is no function of terms: it is defined by others")
        args = tuple(map(self.compile, term.args))
        if len(args) == 1:
            (arg,) = args
            return lambda points: operation(arg(points))
        return lambda points: operation(*(arg(points) for arg in args))

    def unknown(self, term: Unknown) -> Evaluator:
        """An unknown function, in whose place stands a smooth one that is drawn from its name."""
        args = tuple(map(self.compile, term.args))
        shape = waves(term.name, len(args))
        orders = term.orders

        def value(points: Points) -> Array:
            places = [arg(points) for arg in args]
            total: Array = np.zeros(())
            for amplitude, frequencies, phase in shape:
                slope = amplitude
                for frequency, order in zip(frequencies, orders, strict=True):
                    slope *= frequency**order
                angle = phase + sum(frequency * place for frequency, place in zip(frequencies, places, strict=True))
                total = total + slope * np.sin(angle + sum(orders) * (np.pi / 2))
            return total

        return value

    def total(self, term: Total) -> Evaluator:
        """A finite sum or product, term by term, each point with its own bounds."""
        lower, upper, body = self.compile(term.lower), self.compile(term.upper), self.compile(term.body)
        key, product, budget = term.key, term.kind == "prod", self._budget
        size = sum(1 for _ in walk(term.body))

        def value(points: Points) -> Array:
            first, last = np.real(lower(points)), np.real(upper(points))
            whole = (first == np.round(first)) & (last == np.round(last)) & (last - first < MAX_RANGE)
            count = int(np.max(np.where(whole, last - first + 1, 0), initial=0))
            result: Array = np.where(whole, 1.0 if product else 0.0, np.nan)
            budget.spend(max(count, 0) * size)
            for step in range(count):
                index = first + step
                part = body({**points, key: index})
                present = index <= last
                result = result * np.where(present, part, 1.0) if product else result + np.where(present, part, 0.0)
            return result

        return value

    def choice(self, term: Choice) -> Evaluator:
        """Cases: the value of the first whose condition holds."""
        cases = [(self.compile(condition), self.compile(value)) for condition, value in term.cases]

        def value(points: Points) -> Array:
            result: Array = np.asarray(np.nan)
            for condition, branch in reversed(cases):
                holds = np.real(condition(points))
                result = np.where(np.isnan(holds), np.nan, np.where(holds > 0, branch(points), result))
            return result

        return value


def _complex_power(base: Array, exponent: Array) -> Array:
    zero = base == 0
    safe = np.where(zero, 1.0, base)
    values: Array = np.power(safe, exponent)
    result: Array = np.where(zero, np.where(np.real(exponent) > 0, 0.0, np.where(exponent == 0, 1.0, np.nan)), values)
    return result


_RULES: dict[type[Any], Callable[[Compiler, Any], Evaluator]] = {
    Const: Compiler.const,
    Var: Compiler.var,
    Add: Compiler.add,
    Mul: Compiler.mul,
    Pow: Compiler.pow,
    Call: Compiler.call,
    Unknown: Compiler.unknown,
    Total: Compiler.total,
    Choice: Compiler.choice,
}
