"""What is told when a text can't be read: the place, what was got, what was expected, and a guess at the slip."""

from __future__ import annotations

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

    def __str__(self) -> str:
        """The message, the source line it is about, and a caret under the place."""
        first = self.source.rfind("\n", 0, self.span.start) + 1
        last = self.source.find("\n", self.span.start)
        line = self.source[first : last if last >= 0 else len(self.source)]
        left = max(0, self.span.start - first - WINDOW // 2)
        shown = "".join(character if character.isprintable() else " " for character in line[left : left + WINDOW])
        at = self.span.start - first - left
        width = max(1, min(self.span.end - self.span.start, len(shown) - at))
        return f"{self.message}\n    {shown}\n    {' ' * at}{'^' * width}"
