"""A line of an answer that feedback quotes, with the place that it is about; and laying it out however narrow the page.

Feedback is a text: the line stands in an indented row of its own, and the row under it has carets at the columns of the
place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.language.errors import cells

_INDENT = "    "
_CARETS = re.compile(rf"{_INDENT} *\^+")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted line in three parts; the message is about `marked`."""

    before: str
    marked: str
    after: str


def without_quote(text: str) -> tuple[str, Quote | None]:
    """A feedback without the line that it quotes, and that line."""
    rows = text.split("\n")
    place = next(_places(rows), None)
    if place is None:
        return text, None
    line, carets = rows[place - 1], rows[place]
    start, end = _at(line, carets.index("^")), _at(line, len(carets))
    quote = Quote(line[len(_INDENT) : start], line[start:end], line[end:])
    return "\n".join([*rows[: place - 1], *rows[place + 1 :]]), quote


def laid_out(text: str, width: int) -> str:
    """A text for a terminal that is `width` columns wide: each quoted line in pieces, each with the carets under it."""
    rows = text.split("\n")
    for place in reversed([*_places(rows)]):
        rows[place - 1 : place + 1] = _pieces(rows[place - 1], rows[place], max(2, width))
    return "\n".join(rows)


def _places(rows: list[str]) -> Iterator[int]:
    """Which rows have carets."""
    for place in range(1, len(rows)):
        if _CARETS.fullmatch(rows[place]) and rows[place - 1].startswith(_INDENT):
            yield place


def _at(line: str, column: int) -> int:
    """Which character of a line begins at a column, behind all marks that are set on the one before."""
    taken = 0
    for place, character in enumerate(line):
        if taken >= column and cells(character):
            return place
        taken += cells(character)
    return len(line)


def _pieces(line: str, carets: str, width: int) -> Iterator[str]:
    piece, column = "", 0
    for character in [*line, ""]:
        taken = cells(piece)
        if not character or taken + cells(character) > width:
            yield piece
            under = carets[column : column + taken]
            if "^" in under:
                yield under
            piece, column = "", column + taken
        piece += character
