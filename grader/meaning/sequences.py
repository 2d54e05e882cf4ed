"""Unknown sequences, `x[k]` and `x_{k}`: entries at known places are variables."""

from __future__ import annotations

from typing import TypeGuard

from grader.calculus import terms as t
from grader.calculus.terms import Term, Total, Unknown, Var

MAX_WRITTEN = 40
MAX_SIZE = 4_000
_CLOSING = {"[": "]", "{": "}"}


def is_sequence(term: Term) -> TypeGuard[Unknown]:
    """Whether a term is an entry of an unknown sequence."""
    return isinstance(term, Unknown) and term.name[-1] in _CLOSING


def settled(term: Term) -> Term:
    """The term with entries of sequences at known places as variables: `x[1]`, `x_{1}`."""
    below = t.parts(term)
    if below:
        term = t.with_parts(term, tuple(map(settled, below)))
    if is_sequence(term) and all(isinstance(arg, t.Const) for arg in term.args):
        places = ", ".join(str(arg.value) for arg in term.args if isinstance(arg, t.Const))
        return Var(f"{term.name}{places}{_CLOSING[term.name[-1]]}")
    return term


def written_out(total: Total) -> Term:
    """A short sum over entries of a sequence, entry by entry."""
    lower_bound, upper = total.lower, total.upper
    if not (isinstance(lower_bound, t.Const) and isinstance(upper, t.Const) and any(map(is_sequence, t.walk(total)))):
        return total
    if lower_bound.value.denominator != 1 or upper.value - lower_bound.value > MAX_WRITTEN:
        return total
    if (upper.value - lower_bound.value + 1) * sum(1 for _ in t.walk(total.body)) > MAX_SIZE:
        return total
    steps = range(int(lower_bound.value), int(upper.value) + 1)
    parts = [settled(t.substitute(total.body, total.key, t.const(step))) for step in steps]
    return (t.add if total.kind == "sum" else t.mul)(*parts)
