"""Equality of any two expressions, without an assignment: the engine of `gradebound equal`.

A request has `a` and `b`, and may have `variables` (with shapes), `constants`, `capitals`, `domain`, `rtol` and `atol`.
Unknown names are real scalars; in the complex domain `j` and `I` are `i` unless declared. What is not understood is
`unreadable`, never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from grader.calculus import terms as t
from grader.calculus.terms import Const, Term
from grader.equality.compound import Context, compare
from grader.equality.readings import UnreadableError, readings
from grader.equality.verdicts import Decision, Tolerance, Verdict
from grader.language import LanguageError, parse_statement
from grader.language.symbols import Symbols
from grader.language.syntax import Name
from grader.meaning.scope import NoMeaningError, Scope, spelling

DOMAINS = ("real", "positive", "complex")
MAX_AXIS = 6
MAX_NAMES = 100

_STANDING_IN = "declared{}name"


def equal(request: Mapping[str, Any]) -> dict[str, Any]:
    """Compare `a` and `b`; whatever the request holds, an answer and never an error."""
    domain = request.get("domain")
    head = {"id": request.get("id"), "domain": domain if domain in DOMAINS else "real"}
    try:
        decision = _decided(request)
    except LanguageError as refused:
        return head | {"verdict": "unreadable", "evidence": refused.code, "note": str(refused)}
    except (UnreadableError, NoMeaningError) as refused:
        return head | {"verdict": "unreadable", "evidence": "no_meaning", "note": str(refused)}
    return head | {"verdict": decision.verdict.value, "evidence": decision.evidence} | _details(decision)


def _details(decision: Decision) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if decision.points:
        details["points"] = decision.points
    if decision.values != ("", ""):
        details["at"] = dict(decision.witness)
        details["values"] = list(decision.values)
    if decision.note:
        details["note"] = decision.note
    return details


@dataclass(frozen=True)
class _Names:
    """The names that a request declares: spellings to values or None, and shapes."""

    values: Mapping[str, Term | None]
    shapes: Mapping[str, tuple[str | int, ...]]


def _decided(request: Mapping[str, Any]) -> Decision:
    a, b = request.get("a"), request.get("b")
    if not isinstance(a, str) or not isinstance(b, str):
        raise UnreadableError("'a' and 'b' must be texts")
    domain = request.get("domain") or "real"
    if domain not in DOMAINS:
        raise UnreadableError(f"'domain' must be one of {', '.join(DOMAINS)}")
    names, texts = _declared(request, (a, b))
    matrices = request.get("capitals") == "matrices"
    table = Symbols(transposes=matrices or bool(names.shapes), values=frozenset(names.values))
    context = Context(
        scope=_scope(names, domain),
        shapes=names.shapes,
        capitals=matrices,
        domain=domain,
        tolerance=Tolerance(_amount(request, "rtol"), _amount(request, "atol")),
        seed=f"{a}\0{b}",
    )
    known = frozenset((*names.values, *names.shapes))
    found = [compare(*sides, context) for sides in readings(texts, table, known=known)]
    agree = all(one.verdict is found[0].verdict for one in found)
    return found[0] if agree else Decision(Verdict.UNDECIDED, "readings", note=_TWO_WAYS)


_TWO_WAYS = (
    "a letter before a bracket, or letters run together, can be read in two ways, of which one is the same and one is "
    "not; write '*' between factors"
)


def _scope(names: _Names, domain: str) -> Scope:
    given = {key: value for key, value in names.values.items() if value is not None}
    units = {"j": t.I, "I": t.I} if domain == "complex" else {}
    declared = frozenset(key for key, value in names.values.items() if value is None)
    units = {key: unit for key, unit in units.items() if key not in declared}
    return Scope(MappingProxyType(units | given), declared)


def _declared(request: Mapping[str, Any], texts: tuple[str, str]) -> tuple[_Names, tuple[str, ...]]:
    """The declared names, and the texts with a plain word in the place of each that is no name to the language."""
    constants, variables = request.get("constants") or {}, request.get("variables") or {}
    if not isinstance(constants, Mapping) or not isinstance(variables, Mapping | list | tuple):
        raise UnreadableError("'variables' and 'constants' must be objects")
    if len(constants) + len(variables) > MAX_NAMES:
        raise UnreadableError(f"more than {MAX_NAMES} names are declared")
    values: dict[str, Term | None] = {}
    shapes: dict[str, tuple[str | int, ...]] = {}
    for name in sorted({*map(str, constants), *map(str, variables)}, key=len, reverse=True):
        key = _key(name)
        if key is None:
            key = _STANDING_IN.format(len(values))
            texts = (texts[0].replace(name, key), texts[1].replace(name, key))
        shape = _shape(variables.get(name)) if isinstance(variables, Mapping) else ()
        if shape:
            shapes[key] = shape
        else:
            values[key] = Const(_exact(constants[name])) if name in constants else None
    return _Names(values, shapes), texts


def _key(name: str) -> str | None:
    """The spelling under which a declared name is found; None if the language would not read it as one name."""
    try:
        chain = parse_statement(name)
    except LanguageError:
        return None
    return spelling(chain.left) if isinstance(chain.left, Name) and not chain.steps else None


def _shape(declaration: Any) -> tuple[str | int, ...]:
    """The axes of a variable that is declared a vector or a matrix."""
    axes = declaration.get("shape") if isinstance(declaration, Mapping) else None
    if axes is None:
        return ()
    if not isinstance(axes, list | tuple) or len(axes) > 2 or not all(_is_axis(axis) for axis in axes):
        raise UnreadableError(f"a shape has one or two axes, each a letter or a number up to {MAX_AXIS}")
    return tuple(axes)


def _is_axis(axis: Any) -> bool:
    return isinstance(axis, str) or (isinstance(axis, int) and 1 <= axis <= MAX_AXIS)


def _amount(request: Mapping[str, Any], name: str) -> Fraction:
    value = request.get(name)
    amount = Fraction(0) if value is None else _exact(value)
    if amount < 0:
        raise UnreadableError(f"{name!r} must not be negative")
    return amount


def _exact(value: Any) -> Fraction:
    """A number of JSON as the decimal that was written."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableError("tolerances and constants must be numbers")
    try:
        return Fraction(repr(value))
    except ValueError:
        raise UnreadableError("tolerances and constants must be finite, and not too long") from None
