"""Equality of any two expressions, without an assignment: the engine of `gradebound equal`.

A request has `a` and `b`, and may have `variables` (with shapes), `constants`, `capitals`, `domain`, `rtol` and `atol`.
Unknown names are real scalars; in the complex domain `j` and `I` are `i` unless declared. What is not understood is
`unreadable`, never guessed at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from grader.calculus import terms as t
from grader.calculus.terms import Const, Term
from grader.equality.compound import Context, compare
from grader.equality.verdicts import Decision, Tolerance
from grader.language import LanguageError, parse_statement
from grader.language.symbols import Symbols, key_of
from grader.language.syntax import Apply, Name, Node, Product, Quotient
from grader.language.trees import walk
from grader.meaning.scope import NoMeaningError, Scope, spelling

DOMAINS = ("real", "positive", "complex")
MAX_AXIS = 6
MAX_NAMES = 100

_STANDING_IN = "declared{}name"


class UnreadableError(Exception):
    """A request that is not understood; the message says what in it."""


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
    left, right = _sides(texts, table)
    parted = _parted((left, right), names, table)
    if parted is not None:
        left, right = _sides(texts, parted)
    context = Context(
        scope=_scope(names, domain),
        shapes=names.shapes,
        capitals=matrices,
        domain=domain,
        tolerance=Tolerance(_amount(request, "rtol"), _amount(request, "atol")),
        seed=f"{a}\0{b}",
    )
    return compare(left, right, context)


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


def _sides(texts: tuple[str, ...], table: Symbols) -> tuple[Node, Node]:
    """Both sides, read so that a name that stands bare anywhere is no function: `x(x+1)` is a product."""
    sides = [_parsed(text, table) for text in texts]
    parts = [node for side in sides for node in walk(side)]
    heads = {id(node.head) for node in parts if isinstance(node, Apply)}
    applied = {node.head for node in parts if isinstance(node, Apply) and not table.is_function(node.head)}
    bare = {node for node in parts if isinstance(node, Name) and id(node) not in heads}
    if both := applied & bare:
        table = replace(table, values=table.values | {key_of(name) for name in both})
        sides = [_parsed(text, table) for text in texts]
    return sides[0], sides[1]


def _parsed(text: str, table: Symbols) -> Node:
    chain = parse_statement(text, table)
    if chain.notes:
        raise UnreadableError(f"a comment beside the expression: {chain.notes[0]!r}")
    for node in walk(chain):
        if isinstance(node, Quotient) and node.doubtful:
            raise LanguageError("ambiguous", "this division can be read in two ways; set brackets", text, node.span)
    if chain.left is None:
        raise UnreadableError("a left side is missing")
    return replace(chain, notes=()) if chain.steps else chain.left


def _parted(sides: tuple[Node, Node], names: _Names, table: Symbols) -> Symbols | None:
    """The table by which words that are run together come apart, as `xy` beside `x` and `y`; None if there are none.

    Where factors are juxtaposed elsewhere in the pair, such a word is a product; else nobody can tell.
    """
    nodes = [node for side in sides for node in walk(side)]
    words = {spelling(node) for node in nodes if isinstance(node, Name)} - set(names.values) - set(names.shapes)
    letters = frozenset(word for word in words if len(word) == 1)
    joined = [word for word in words if len(word) > 1 and word.isalpha() and set(word) <= letters and word != "pi"]
    if not joined:
        return None
    if not any(isinstance(node, Product) and "" in node.signs for node in nodes):
        raise UnreadableError(f"{min(joined)!r} may be one name or a product; write '*' between factors")
    return replace(table, values=table.values | letters)
