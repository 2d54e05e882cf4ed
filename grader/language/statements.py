"""Statements: chains of relations, and the comments, labels and numbers beside them."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.language.cursor import OPERANDS, Cursor
from grader.language.groups import alternative, relates, relation
from grader.language.parser import cursor_of
from grader.language.remarks import is_remark
from grader.language.symbols import Symbols
from grader.language.syntax import Chain, Items, Node, Step


def parse_statement(text: str, table: Symbols | None = None, *, latex: bool | None = None) -> Chain:
    """Read a chain of sides joined by relations, with or without a left side, comments after it noted.

    A text without a relation is a chain of no steps. Line ends, `&` and `\\\\` are blanks. `latex` says whether
    letters that stand together are several names.
    """
    return statement(cursor_of(trimmed(text), table, latex=latex))


def trimmed(text: str) -> str:
    """A text without the punctuation at its end, but with the semicolon of an entity."""
    kept = text.rstrip(" \t\n.,;")
    return f"{kept};" if text[len(kept) :][:1] == ";" and _ENTITY.search(kept) else kept


_ENTITY = re.compile(r"&#?[A-Za-z0-9]{2,31}$")


def statement(c: Cursor) -> Chain:
    """statement := [side] (relation side)* remarks"""
    c.statements = True
    while c.is_at("implies"):
        c.next()
    start = c.start
    notes: list[str] = []
    left = None if relates(c) else side(c, notes)
    steps: list[Step] = []
    while relates(c):
        at, sign = c.start, relation(c)
        steps.append(c.build(Step, at, sign, side(c, notes)))
    if not c.is_at("end"):
        c.fail("a relation or the end")
    if isinstance(left, Chain) and not steps:
        return replace(left, notes=tuple(notes))
    return c.build(Chain, start, left, tuple(steps), notes=tuple(notes))


def side(c: Cursor, notes: list[str]) -> Node:
    """side := expression ("," expression)* remarks"""
    start = c.start
    items = [alternative(c)]
    while c.is_at("comma") and c.ahead.kind in OPERANDS and not is_remark(c, c.at + 1):
        c.next()
        items.append(c.expression())
    side = items[0] if len(items) == 1 else c.build(Items, start, tuple(items), "")
    _remarks_after(c, notes)
    return side


def _remarks_after(c: Cursor, notes: list[str]) -> None:
    """remarks := ("(" number ")" | "(" words ")" | note anything)*"""
    while not (relates(c) or c.is_at("end")):
        first, token = c.start, c.token
        if token.kind == "note":
            _skip_to_relation(c, first)
        elif token.kind == "open" and is_remark(c, c.at):
            c.skip_to(c.matching(c.at) + 1)
        elif token.kind in {"comma", "stop"} and c.ahead.kind in {"relation", "end", "note", "stop"}:
            c.next()
            continue
        else:
            return
        notes.append(c.text[first : c.last])


def _skip_to_relation(c: Cursor, first: int) -> None:
    """A comment ends at a relation that begins a line, or at the end."""
    c.next()
    while not c.is_at("end"):
        begins_line = "\n" in c.text[c.last : c.start] or c.last == first
        if relates(c) and (begins_line or c.look(-1).kind == "note"):
            return
        c.next()
