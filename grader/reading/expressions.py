r"""Entries that are expressions: `1 - 5.44e-6`, `e^15/(e^15+1)`, `\sqrt{2}/2`.

They are parsed by the one language and evaluated by the one evaluator in high precision, within a budget.

How exactly an expression is known: whole numbers, constants and powers of ten in a product are exact, and so is what
is computed from them alone. A decimal in it (`5.44e-6`, `0.5`) is known to half a unit of its last digit, as a decimal
alone is; the expression is known to the sum of what those halves move it by, each by itself, and has the digits that
lie above that. So `1 - 5.44e-6` is as good as `0.99999456`, and `0.5 * 0.76` as `0.4`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import mpmath as mp

from grader.calculus import terms as t
from grader.calculus.budget import Budget
from grader.calculus.functions import CONSTANTS
from grader.calculus.precise import Precise, UndefinedError
from grader.calculus.tolerances import EDGE
from grader.language import LanguageError, parse_expression
from grader.language import syntax as s
from grader.language.trees import rebuild, walk
from grader.meaning.lowering import lower
from grader.meaning.scope import NoMeaningError, Scope
from grader.reading.entries import Entry, bad_entry, literal

MAX_EXPRESSION = 200
MAX_DECIMALS = 12
_READ = 10  # operations that the shortest text takes to be read
DIGITS = 50  # as many as two expressions are compared with

_ARITHMETIC = (s.Number, s.Name, s.Sum, s.Negative, s.Product, s.Quotient, s.Power, s.Factorial, s.Abs, s.Apply)
_SIGNS = frozenset({"", "*", "cdot", "times"})


class _NoNumberError(Exception):
    """An expression that is no number; says why."""


@dataclass
class Evaluator:
    """Evaluates the expressions of one answer, each text once, within a budget for all of them."""

    budget: Budget
    known: dict[str, Entry] = field(default_factory=dict)

    def value(self, text: str) -> Entry:
        """The value of an expression of numbers, and how exactly it is known; what is none is a bad entry.

        Raises `OverBudgetError` where all expressions of an answer together take more work than one answer may.
        """
        if len(text) > MAX_EXPRESSION:
            return bad_entry(text, f"{text[:20]!r}... is longer than an expression of {MAX_EXPRESSION} characters")
        if text not in self.known:
            self.budget.spend(len(text) + _READ)
            self.known[text] = _evaluated(text, self.budget)
        return self.known[text]


def _evaluated(text: str, budget: Budget) -> Entry:
    try:
        return _known(text, _Expression.of(text), budget)
    except _NoNumberError as error:
        return bad_entry(text, f"{text[:40]!r} is not a number: {error}")
    except LanguageError:
        return bad_entry(text, f"{text[:40]!r} is not a number")
    except NoMeaningError as error:
        return bad_entry(text, f"{text[:40]!r} is not a number: {error.message}")


@dataclass(frozen=True)
class _Expression:
    """A term with a variable for each of its decimals, and what they are."""

    term: t.Term
    decimals: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> _Expression:
        tree = parse_expression(text)
        for node in walk(tree):
            _check(node)
        decimals: dict[str, str] = {}
        named = _named(tree, decimals, exact=False)
        if len(decimals) > MAX_DECIMALS:
            raise _NoNumberError(f"it has more than {MAX_DECIMALS} decimals; write its value")
        term = lower(named, Scope(declared=frozenset(decimals)))
        if any(isinstance(part, t.Unknown) for part in t.walk(term)) or t.variables(term) - decimals.keys():
            raise _NoNumberError("it has a function that is not known here")
        return cls(term, decimals)


def _check(node: s.Node) -> None:
    """Raises `_NoNumberError` for anything but arithmetic."""
    if not isinstance(node, _ARITHMETIC) or (isinstance(node, s.Product) and set(node.signs) - _SIGNS):
        raise _NoNumberError("only arithmetic is read here")
    if isinstance(node, s.Quotient) and node.doubtful:
        raise _NoNumberError("what is below its slash can be read in two ways; write brackets")


def _named(node: s.Node, decimals: dict[str, str], *, exact: bool) -> s.Node:
    """The tree with names for decimals. `exact`: it is a factor, in which a power of ten is a scale."""
    if isinstance(node, s.Name) and node.base not in CONSTANTS:
        raise _NoNumberError(f"{node.base!r} is a name")
    if isinstance(node, s.Apply):
        args = tuple(_named(arg, decimals, exact=False) for arg in node.args)
        return replace(node, args=args)
    if isinstance(node, s.Number):
        return node if _is_exact(node.text, scale=exact) else _decimal(node.text, decimals)
    factor = isinstance(node, s.Product | s.Quotient)
    return rebuild(node, lambda child: _named(child, decimals, exact=factor))


def _is_exact(text: str, *, scale: bool) -> bool:
    mantissa, _, exponent = text.lower().partition("e")
    return (mantissa == "1" and scale) or (not exponent and "." not in mantissa)


def _decimal(text: str, decimals: dict[str, str]) -> s.Name:
    name = f"decimal {len(decimals)}"
    decimals[name] = text
    return s.Name(name)


def _known(text: str, expression: _Expression, budget: Budget) -> Entry:
    point = {name: Fraction(one) for name, one in expression.decimals.items()}
    try:
        value = _value(expression.term, point, budget)
    except UndefinedError:
        raise _NoNumberError("it has no finite value") from None
    half_unit = math.fsum(_moves(expression, point, value, budget))
    return Entry(text, value, half_unit, _digits(value, 2.0 * half_unit))


def _value(term: t.Term, point: Mapping[str, Fraction], budget: Budget) -> float:
    with mp.workdps(DIGITS):
        value = float(Precise(point, complex_values=False, budget=budget).value(term))
    if not math.isfinite(value):
        raise UndefinedError
    return value


def _moves(expression: _Expression, point: Mapping[str, Fraction], value: float, budget: Budget) -> Iterator[float]:
    """By how much each decimal moves the value when it moves by half a unit of its last digit, at most."""
    for name, text in expression.decimals.items():
        half = Fraction(literal(text).half_unit)
        for step in (half, -half):
            try:
                moved = _value(expression.term, {**point, name: point[name] + step}, budget)
            except UndefinedError:
                yield abs(value)
            else:
                yield 0.5 * abs(moved - value)


def _digits(value: float, unit: float) -> int:
    """How many digits of a value lie above a unit of its last place."""
    if not unit or abs(value) < unit:
        return 0
    return math.floor(math.log10(abs(value) / unit * (1.0 + EDGE))) + 1
