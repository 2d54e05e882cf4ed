"""The parser's place in its tokens, its bounds, and what can be seen from there without reading on.

All of the grammar is plain functions of a cursor. A function reads on from the cursor's place; `look` and the facts
about brackets never move it. Facts about brackets are worked out once for a text, so that reading takes linear time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn, Protocol, TypeVar

from grader.language.errors import LanguageError, Span
from grader.language.scan import Token, Tokens
from grader.language.symbols import Symbols
from grader.language.syntax import Node

MAX_NODES = 2_000
MAX_DEPTH = 100

# Binding powers, weakest first.
SUM, TERM, JUXTAPOSED, UNARY, POWER, MEMBER, NABLA, TIGHT = 10, 20, 30, 35, 40, 42, 45, 50

# Tokens with which an operand can begin, wherever it stands.
OPERANDS = frozenset({"number", "name", "open", "brace", "command", "nabla", "integral", "begin", "partial"})

CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">", "floor": "floor", "ceil": "ceil"}

N = TypeVar("N", bound=Node)

_SHOWN = {"end": "the end", "unbrace": "'}'", "brace": "'{'"}
_OPENING = frozenset({"open", "brace", "begin"})
_CLOSING = frozenset({"close", "unbrace", "end_grid"})


class Grammar(Protocol):
    """What every part of the grammar needs of the whole: what begins an operand, and how an expression goes on."""

    @property
    def prefixes(self) -> Mapping[str, Callable[[Cursor], Node]]:
        """Which function reads an operand, by the kind of token that it begins with."""

    def signed(self, c: Cursor, power: int) -> Node:
        """Read an operand that begins with a sign."""

    def continued(self, c: Cursor, left: Node, start: int, power: int) -> Node:
        """Go on with an expression whose first operand is read."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """What is known of a bracket: where it closes, and which kinds of tokens stand directly inside it, how often."""

    closing: int
    kinds: Mapping[str, int]
    words: frozenset[str]

    def has(self, *kinds: str) -> bool:
        """Whether a token of one of these kinds stands directly inside."""
        return any(kind in self.kinds for kind in kinds)


@dataclass
class Cursor:
    """Tokens, the place among them, and the counting of nodes and depth.

    `bars` is how many enclosing brackets take a `|` for themselves, `integrals` how many integrals wait for their
    differential, `scripts` how many subscripts enclose the place. `scripted` is the place behind the script read last.
    """

    text: str
    symbols: Symbols
    read: Tokens
    grammar: Grammar
    at: int = 0
    bars: int = 0
    integrals: int = 0
    scripts: int = 0
    scripted: int = -1
    statements: bool = False
    bound: set[str] = field(default_factory=set)
    remarks: dict[int, bool] = field(default_factory=dict)
    _depth: int = 0
    _nodes: int = 0
    _heights: dict[int, tuple[Node, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = list(self.read.tokens)
        self.latex = self.read.latex

    @property
    def token(self) -> Token:
        """The next token, which is not yet read."""
        return self.tokens[self.at]

    @property
    def ahead(self) -> Token:
        """The token after the next one."""
        return self.look(1)

    def look(self, further: int) -> Token:
        """The token so many places on."""
        return self.tokens[max(0, min(self.at + further, len(self.tokens) - 1))]

    @property
    def start(self) -> int:
        """Where the next token begins."""
        return self.token.span.start

    @property
    def last(self) -> int:
        """Where the token read last ends."""
        return self.tokens[self.at - 1].span.end if self.at else 0

    def next(self) -> Token:
        """Read one token."""
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def skip_to(self, place: int) -> None:
        """Go on at a place."""
        self.at = min(place, len(self.tokens) - 1)

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

    def take_bar(self) -> bool:
        """Read one `|`, also the first half of `||` in plain text."""
        if self.is_at("bars") and not self.latex:
            token = self.token
            self.tokens[self.at] = Token("bar", "|", token.span)
            return True
        return self.take("bar")

    def fail(self, expected: str, guess: str = "") -> NoReturn:
        """Stop: the next token is not what can stand here."""
        token = self.token
        got = _SHOWN.get(token.kind) or repr(self.text[token.span.start : token.span.end][:40])
        message = f"got {got}, expected {expected}" + (f"; {guess}" if guess else "")
        raise LanguageError("unexpected", message, self.text, token.span)

    def refuse(self, code: str, message: str, span: Span) -> NoReturn:
        """Stop: what was read is not understood."""
        raise LanguageError(code, message, self.text, span)

    def written(self, span: Span) -> str:
        """What stands in the source."""
        return self.text[span.start : span.end]

    def expression(self, power: int = SUM) -> Node:
        """Read what binds at least as tightly as `power`."""
        self.deeper()
        start = self.start
        read = self.grammar.prefixes.get(self.token.kind)
        left = read(self) if read is not None else self.grammar.signed(self, power)
        node = self.grammar.continued(self, left, start, power)
        self._depth -= 1
        return node

    def operand(self, power: int) -> Node:
        """Read what an expression may begin with; a command may take a command, as often as it is written."""
        self.deeper()
        read = self.grammar.prefixes.get(self.token.kind)
        node = read(self) if read is not None else self.grammar.signed(self, power)
        self._depth -= 1
        return node

    @contextmanager
    def inside(self, *, bars: int = 0, scripts: int = 0) -> Iterator[None]:
        """Inside a bracket integrals outside wait, and `|` counts anew; `scripts` if it is one of a script."""
        outer, waiting = self.bars, self.integrals
        self.bars, self.integrals, self.scripts = bars, 0, self.scripts + scripts
        yield
        self.bars, self.integrals, self.scripts = outer, waiting, self.scripts - scripts

    def deeper(self) -> None:
        """Count one level of nesting."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._too_deep()

    def _too_deep(self) -> NoReturn:
        self.refuse("too_deep", f"nested more than {MAX_DEPTH} deep", self.token.span)

    def build(self, kind: type[N], start: int, *parts: Any, **dress: Any) -> N:
        """Make a node that spans from `start` to the token read last, within the bounds."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.refuse("too_large", f"more than {MAX_NODES} parts", self.token.span)
        heights = self._heights
        height = 1 + max((heights[id(child)][1] for child in _nodes(parts) if id(child) in heights), default=0)
        if height > MAX_DEPTH:
            self._too_deep()
        node = kind(*parts, span=Span(start, max(start, self.last)), **dress)
        heights[id(node)] = (node, height)
        return node

    @cached_property
    def brackets(self) -> Mapping[int, Bracket]:
        """What is known of the bracket that opens at a place."""
        return _bracketed(self.tokens)

    def bracket(self, at: int | None = None) -> Bracket:
        """What is known of the bracket that opens here, or at a place; of nothing where none does."""
        place = self.at if at is None else at
        return self.brackets.get(place) or Bracket(min(len(self.tokens) - 1, place), {}, frozenset())

    def matching(self, at: int) -> int:
        """The place of the bracket that closes the one at `at`; that of another token is its own."""
        return self.bracket(at).closing

    @cached_property
    def last_places(self) -> Mapping[str, int]:
        """Where a kind of token, or a name, stands last."""
        places = {token.kind: place for place, token in enumerate(self.tokens)}
        return places | {f"name {token.text}": i for i, token in enumerate(self.tokens) if token.kind == "name"}

    def follows(self, what: str) -> bool:
        """Whether a kind of token, or a name, stands anywhere further on."""
        return self.last_places.get(what, -1) > self.at

    def barred(self) -> int:
        """Whether the bracket that begins here takes a `|` as a condition: it holds an odd number of `|` or `||`."""
        kinds = self.bracket().kinds
        return max(kinds.get("bars", 0) % 2, kinds.get("bar", 0) % 2)


def _bracketed(tokens: list[Token]) -> dict[int, Bracket]:
    """All brackets; one that stays open closes at the end."""
    found: dict[int, Bracket] = {}
    waiting: list[tuple[int, dict[str, int], set[str]]] = []
    for place, token in enumerate(tokens):
        if token.kind in _CLOSING and waiting:
            opening, kinds, words = waiting.pop()
            found[opening] = Bracket(place, kinds, frozenset(words))
        if waiting and token.kind not in _CLOSING:
            waiting[-1][1][token.kind] = waiting[-1][1].get(token.kind, 0) + 1
            if token.kind == "name":
                waiting[-1][2].add(token.text)
        if token.kind in _OPENING:
            waiting.append((place, {}, set()))
    for opening, kinds, words in waiting:
        found[opening] = Bracket(len(tokens) - 1, kinds, frozenset(words))
    return found


def _nodes(parts: Any) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, Node):
            yield part
        elif isinstance(part, tuple):
            yield from _nodes(part)
