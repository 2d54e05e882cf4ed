"""Where reading stands in the tokens of a text, how it reads what is open, and where the entry here ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from grader.reading.brackets import Brackets, is_wrapper, last_of_group, stopped
from grader.reading.entries import Entry
from grader.reading.expressions import Evaluator
from grader.reading.runs import begins
from grader.reading.tokens import Kind, ReadingError, Token

Tree: TypeAlias = "Entry | tuple[Tree, ...]"


@dataclass(frozen=True)
class Way:
    """What may be read in two ways, and how it is read. Each field is about a whole answer.

    `joins`: a sign behind a blank joins, so that `1 -2` is one number. `breaks`: the ends of lines inside brackets end
    rows too, and those of a ragged table do not. `counts`: the first column of a table only counts its rows.
    """

    joins: bool = False
    breaks: bool = False
    counts: bool = False


@dataclass
class Cursor:
    """Where reading stands in the tokens of a text."""

    tokens: Sequence[Token]
    brackets: Brackets
    way: Way
    evaluator: Evaluator
    depth: int = 0
    at: int = 0

    def kind(self, end: int) -> Kind | None:
        """The kind of the next token before `end`."""
        return self.tokens[self.at].kind if self.at < end else None

    def stop(self, expected: str) -> ReadingError:
        """An error at this place."""
        return stopped(self.tokens, self.at, expected)


def opens_list(c: Cursor, place: int) -> bool:
    """Whether a bracket that holds a list, or a wrapper, begins here."""
    return place in c.brackets.lists or is_wrapper(c.tokens, place)


_SEPARATORS = frozenset({Kind.COMMA, Kind.BREAK, Kind.BAR, Kind.RULE, Kind.RELATION, Kind.COLON, Kind.BLOCK})


def run_end(c: Cursor, end: int) -> int:
    """Where the entry that begins here ends: at a separator, at a blank that separates, at a list."""
    place, last = c.at, None
    while place < end:
        token = c.tokens[place]
        if token.kind in _SEPARATORS or place in c.brackets.lists or _is_outer_wrapper(c, place, last):
            break
        if token.kind is Kind.LINE:
            if not _goes_on(c, place, end, last):
                break
            place += 1
            continue
        if begins(last, token, c.tokens[place + 1] if place + 1 < end else None, joins=c.way.joins):
            break
        last = token
        if token.kind is Kind.OPEN:
            last = last_of_group(c.tokens, place, c.brackets.partners[place])
            place = c.brackets.partners[place]
        place += 1
    return place


def _is_outer_wrapper(c: Cursor, place: int, last: Token | None) -> bool:
    """A wrapper at an entry's start, or behind its scale; elsewhere it is a part of an expression."""
    return (last is None or last.kind is Kind.TIMES) and is_wrapper(c.tokens, place)


def _goes_on(c: Cursor, place: int, end: int, last: Token | None) -> bool:
    """Whether an entry goes on behind the end of a line: an operator stands before it, or alone after it."""
    if last is None or last.kind in (Kind.OPERATOR, Kind.TIMES, Kind.POWER):
        return True
    after = c.tokens[place + 1 : min(end, place + 2)]
    return bool(after) and after[0].kind in (Kind.TIMES, Kind.POWER)
