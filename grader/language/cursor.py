"""The parser's place in its tokens, its bounds, and the grammar's parts as each module sees the others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar

from grader.language.errors import LanguageError, Span
from grader.language.escapes import check_escapes
from grader.language.symbols import Symbols
from grader.language.syntax import Name, Node
from grader.language.tokens import Token, tokenize

MAX_NODES = 2_000
MAX_DEPTH = 100

# Binding powers, weakest first.
SUM, TERM, JUXTAPOSED, UNARY, POWER, NABLA, TIGHT = 10, 20, 30, 35, 40, 45, 50

# Tokens with which an operand can begin, wherever it stands.
OPERANDS = frozenset({"number", "name", "open", "brace", "command", "nabla", "integral", "begin", "partial"})

N = TypeVar("N", bound=Node)

_SHOWN = {"end": "the end", "unbrace": "'}'", "brace": "'{'"}


class Cursor(ABC):
    """Tokens, the place among them, and the counting of nodes and depth.

    `bars` is how many enclosing brackets take a `|` for themselves, `integrals` how many integrals wait for their
    differential, `scripts` how many subscripts enclose the place.
    """

    def __init__(self, text: str, symbols: Symbols) -> None:
        self.text = text
        self.symbols = symbols
        check_escapes(text)
        self.tokens = tokenize(text, symbols.knows, symbols.scripted, splits=symbols.splits)
        self.latex = "\\" in text
        self.at = 0
        self.bars = 0
        self.integrals = 0
        self.scripts = 0
        self.bound: set[str] = set()
        self._depth = 0
        self._nodes = 0
        self._pairs: dict[int, int] | None = None
        self._heights: dict[int, tuple[Node, int]] = {}

    @abstractmethod
    def expression(self, power: int = SUM) -> Node:
        """Read what binds at least as tightly as `power`."""

    @abstractmethod
    def condition(self) -> Node:
        """Read an expression, or several joined by relations."""

    @abstractmethod
    def operand(self, power: int) -> Node:
        """Read what an expression may begin with."""

    @abstractmethod
    def braced(self) -> Node:
        """Read the argument of a command: a group in braces, or one token."""

    @abstractmethod
    def subscript(self) -> tuple[Node, ...]:
        """Read what stands after `_`."""

    @abstractmethod
    def argument(self) -> tuple[Node, str]:
        """Read the one argument of what need not have brackets, and the bracket that it has."""

    @abstractmethod
    def starts_operand(self) -> bool:
        """Whether an operand can begin at the next token."""

    @abstractmethod
    def juxtaposes(self) -> bool:
        """Whether what follows is a factor written without a sign."""

    @abstractmethod
    def scripted(self, token: Token, start: int) -> Name:
        """Read the scripts of a name."""

    @abstractmethod
    def resolved(self, name: Name) -> Node:
        """Look a name up."""

    @abstractmethod
    def raised(self, left: Node, start: int) -> Node:
        """Read what `^` writes."""

    @property
    def token(self) -> Token:
        """The next token, which is not yet read."""
        return self.tokens[self.at]

    @property
    def ahead(self) -> Token:
        """The token after the next one."""
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    @property
    def start(self) -> int:
        """Where the next token begins."""
        return self.token.span.start

    def next(self) -> Token:
        """Read one token."""
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def is_at(self, kind: str, text: str | None = None) -> bool:
        """Whether the next token is of this kind."""
        token = self.tokens[self.at]
        return token.kind == kind and (text is None or token.text == text)

    def take(self, kind: str, text: str | None = None) -> bool:
        """Read the next token if it is of this kind."""
        found = self.is_at(kind, text)
        if found:
            self.next()
        return found

    def expect(self, kind: str, text: str, expected: str) -> Token:
        """Read the next token, which has to be of this kind."""
        if not self.is_at(kind, text):
            self.fail(expected)
        return self.next()

    def fail(self, expected: str, guess: str = "") -> NoReturn:
        """Stop: the next token is not what can stand here."""
        token = self.token
        got = _SHOWN.get(token.kind) or repr(self.text[token.span.start : token.span.end][:40])
        message = f"got {got}, expected {expected}" + (f"; {guess}" if guess else "")
        raise LanguageError("unexpected", message, self.text, token.span)

    def deeper(self) -> None:
        """Count one level of nesting; `depth` must be given back by `shallower`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._too_deep()

    def shallower(self) -> None:
        """Leave a level of nesting."""
        self._depth -= 1

    def _too_deep(self) -> NoReturn:
        message = f"nested more than {MAX_DEPTH} deep"
        raise LanguageError("too_deep", message, self.text, self.token.span)

    @property
    def last(self) -> int:
        """Where the token read last ends."""
        return self.tokens[self.at - 1].span.end if self.at else 0

    def build(self, kind: type[N], start: int, *parts: Any, **dress: Any) -> N:
        """Make a node that spans from `start` to the token read last, within the bounds."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES} parts"
            raise LanguageError("too_large", message, self.text, self.token.span)
        height = 1 + max(
            (self._heights[id(child)][1] for child in _nodes(parts) if id(child) in self._heights), default=0
        )
        if height > MAX_DEPTH:
            self._too_deep()
        node = kind(*parts, span=Span(start, max(start, self.last)), **dress)
        self._heights[id(node)] = (node, height)
        return node

    def matching(self, at: int) -> int:
        """The place of the bracket that closes the one at `at`, or the last token."""
        if self._pairs is None:
            self._pairs = _paired(self.tokens)
        return self._pairs.get(at, min(len(self.tokens) - 1, at))

    def replace_tokens(self, *tokens: Token) -> None:
        """Put other tokens in the place of the next one."""
        self.tokens[self.at : self.at + 1] = tokens
        self._pairs = None

    def barred(self) -> int:
        """Whether the bracket that begins here takes a `|` as a condition: it holds an odd number of `|` or `||`."""
        kinds = [token.kind for token in self.inside(self.at)]
        return max(kinds.count("bars") % 2, kinds.count("bar") % 2)

    def inside(self, at: int) -> Iterator[Token]:
        """The tokens directly inside the bracket at `at`, those of inner brackets left out."""
        end, place = self.matching(at), at + 1
        while place < end:
            yield self.tokens[place]
            place = self.matching(place) + 1


_OPENING = frozenset({"open", "brace", "begin"})
_CLOSING = frozenset({"close", "unbrace", "end_grid"})


def _paired(tokens: list[Token]) -> dict[int, int]:
    """Each opening bracket's closing one, that of an open one being the end."""
    pairs: dict[int, int] = {}
    waiting: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in _OPENING:
            waiting.append(place)
        elif token.kind in _CLOSING and waiting:
            pairs[waiting.pop()] = place
    return pairs | dict.fromkeys(waiting, len(tokens) - 1)


def _nodes(parts: Any) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            yield from _nodes(part)
