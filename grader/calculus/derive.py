"""Derivatives of terms, by the rules of calculus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grader.calculus import terms as t
from grader.calculus.functions import FUNCTIONS
from grader.calculus.terms import Add, Call, Choice, Const, Mul, Pow, Term, Total, Unknown, Var


class NoDerivativeError(Exception):
    """A term that has no derivative that the rules here give."""


def derivative(term: Term, key: str) -> Term:
    """The derivative by one variable, all others held fixed. Raises `NoDerivativeError`."""
    if key not in t.variables(term):
        return t.ZERO
    return _RULES[type(term)](term, key)


def _variable(term: Var, key: str) -> Term:
    return t.ONE if term.key == key else t.ZERO


def _sum(term: Add, key: str) -> Term:
    return t.add(*(derivative(part, key) for part in term.terms))


def _product(term: Mul, key: str) -> Term:
    """The product rule, one factor after another."""
    factors = term.factors
    return t.add(*(t.mul(derivative(factor, key), *factors[:k], *factors[k + 1 :]) for k, factor in enumerate(factors)))


def _power(term: Pow, key: str) -> Term:
    """n u^(n-1) u' for a fixed exponent, else u^v (v' log u + v u'/u)."""
    base, exponent = term.base, term.exponent
    inner = derivative(base, key)
    if key not in t.variables(exponent):
        return t.mul(exponent, t.power(base, t.add(exponent, t.MINUS_ONE)), inner)
    growth = t.mul(derivative(exponent, key), t.call("log", base))
    return t.mul(term, t.add(growth, t.mul(exponent, inner, t.power(base, t.MINUS_ONE))))


def _call(term: Call, key: str) -> Term:
    """The chain rule."""
    if term.name in {"max", "min"}:
        return derivative(_as_choice(term), key)
    slope = FUNCTIONS[term.name].slope
    if slope is None:
        raise NoDerivativeError(f"no derivative of {term.name} is known here")
    partials = slope(term, *term.args)
    return t.add(*(t.mul(partial, derivative(arg, key)) for partial, arg in zip(partials, term.args, strict=True)))


def _as_choice(term: Call) -> Term:
    """max(a, b) as cases; more arguments one after another."""
    sign = ">" if term.name == "max" else "<"
    best = term.args[0]
    for arg in term.args[1:]:
        best = Choice(((Call(sign, (best, arg)), best), (t.ONE, arg)))
    return best


def _unknown(term: Unknown, key: str) -> Term:
    """The chain rule, with one order more in each argument that depends on the variable."""
    parts = []
    for place, arg in enumerate(term.args):
        inner = derivative(arg, key)
        if inner != t.ZERO:
            orders = tuple(order + (place == k) for k, order in enumerate(term.orders))
            parts.append(t.mul(Unknown(term.name, term.args, orders), inner))
    return t.add(*parts)


def _total(term: Total, key: str) -> Term:
    if key in t.variables(term.lower) | t.variables(term.upper):
        raise NoDerivativeError("the variable stands in the bounds of a sum")
    if term.kind == "sum":
        return Total("sum", term.key, term.lower, term.upper, derivative(term.body, key))
    slope = t.divide(derivative(term.body, key), term.body)
    return t.mul(term, Total("sum", term.key, term.lower, term.upper, slope))


def _choice(term: Choice, key: str) -> Term:
    return Choice(tuple((condition, derivative(value, key)) for condition, value in term.cases))


def _constant(term: Const, key: str) -> Term:
    del term, key
    return t.ZERO


_RULES: dict[type[Any], Callable[..., Term]] = {
    Const: _constant,
    Var: _variable,
    Add: _sum,
    Mul: _product,
    Pow: _power,
    Call: _call,
    Unknown: _unknown,
    Total: _total,
    Choice: _choice,
}
