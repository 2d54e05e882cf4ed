"""A term as one line of plain text, for feedback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grader.derivation.terms import (
    Average,
    Constant,
    DataSum,
    Density,
    Entropy,
    Exp,
    Log,
    Raised,
    Ratio,
    Relative,
    Scalar,
    Term,
    Times,
    Total,
    negative,
)


def show(term: Term) -> str:
    """The term in plain text: `E_q(z|x)[log p(x|z)] - KL(q(z|x) || p(z))`."""
    return _RULES[type(term)](term)


def _density(term: Density) -> str:
    given = f"|{','.join(term.given)}" if term.given else ""
    return f"{term.family}({','.join(term.of)}{given})"


def _is_negative(term: Term) -> bool:
    return isinstance(term, Times) and term.factors[0] == Constant(-1.0)


def _total(term: Total) -> str:
    first, *rest = term.terms
    signed = (f" - {_factor(negative(one))}" if _is_negative(one) else f" + {show(one)}" for one in rest)
    return show(first) + "".join(signed)


def _times(term: Times) -> str:
    if _is_negative(term):
        return f"-{_factor(negative(term))}"
    return " ".join(map(_factor, term.factors))


def _factor(term: Term) -> str:
    return f"({show(term)})" if isinstance(term, Total) else show(term)


def _below(term: Term) -> str:
    return f"({show(term)})" if isinstance(term, Total | Times | Ratio) else show(term)


def _log(term: Log) -> str:
    text = show(term.of)
    return f"log ({text})" if isinstance(term.of, Times | Total | Ratio) else f"log {text}"


def _average(term: Average) -> str:
    if term.measure is None:
        return f"∫ {_factor(term.body)} d{' d'.join(term.over)}"
    return f"E_{show(term.measure)}[{show(term.body)}]"


def _entropy(term: Entropy) -> str:
    return f"H({show(term.under)})" if term.under == term.of else f"H({show(term.under)}, {show(term.of)})"


_RULES: Mapping[type[Term], Callable[[Any], str]] = {
    Constant: lambda term: f"{term.value:g}",
    Scalar: lambda term: str(term.name),
    Density: _density,
    Total: _total,
    Times: _times,
    Ratio: lambda term: f"{_factor(term.above)} / {_below(term.below)}",
    Raised: lambda term: f"{_below(term.base)}^{_below(term.exponent)}",
    Log: _log,
    Exp: lambda term: f"exp({show(term.of)})",
    Average: _average,
    DataSum: lambda term: f"sum_i {_factor(term.body)}",
    Relative: lambda term: f"KL({show(term.left)} || {show(term.right)})",
    Entropy: _entropy,
}
