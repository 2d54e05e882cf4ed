"""Functions of formulas at sample points: entry by entry, from the one table of functions; and comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.calculus.budget import Budget
from grader.calculus.compiled import Compiler
from grader.calculus.derive import NoDerivativeError, derivative
from grader.calculus.functions import Function, spelled
from grader.calculus.terms import Term, Var
from reference.graph import Array
from reference.ops import TABLE

# The operations that one function's definition may take: they hold a few dozen.
_WORK = 10_000


def elementwise(word: str, primes: int) -> Callable[[Array], Array] | None:
    """The values of the function of one variable that a word spells, or of its derivative; None if it spells none."""
    function = spelled(word)
    if function is None or function.least > 1 or primes > 1:
        return None
    if function.operation is not None and function.least == 1:
        return _slope(function.operation) if primes else TABLE[function.operation].forward
    return _compiled(function, primes)


def _slope(operation: str) -> Callable[[Array], Array]:
    """The derivative of an operation: what it hands back of a gradient of ones."""
    rules = TABLE[operation]

    def slope(a: Array) -> Array:
        (found,) = rules.vjp(np.ones_like(a), rules.forward(a), a)
        values: Array = found
        return values

    return slope


def _compiled(function: Function, primes: int) -> Callable[[Array], Array] | None:
    try:
        term: Term = function.of(Var("x"))
        for _ in range(primes):
            term = derivative(term, "x")
    except NoDerivativeError:
        return None
    evaluator = Compiler(complex_values=False, budget=Budget(_WORK)).compile(term)
    return lambda a: np.broadcast_to(evaluator({"x": a}), a.shape)


COMPARISONS: Mapping[str, Callable[[Array, Array], Array]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "!=": np.not_equal,
}
