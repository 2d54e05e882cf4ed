"""What is told when a text can't be read: the place, what was got, what was expected, and a guess at the slip."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

WINDOW = 100


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of character positions in a source text, 0-based."""

    start: int
    end: int

    def __or__(self, other: Span) -> Span:
        return Span(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One line of a text, at most `WINDOW` characters of it, and which of them (half-open) a message is about."""

    text: str
    start: int
    end: int

    def __str__(self) -> str:
        """The line with carets under the place, as wide as the characters are on a terminal."""
        start = self.start
        while start > 0 and not cells(self.text[start : start + 1]):  # a mark stands on the character before it
            start -= 1
        return f"{self.text}\n{' ' * cells(self.text[:start])}{'^' * max(1, cells(self.text[start : self.end]))}"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: none for a combining mark, two for a wide character (UAX #11)."""
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


class LanguageError(Exception):
    """A text that is not read; what was got instead, what was expected, where, and which slip it may be.

    `code` is a stable word for programs: `unexpected`, `unknown_name`, `unknown_command`, `ambiguous`, or one of the
    bounds `too_long`, `too_deep`, `too_large`.
    """

    def __init__(self, code: str, message: str, source: str = "", span: Span = NOWHERE) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.source = source
        self.span = span

    @property
    def column(self) -> int:
        """The 1-based column, within its line, at which reading stopped."""
        return self.span.start - (self.source.rfind("\n", 0, self.span.start) + 1) + 1

    @property
    def excerpt(self) -> Excerpt:
        """The source line that the message is about, with the place; what cannot be shown is a blank in it."""
        first = self.source.rfind("\n", 0, self.span.start) + 1
        last = self.source.find("\n", self.span.start)
        line = self.source[first : last if last >= 0 else len(self.source)]
        left = max(0, self.span.start - first - WINDOW // 2)
        shown = "".join(character if character.isprintable() else " " for character in line[left : left + WINDOW])
        at = self.span.start - first - left
        return Excerpt(shown, at, at + max(1, min(self.span.end - self.span.start, len(shown) - at)))

    def __str__(self) -> str:
        """The message, the source line it is about, and carets under the place."""
        return f"{self.message}\n    {str(self.excerpt).replace(chr(10), chr(10) + '    ')}"
