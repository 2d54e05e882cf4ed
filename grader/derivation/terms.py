"""What a side of a step means: densities by family and variables, weighed sums over variables, logs and arithmetic.

A `Term` is an expression of the language after every name has been told apart (see `reading`): it no longer says how
something was written, except where that shows something (an expectation is not an integral with an explicit factor).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Variables: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """Any meaning of a part of a line."""


@dataclass(frozen=True)
class Constant(Term):
    """A number."""

    value: float


@dataclass(frozen=True)
class Scalar(Term):
    """A positive number that nobody has said: a weight beta, a count N."""

    name: str


@dataclass(frozen=True)
class Density(Term):
    """`family(of | given)`; `bare` where no parameter was written, which is what tells p(z) from p(z|phi)."""

    family: str
    of: Variables
    given: Variables = ()
    bare: bool = False


@dataclass(frozen=True)
class Total(Term):
    """Terms added up."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Times(Term):
    """Factors multiplied."""

    factors: tuple[Term, ...]


@dataclass(frozen=True)
class Ratio(Term):
    """A fraction as it was written, since the fraction q/q shows nothing and the factor q does."""

    above: Term
    below: Term


@dataclass(frozen=True)
class Raised(Term):
    """A power."""

    base: Term
    exponent: Term


@dataclass(frozen=True)
class Log(Term):
    """The natural logarithm."""

    of: Term


@dataclass(frozen=True)
class Exp(Term):
    """The exponential function."""

    of: Term


@dataclass(frozen=True)
class Average(Term):
    """`body` summed over variables against their base measure, weighed by `measure` if it is an expectation."""

    body: Term
    over: Variables
    measure: Term | None = None


@dataclass(frozen=True)
class DataSum(Term):
    """A sum over the data points, all of them observed values."""

    body: Term


@dataclass(frozen=True)
class Relative(Term):
    """The KL divergence KL(left || right), by its definition."""

    left: Term
    right: Term
    over: Variables


@dataclass(frozen=True)
class Entropy(Term):
    """`-E_under[log of]`: the entropy where both are one density, else a cross-entropy."""

    under: Term
    of: Term
    over: Variables


def negative(term: Term) -> Term:
    """Minus a term, without piling up signs."""
    if isinstance(term, Times) and term.factors[0] == Constant(-1.0):
        return term.factors[1] if len(term.factors) == 2 else Times(term.factors[1:])
    return Times((Constant(-1.0), term))


def total(*terms: Term) -> Term:
    """The sum of terms, flat; a single one is itself."""
    flat = tuple(part for term in terms for part in (term.terms if isinstance(term, Total) else (term,)))
    return flat[0] if len(flat) == 1 else Total(flat)


def times(*factors: Term) -> Term:
    """The product of factors, flat; a single one is itself, and ones are left out."""
    flat = tuple(part for factor in factors for part in (factor.factors if isinstance(factor, Times) else (factor,)))
    flat = tuple(part for part in flat if part != Constant(1.0)) or (Constant(1.0),)
    return flat[0] if len(flat) == 1 else Times(flat)


def _parts(term: Term) -> tuple[str, ...]:
    """The names of a term's fields, which dataclasses keep in order."""
    return tuple(term.__dataclass_fields__)


def _terms(value: Any) -> tuple[Term, ...]:
    if isinstance(value, Term):
        return (value,)
    return tuple(item for item in value if isinstance(item, Term)) if isinstance(value, tuple) else ()


def children(term: Term) -> tuple[Term, ...]:
    """The terms directly below."""
    return tuple(child for part in _parts(term) for child in _terms(getattr(term, part)))


def walk(term: Term) -> Iterator[Term]:
    """The term and everything below it, parents first."""
    yield term
    for child in children(term):
        yield from walk(child)


def rebuild(term: Term, change: Callable[[Term], Term]) -> Term:
    """The term with `change` done to each of its children."""
    changed: dict[str, Any] = {}
    for part in _parts(term):
        value = getattr(term, part)
        if isinstance(value, Term):
            changed[part] = change(value)
        elif _terms(value):
            changed[part] = tuple(map(change, value))
    return replace(term, **changed) if changed else term


def rewrites(term: Term, edit: Callable[[Term], Iterator[Term]]) -> Iterator[Term]:
    """Every term that comes from editing one place of `term`."""
    yield from edit(term)
    for part in _parts(term):
        value = getattr(term, part)
        if isinstance(value, Term):
            yield from (replace(term, **{part: new}) for new in rewrites(value, edit))
        elif _terms(value):
            for i, child in enumerate(value):
                news = rewrites(child, edit)
                yield from (replace(term, **{part: (*value[:i], new, *value[i + 1 :])}) for new in news)


def solved_for(unknown: Term, whole: Term, value: Term) -> Term | None:
    """What `unknown`, a term of the sum `whole`, must be for the sum to be `value`; None where it is no such term."""
    terms = whole.terms if isinstance(whole, Total) else (whole,)
    for i, term in enumerate(terms):
        rest = (*terms[:i], *terms[i + 1 :])
        if term in (unknown, negative(unknown)) and not any(unknown in walk(one) for one in rest):
            difference = total(value, *map(negative, rest))
            return difference if term == unknown else negative(difference)
    return None
