"""All that a statement may be read as, where its signs leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from grader.language import vocabulary
from grader.language.applications import run_into
from grader.language.cursor import Cursor
from grader.language.errors import LanguageError
from grader.language.parser import cursor_of
from grader.language.statements import parse_statement
from grader.language.symbols import FREE, Symbols
from grader.language.syntax import Chain


def readings(text: str, table: Symbols | None = None, *, latex: bool | None = None) -> tuple[Chain, ...]:
    """All that a statement may be read as, the plainest first, at most four.

    A letter before a bracket may be a factor or a function, and letters that run together one name or several, where
    no table says it. Raises `LanguageError` where the plainest reading can't be had.
    """
    return tuple(chain for (chain,) in readings_together((text,), table, latex=latex))


def readings_together(
    texts: Sequence[str], table: Symbols | None = None, *, latex: bool | None = None
) -> tuple[tuple[Chain, ...], ...]:
    """All that several statements may be read as, each time all of them alike: what `k` is in one, it is in all."""
    symbols = table or FREE
    found = [tuple(parse_statement(text, symbols, latex=latex) for text in texts)]
    flipped = symbols
    for text in texts:
        flipped = _flipped(cursor_of(text, symbols, latex=latex), flipped)
    for other in (flipped, replace(symbols, apart=True), replace(flipped, apart=True)):
        with suppress(LanguageError):
            chains = tuple(parse_statement(text, other, latex=latex) for text in texts)
            if chains not in found:
                found.append(chains)
    return tuple(found)


def _flipped(c: Cursor, table: Symbols) -> Symbols:
    """The table under which each letter before a bracket is a factor where it was a function, and the other way."""
    values, called = set(table.values), set(table.called)
    for token, behind in pairwise(c.tokens):
        if token.kind != "name" or (behind.kind, behind.text) != ("open", "("):
            continue
        function = run_into(token.text)
        if len(token.text) == 1 or token.text in vocabulary.GREEK:
            (called if behind.spaced else values).add(token.text)
        elif function and not c.symbols.knows(token.text):
            values |= set(token.text.removesuffix(function))
    return replace(table, values=frozenset(values), called=frozenset(called))
