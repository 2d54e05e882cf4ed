"""Equality of any two expressions, without an assignment: the engine of `gradebound equal`.

A request has `a` and `b`, and may have `variables`, `constants`, `capitals`, `domain`, `rtol` and `atol`. Unknown names
are real scalars. What is not understood is `unreadable`, never guessed at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from grader.equality.compound import compare
from grader.equality.decide import EXACT, Decision, Tolerance
from grader.language import LanguageError, parse_statement
from grader.language.symbols import Symbols
from grader.language.syntax import Name, Node, Quotient
from grader.language.trees import walk
from grader.meaning.lowering import NoMeaningError, Scope, spelling
from grader.meaning.terms import Const, Term

DOMAINS = frozenset({"real", "positive", "complex"})


class UnreadableError(Exception):
    """A request that is not understood; the message says what in it."""


@dataclass(frozen=True)
class Request:
    """A request, read."""

    a: str
    b: str
    domain: str = "real"
    tolerance: Tolerance = EXACT
    variables: frozenset[str] = frozenset()
    constants: Mapping[str, Term] = field(default_factory=lambda: MappingProxyType({}))
    matrices: bool = False


def equal(request: Mapping[str, Any]) -> dict[str, Any]:
    """Compare `a` and `b`; whatever the request holds, an answer and never an error."""
    identifier = request.get("id")
    try:
        read = _read(request)
        decision = _decided(read)
    except (UnreadableError, LanguageError, NoMeaningError) as refused:
        domain = request.get("domain")
        return {
            "id": identifier,
            "verdict": "unreadable",
            "evidence": str(refused),
            "domain": domain if isinstance(domain, str) and domain in DOMAINS else "real",
        }
    return {
        "id": identifier,
        "verdict": decision.verdict.value,
        "evidence": decision.evidence,
        "domain": read.domain,
    } | (_details(decision))


def equal_line(line: str) -> dict[str, Any]:
    """Compare as one line of JSON asks; a line that is no object is unreadable, with the id null."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        return {"id": None, "verdict": "unreadable", "evidence": "the line is no JSON object", "domain": "real"}
    return equal(request)


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


def _read(request: Mapping[str, Any]) -> Request:
    a, b = request.get("a"), request.get("b")
    if not isinstance(a, str) or not isinstance(b, str):
        raise UnreadableError("'a' and 'b' must be texts")
    domain = request.get("domain", "real") or "real"
    if domain not in DOMAINS:
        raise UnreadableError(f"'domain' must be one of {', '.join(sorted(DOMAINS))}")
    tolerance = Tolerance(_amount(request, "rtol"), _amount(request, "atol"))
    constants = request.get("constants") or {}
    variables = request.get("variables") or {}
    if not isinstance(constants, Mapping) or not isinstance(variables, Mapping | list | tuple):
        raise UnreadableError("'variables' and 'constants' must be objects")
    given = {_key(name): Const(_exact(value)) for name, value in constants.items()}
    declared = frozenset(_key(name) for name in variables)
    matrices = request.get("capitals") == "matrices"
    return Request(a, b, domain, tolerance, declared, MappingProxyType(given), matrices)


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
        raise UnreadableError("tolerances and constants must be finite") from None


def _key(name: Any) -> str:
    """The spelling under which a declared name is found."""
    try:
        chain = parse_statement(str(name))
    except LanguageError:
        return str(name)
    return spelling(chain.left) if isinstance(chain.left, Name) and not chain.steps else str(name)


_BARE = re.compile(r"(?<![\w\\%])([A-Za-z]\w*)(?!\w)(?!\s*\()")


def _decided(request: Request) -> Decision:
    values = frozenset(_BARE.findall(request.a)) | frozenset(_BARE.findall(request.b)) | request.variables
    table = Symbols(transposes=request.matrices, values=values | frozenset(request.constants))
    sides = [_parsed(text, table) for text in (request.a, request.b)]
    _refuse_run_together(sides, request)
    scope = Scope(request.constants, request.variables)
    return compare((sides[0], sides[1]), scope, request)


def _parsed(text: str, table: Symbols) -> Node:
    chain = parse_statement(text, table)
    if chain.notes:
        raise UnreadableError(f"a comment beside the expression: {chain.notes[0]!r}")
    for node in walk(chain):
        if isinstance(node, Quotient) and node.doubtful:
            raise LanguageError("ambiguous", "this division can be read in two ways; set brackets", text, node.span)
    if chain.left is None:
        raise UnreadableError("a left side is missing")
    return chain if chain.steps else chain.left


def _refuse_run_together(sides: list[Node], request: Request) -> None:
    """`xy` beside `x*y` may be a product or a name: nobody can tell."""
    words = {spelling(node) for side in sides for node in walk(side) if isinstance(node, Name)}
    known = request.variables | frozenset(request.constants)
    letters = {word for word in words if len(word) == 1}
    for word in words - known:
        if len(word) > 1 and word.isalpha() and word.isascii() and set(word) <= letters and word != "pi":
            raise UnreadableError(f"{word!r} may be one name or a product; write '*' between factors")
