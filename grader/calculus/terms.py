"""Terms: what is left of a tree when notation is gone.

Scalar expressions become a handful of forms, whatever was written: `a/b` is `a * b^-1`, `\\sqrt x` is `x^(1/2)`,
`arcsin` and `asin` are one function. Constructors fold numbers exactly and flatten; they never divide by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

Term: TypeAlias = "Const | Var | Add | Mul | Pow | Call | Unknown | Total | Choice"

# Exact powers of numbers are folded while they stay this short.
MAX_EXPONENT = 512
MAX_BITS = 4_096


@dataclass(frozen=True, slots=True)
class Const:
    """A rational number, exactly."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Var:
    """A variable, by its key."""

    key: str


@dataclass(frozen=True)
class Add:
    """A sum."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Mul:
    """A product of scalars."""

    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Pow:
    """A power."""

    base: Term
    exponent: Term


@dataclass(frozen=True)
class Call:
    """A known function, constant (no arguments) or comparison (1 or 0), by its name in `functions`."""

    name: str
    args: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """A function that nothing is known of; `orders` counts how often it was derived by each argument."""

    name: str
    args: tuple[Term, ...]
    orders: tuple[int, ...]


@dataclass(frozen=True)
class Total:
    """A finite sum (`sum`) or product (`prod`) over an integer variable."""

    kind: str
    key: str
    lower: Term
    upper: Term
    body: Term


@dataclass(frozen=True)
class Choice:
    """Cases in order, each a condition (1 or 0) and a value; undefined where none holds."""

    cases: tuple[tuple[Term, Term], ...]


ZERO, ONE, MINUS_ONE, TWO, HALF = (Const(Fraction(value)) for value in (0, 1, -1, 2, Fraction(1, 2)))
I = Call("i")  # noqa: E741
E, PI = Call("e"), Call("pi")


def const(value: int | Fraction) -> Const:
    """A number as a term."""
    return Const(Fraction(value))


def add(*terms: Term) -> Term:
    """The sum, with numbers added up and sums within it flattened."""
    total, others = Fraction(0), list[Term]()
    for term in _flattened(terms, Add):
        if isinstance(term, Const):
            total += term.value
        else:
            others.append(term)
    if total or not others:
        others.append(Const(total))
    return others[0] if len(others) == 1 else Add(tuple(others))


def mul(*factors: Term) -> Term:
    """The product, with numbers multiplied out and products within it flattened."""
    total, others = Fraction(1), list[Term]()
    for factor in _flattened(factors, Mul):
        if isinstance(factor, Const):
            total *= factor.value
        else:
            others.append(factor)
    if not total:
        return ZERO
    if total != 1 or not others:
        others.insert(0, Const(total))
    return others[0] if len(others) == 1 else Mul(tuple(others))


def negative(term: Term) -> Term:
    """Minus a term."""
    return mul(MINUS_ONE, term)


def power(base: Term, exponent: Term) -> Term:
    """The power, exactly where both are numbers and the result is not too long."""
    if exponent == ONE:
        return base
    if exponent == ZERO and base != ZERO:
        return ONE
    if isinstance(base, Const) and isinstance(exponent, Const):
        folded = _folded(base.value, exponent.value)
        if folded is not None:
            return Const(folded)
    return Pow(base, exponent)


def _folded(base: Fraction, exponent: Fraction) -> Fraction | None:
    whole = exponent.denominator == 1 and abs(exponent) <= MAX_EXPONENT
    if not whole or (base == 0 and exponent <= 0):
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    return Fraction(base ** int(exponent)) if bits * abs(exponent) <= MAX_BITS else None


def divide(above: Term, below: Term) -> Term:
    """The quotient; division by zero stays written."""
    return mul(above, power(below, MINUS_ONE))


def call(name: str, *args: Term) -> Term:
    """A function applied."""
    return Call(name, args)


def _flattened(terms: Iterable[Term], kind: type[Add | Mul]) -> Iterator[Term]:
    for term in terms:
        if isinstance(term, Add) and kind is Add:
            yield from term.terms
        elif isinstance(term, Mul) and kind is Mul:
            yield from term.factors
        else:
            yield term


def parts(term: Term) -> tuple[Term, ...]:
    """The terms directly below."""
    return _PARTS[type(term)](term)


_PARTS: dict[type[Any], Callable[[Any], tuple[Term, ...]]] = {
    Const: lambda _: (),
    Var: lambda _: (),
    Add: lambda term: term.terms,
    Mul: lambda term: term.factors,
    Pow: lambda term: (term.base, term.exponent),
    Call: lambda term: term.args,
    Unknown: lambda term: term.args,
    Total: lambda term: (term.lower, term.upper, term.body),
    Choice: lambda term: tuple(part for case in term.cases for part in case),
}


def walk(term: Term) -> Iterator[Term]:
    """The term and everything below it."""
    waiting = [term]
    while waiting:
        term = waiting.pop()
        yield term
        waiting.extend(parts(term))


def with_parts(term: Term, new: tuple[Term, ...]) -> Term:
    """The term with other parts in the place of its own, folded anew."""
    return _REMADE[type(term)](term, new)


_REMADE: dict[type[Any], Callable[[Any, tuple[Term, ...]], Term]] = {
    Const: lambda term, _: term,
    Var: lambda term, _: term,
    Add: lambda _, new: add(*new),
    Mul: lambda _, new: mul(*new),
    Pow: lambda _, new: power(*new),
    Call: lambda term, new: Call(term.name, new),
    Unknown: lambda term, new: Unknown(term.name, new, term.orders),
    Total: lambda term, new: Total(term.kind, term.key, *new),
    Choice: lambda _, new: Choice(tuple(zip(new[::2], new[1::2], strict=True))),
}


def substitute(term: Term, key: str, value: Term) -> Term:
    """The term with a variable replaced; a sum over that variable keeps its own."""
    if isinstance(term, Var):
        return value if term.key == key else term
    if isinstance(term, Total) and term.key == key:
        lower, upper = substitute(term.lower, key, value), substitute(term.upper, key, value)
        return Total(term.kind, key, lower, upper, term.body)
    below = parts(term)
    return with_parts(term, tuple(substitute(part, key, value) for part in below)) if below else term


def variables(term: Term) -> frozenset[str]:
    """The keys of the free variables."""
    if isinstance(term, Var):
        return frozenset({term.key})
    if isinstance(term, Total):
        return variables(term.lower) | variables(term.upper) | (variables(term.body) - {term.key})
    return frozenset().union(*map(variables, parts(term)))
