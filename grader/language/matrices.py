"""Grids: matrices and cases."""

from __future__ import annotations

from grader.language import vocabulary
from grader.language.cursor import Cursor
from grader.language.groups import condition, is_word
from grader.language.syntax import Apply, Case, Cases, Matrix, Name, Node


def environment(c: Cursor) -> Node:
    """grid := "\\begin{..matrix}" row ("\\\\" row)* "\\end{..}", or cases"""
    if c.is_at("begin", "cases"):
        return _cases(c)
    start, kind = c.start, c.next().text
    rows: list[tuple[Node, ...]] = []
    while not c.is_at("end_grid"):
        row = [c.expression()]
        while c.take("column"):
            row.append(c.expression())
        rows.append(tuple(row))
        if not c.take("newline") and not c.is_at("end_grid"):
            c.fail("'&', '\\\\' or the end of the matrix")
    c.next()
    matrix = c.build(Matrix, start, tuple(rows))
    if kind == "vmatrix":
        return c.build(Apply, start, c.build(Name, start, "det"), (matrix,))
    return matrix


def _cases(c: Cursor) -> Node:
    """cases := (expression [","] ["&"] ["if"] [condition | "otherwise"] "\\\\")+"""
    start = c.start
    c.next()
    cases: list[Case] = []
    while not c.is_at("end_grid"):
        cases.append(_case(c))
        if not c.take("newline") and not c.is_at("end_grid"):
            c.fail("'\\\\' or '\\end{cases}'")
    c.next()
    return c.build(Cases, start, tuple(cases))


def _case(c: Cursor) -> Case:
    start = c.start
    value = c.expression()
    otherwise = _case_words(c)
    bare = c.token.kind in {"newline", "end_grid"}
    if otherwise and not bare:
        c.fail("'\\\\' or '\\end{cases}' behind 'otherwise'")
    holds = None if bare else condition(c)
    if isinstance(holds, Name) and holds.base in vocabulary.COMMENT_WORDS:
        holds = None
    _case_words(c)
    return c.build(Case, start, value, holds)


def _case_words(c: Cursor) -> bool:
    """Read what stands between a value and its condition; whether it says that the case is all that is left."""
    otherwise = False
    while c.token.kind in {"note", "comma", "column", "stop", "semicolon", "name"}:
        if c.token.kind in {"note", "name"}:
            otherwise = otherwise or is_word(c, vocabulary.ELSE_WORDS) or _is_rest(c)
            if not (otherwise or is_word(c, vocabulary.IF_WORDS)):
                break
        c.next()
    if c.is_at("note"):
        c.fail("a condition, 'if' or 'otherwise'")
    return otherwise


def _is_rest(c: Cursor) -> bool:
    words = c.token.text.lower().replace(",", " ").split()
    return c.is_at("note") and (bool(vocabulary.ELSE_WORDS & set(words)) or words[-2:] in (["other", "cases"], ["all"]))
