"""Functions of numbers in a network: the function's own operation, or those of its definition, entry by entry."""

from __future__ import annotations

from cmath import isfinite
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from grader.calculus import terms as t
from grader.calculus.budget import Budget
from grader.calculus.compiled import Compiler
from grader.calculus.derive import NoDerivativeError, derivative
from grader.calculus.functions import FUNCTIONS, ArityError, Function
from grader.calculus.terms import Add, Call, Choice, Const, Mul, Pow, Term, Var
from grader.language.syntax import Apply, Node
from grader.networks.parts import Part, number
from grader.networks.reading import Reading

Places: TypeAlias = Mapping[str, Part]


def scalar(reading: Reading, function: Function, tree: Apply, given: Sequence[Node]) -> Part:
    """A function of its arguments as an operation; one that has none of its own by its definition."""
    parts = [reading.part(node) for node in given]
    if function.name in _FOLDED and len(parts) > 1:
        return reduce(lambda left, right: _FOLDED[function.name](reading, left, right, tree), parts)
    if function.operation is not None and len(parts) == function.least and function.name not in _FOLDED:
        return reading.emit(function.operation, parts, tree)
    names = [f"#{place}" for place in range(len(parts))]
    try:
        term = function.of(*map(Var, names))
    except ArityError as error:
        reading.fail(f"{tree.head.base!r} {error}", tree)
    return emitted(reading, term, dict(zip(names, parts, strict=True)), tree)


def slope(reading: Reading, function: Function, tree: Apply, given: Sequence[Node]) -> Part:
    """The derivative of a function of one variable: by the function's own value where the table has it so."""
    if len(given) != 1:
        reading.fail(f"a prime is the derivative of a function of one variable; got {len(given)}", tree)
    places = {"x": reading.part(given[0])}
    if function.slope is None:
        try:
            return emitted(reading, derivative(function.of(Var("x")), "x"), places, tree)
        except NoDerivativeError as error:
            reading.fail(str(error), tree)
    (found,) = function.slope(Var("value"), Var("x"))
    if "value" in t.variables(found):
        places["value"] = scalar(reading, function, tree, given)
    return emitted(reading, found, places, tree)


def emitted(reading: Reading, term: Term, places: Places, tree: Node) -> Part:
    """The operations of a term, its variables being parts that are there already."""
    if not t.variables(term):
        return _constant(reading, term, tree)
    rule = _RULES.get(type(term))
    if rule is None:
        reading.fail(f"{reading.text(tree)!r} has no operations in a network", tree)
    return rule(reading, term, places, tree)


def _constant(reading: Reading, term: Term, tree: Node) -> Part:
    """A number: nothing that a student could misread is made of it."""
    with np.errstate(all="ignore"):
        value = complex(Compiler(complex_values=False, budget=Budget(_WORK)).compile(term)({}))
    if not isfinite(value):
        reading.fail(f"{reading.text(tree)!r} holds what is no finite number", tree)
    return number(value.real)


# The operations that a constant in a function's definition may take: they hold a handful.
_WORK = 1_000


def _added(reading: Reading, term: Add, places: Places, tree: Node) -> Part:
    parts = [emitted(reading, part, places, tree) for part in term.terms]
    return reduce(lambda left, right: reading.emit("add", (left, right), tree), parts)


def _multiplied(reading: Reading, term: Mul, places: Places, tree: Node) -> Part:
    first, *rest = term.factors
    if first == t.MINUS_ONE:
        return reading.emit("negate", (emitted(reading, t.mul(*rest), places, tree),), tree)
    parts = [emitted(reading, part, places, tree) for part in term.factors]
    return reduce(lambda left, right: reading.emit("multiply", (left, right), tree), parts)


def _power(reading: Reading, term: Pow, places: Places, tree: Node) -> Part:
    base = emitted(reading, term.base, places, tree)
    if isinstance(term.exponent, Const) and term.exponent in _POWERS:
        return reading.emit(_POWERS[term.exponent], (base,), tree)
    return reading.emit("power", (base, emitted(reading, term.exponent, places, tree)), tree)


_POWERS: Mapping[Const, str] = {t.MINUS_ONE: "reciprocal", t.TWO: "square", t.HALF: "sqrt"}


def _call(reading: Reading, term: Call, places: Places, tree: Node) -> Part:
    function = FUNCTIONS[term.name]
    parts = [emitted(reading, part, places, tree) for part in term.args]
    if term.name in _FOLDED:
        return reduce(lambda left, right: _FOLDED[term.name](reading, left, right, tree), parts)
    if function.operation is None:
        reading.fail(f"{reading.text(tree)!r} has no operations in a network", tree)
    return reading.emit(function.operation, parts, tree)


def _choice(reading: Reading, term: Choice, places: Places, tree: Node) -> Part:
    """Cases as b + [condition] (a - b): each of them is computed everywhere."""
    *before, (_, value) = term.cases
    for condition, here in reversed(before):
        value = t.add(value, t.mul(condition, t.add(here, t.negative(value))))
    return emitted(reading, value, places, tree)


def _above(reading: Reading, left: Part, right: Part, tree: Node) -> Part:
    """1 where the one is larger."""
    of = left if right.number == 0 else reading.emit("subtract", (left, right), tree)
    return reading.emit("step", (of,), tree)


def _largest(reading: Reading, left: Part, right: Part, tree: Node) -> Part:
    """The larger of two; of anything and 0 it is a ReLU."""
    others = [part for part in (left, right) if part.number != 0]
    return reading.emit("relu", others, tree) if len(others) == 1 else reading.emit("maximum", (left, right), tree)


def _smallest(reading: Reading, left: Part, right: Part, tree: Node) -> Part:
    return reading.emit("minimum", (left, right), tree)


# What is computed of two at a time.
_FOLDED: Mapping[str, Callable[[Reading, Part, Part, Node], Part]] = {
    "max": _largest,
    "min": _smallest,
    ">": _above,
    "<": lambda reading, left, right, tree: _above(reading, right, left, tree),
}

_RULES: Mapping[type[Any], Callable[..., Part]] = {
    Var: lambda _, term, places, ___: places[term.key],
    Add: _added,
    Mul: _multiplied,
    Pow: _power,
    Call: _call,
    Choice: _choice,
}
