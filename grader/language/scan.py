"""The tokenizer's state: what it reads, how far it is, what it has found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grader.language.decoding import Decoded
from grader.language.errors import LanguageError, Span
from grader.language.symbols import Symbols

MAX_LENGTH = 10_000
MAX_TOKENS = 6_000


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the source.

    `spaced`: blank space stands before it, `line`: a line's end does. `whole`: written upright, as one word; of a
    brace, that it is the argument of a command that only changes the look.
    """

    kind: str
    text: str
    span: Span
    spaced: bool = False
    whole: bool = False
    marks: tuple[str, ...] = ()
    line: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a text, an `end` last; its comments; whether it is read as LaTeX."""

    tokens: tuple[Token, ...]
    comments: tuple[str, ...]
    latex: bool


@dataclass(slots=True)
class Scan:
    """The tokenizer's place in its text, and what it has found."""

    decoded: Decoded
    symbols: Symbols
    latex: bool
    at: int = 0
    tokens: list[Token] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    grids: list[str] = field(default_factory=list)
    skipped: set[int] = field(default_factory=set)
    spaced: bool = False
    line: bool = False
    styled: bool = False
    asked: dict[str, bool] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The decoded text."""
        return self.decoded.text

    def span(self, found: re.Match[str]) -> Span:
        """The place of a match in the source."""
        return self.decoded.span(*found.span())

    def add(
        self, kind: str, text: str, place: tuple[int, int], *, whole: bool = False, marks: tuple[str, ...] = ()
    ) -> None:
        """Add a token that stands at a place, from its start to its end."""
        span = self.decoded.span(*place)
        whole = whole or (kind == "brace" and self.styled)
        self.tokens.append(Token(kind, text, span, self.spaced, whole, marks, self.line))
        self.spaced = self.line = self.styled = False
        if len(self.tokens) > MAX_TOKENS:
            raise LanguageError("too_large", f"more than {MAX_TOKENS} signs", self.decoded.source, span)

    def holds(self, pattern: str) -> bool:
        """Whether the whole text has a pattern; asked once."""
        if pattern not in self.asked:
            self.asked[pattern] = bool(re.search(pattern, self.text))
        return self.asked[pattern]

    def before(self, back: int = 1) -> str:
        """The kind of the token so far behind."""
        return self.tokens[-back].kind if len(self.tokens) >= back else ""

    def fail(self, code: str, message: str, found: re.Match[str]) -> None:
        """Refuse what was found."""
        raise LanguageError(code, message, self.decoded.source, self.span(found))
