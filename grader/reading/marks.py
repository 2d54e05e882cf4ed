"""What a comma between digits is: a separator, the decimal mark, or the mark of thousands.

One convention holds for a whole answer, and only where all of its numbers can be read by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from grader.reading.tokens import Kind, Token

Tokens = tuple[Token, ...]


class Mark(Enum):
    """What a comma between two digits is; the first is the usual one."""

    SEPARATOR = "a separator"
    DECIMAL = "a decimal comma"
    THOUSANDS = "a mark of thousands"


_COMMAS = (",", "{,}")
_FIRST_GROUP = re.compile("[1-9][0-9]{0,2}")
_GROUP = re.compile("[0-9]{3}")
_LAST_GROUP = re.compile(r"[0-9]{3}(?![0-9])")
_DOTTED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


def joined(tokens: Sequence[Token], mark: Mark) -> Tokens | None:
    """The tokens with numbers put together by a convention; None where some number can't be read by it."""
    found: list[Token] = []
    blank = False
    for run in _runs(tokens, joins=mark is not Mark.SEPARATOR):
        if run[0].kind is Kind.MARK:
            if run[0].text in _COMMAS:
                return None
            blank = True
            continue
        token = _number(run, mark) if run[0].kind is Kind.NUMBER else run[0]
        if token is None:
            return None
        found.append(token._replace(blank=token.blank or blank))
        blank = False
    return tuple(found)


def has_joints(tokens: Sequence[Token]) -> bool:
    """Whether two numbers stand at a comma, or at a mark that groups digits, without a blank."""
    return any(len(run) > 1 for run in _runs(tokens, joins=True))


def first_joint(tokens: Sequence[Token]) -> str:
    """The first number that has such a mark, as it was written."""
    return next("".join(token.text for token in run) for run in _runs(tokens, joins=True) if len(run) > 1)


def _runs(tokens: Sequence[Token], *, joins: bool) -> Iterator[Sequence[Token]]:
    """Numbers with the marks between them, and every other token alone."""
    place = 0
    while place < len(tokens):
        end = place + 1
        if joins and tokens[place].kind is Kind.NUMBER:
            while end + 1 < len(tokens) and _is_joint(tokens[end], tokens[end + 1]):
                end += 2
        yield tokens[place:end]
        place = end


def _is_joint(mark: Token, number: Token) -> bool:
    joins = mark.kind is Kind.MARK or (mark.text == "," and mark.kind is Kind.COMMA)
    return joins and not mark.blank and number.kind is Kind.NUMBER and not number.blank


def _number(run: Sequence[Token], mark: Mark) -> Token | None:
    if mark is Mark.SEPARATOR or (mark is Mark.THOUSANDS and len(run) == 1):
        return run[0]
    parts, marks = [one.text for one in run[::2]], [one.text for one in run[1::2]]
    plain = _decimal(parts, marks) if mark is Mark.DECIMAL else _grouped(parts)
    return run[0]._replace(text=plain, end=run[-1].end) if plain else None


def _decimal(parts: Sequence[str], marks: Sequence[str]) -> str | None:
    """The number with its decimal comma as a point; points before it are marks of thousands."""
    if not marks or marks[-1] not in _COMMAS:
        return _grouped(parts)
    whole = _grouped(parts[:-1]) if not set(marks[:-1]).intersection(_COMMAS) else None
    if whole is None or not re.match("[0-9]+(?![0-9.])", parts[-1]) or not whole.isdigit():
        return None
    return f"{whole}.{parts[-1]}"


def _grouped(parts: Sequence[str]) -> str | None:
    """The number without its marks of thousands, if it has them where they belong."""
    first, *rest = parts
    if not rest:
        return first.replace(".", "") if _DOTTED.fullmatch(first) else None if "." in first else first
    groups = _FIRST_GROUP.fullmatch(first) and all(map(_GROUP.fullmatch, rest[:-1])) and _LAST_GROUP.match(rest[-1])
    return "".join(parts) if groups else None
