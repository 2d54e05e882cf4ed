"""Whole answers: a statement with the definitions and remarks beside it, on one line or several.

A student's answer is rarely one chain. `\\sigma(s), s = w^T x`, `where`, further lines, a left side that nobody asked
for: what the formula itself is, what it rests on and what is only said beside it are told apart here, by the tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.language import vocabulary
from grader.language.cursor import OPERANDS, Cursor
from grader.language.errors import LanguageError, Span
from grader.language.groups import relates, relation
from grader.language.names import looked_up
from grader.language.parser import GRAMMAR, cursor_of
from grader.language.printer import to_latex
from grader.language.remarks import after_label
from grader.language.scan import Token, Tokens
from grader.language.statements import side, trimmed
from grader.language.symbols import FREE, Symbol, Symbols, key_of
from grader.language.syntax import Chain, Name, Node, Step


@dataclass(frozen=True)
class Answer:
    """An answer as read.

    `main` is its chain. `definitions` are chains whose left side is a name of the student's own, in the order in which
    they are written; `others` are further statements, about names that the table has. `notes` are remarks and comments,
    and what was left out of account.
    """

    main: Chain
    definitions: tuple[Chain, ...] = ()
    others: tuple[Chain, ...] = ()
    notes: tuple[str, ...] = ()


def parse_answer(text: str, table: Symbols | None = None, *, latex: bool | None = None) -> Answer:
    """Read a whole answer. Raises `LanguageError` where what counts in it can't be read.

    Sides before the last one never cost an answer: one that the table does not allow is read without it, or left out,
    and noted. Names that the student defines are open names, also in a closed table.
    """
    symbols = table or FREE
    text = trimmed(text)
    first = cursor_of(text, symbols, latex=latex)
    helpers = dict(_helpers(first, _parts(first)))
    own = replace(symbols, entries={**symbols.entries, **helpers}) if helpers else symbols
    c = cursor_of(text, own, latex=latex) if helpers else first
    notes = [comment for comment in c.read.comments if comment]
    statements: list[tuple[Chain, bool]] = []
    for part in _parts(c):
        if part.remark:
            notes.append(_source(c, part))
        else:
            chain = _chain(c, part, notes)
            statements.append((chain, _defines(chain, own, helpers)))
    return _sorted(statements, tuple(notes), c)


def _sorted(statements: Sequence[tuple[Chain, bool]], notes: tuple[str, ...], c: Cursor) -> Answer:
    plain = [chain for chain, defines in statements if not defines]
    if not plain:
        plain = [statements[-1][0]] if statements else []
    if not plain:
        c.fail("a formula")
    definitions = tuple(chain for chain, defines in statements if defines and chain is not plain[0])
    return Answer(plain[0], definitions, tuple(plain[1:]), notes)


@dataclass(frozen=True, slots=True)
class _Part:
    """Tokens from `start` to `end`; whether they only remark on the rest, or say what names stand for."""

    start: int
    end: int
    remark: bool = False
    defines: bool = False


_CONTINUES = frozenset({"relation", "plus", "minus", "product", "slash", "power", "under", "close", "unbrace", "comma"})
_OPEN_ENDED = frozenset({"relation", "plus", "minus", "product", "slash", "power", "under", "comma", "implies", ""})
_REMARK_WORDS = vocabulary.COMMENT_WORDS - vocabulary.WITH_WORDS - {"the", "is"} | {"for"}


def _parts(c: Cursor) -> list[_Part]:
    """The statements and remarks of an answer."""
    start, end = _unboxed(c)
    start = after_label(c, start, end)
    parts: list[_Part] = []
    place, defines, remark = start, False, False
    first = start
    while place < end:
        words = _words_at(c, place)
        words = None if remark and words == "remark" else words
        ends = _ends_part(c, first, place, end)
        if ends or (words is not None and place >= first):
            parts += _part(first, place, remark=remark, defines=defines)
            skips = words is not None or c.tokens[place].kind in {"semicolon", "comma", "stop", "implies"}
            remark = words == "remark" or (remark and not ends and words is None)
            defines = words == "with" or (defines and words is None and not c.tokens[place].line)
            first = place + (1 if skips and words != "remark" else 0)
            place = max(place + 1, first)
            continue
        place = c.matching(place) + 1
    return parts + _part(first, end, remark=remark, defines=defines)


def _part(start: int, end: int, *, remark: bool, defines: bool) -> list[_Part]:
    return [_Part(start, end, remark, defines)] if start < end else []


def _unboxed(c: Cursor) -> tuple[int, int]:
    """The range of all tokens, without a box around the whole."""
    start, end = 0, len(c.tokens) - 1
    while start < end and c.tokens[start].kind == "brace" and c.tokens[start].whole and c.matching(start) == end - 1:
        start, end = start + 1, end - 1
    return start, end


def _words_at(c: Cursor, place: int) -> str | None:
    """Whether a word stands here that begins definitions, the next statement, or a remark."""
    token = c.tokens[place]
    if token.kind not in {"note", "name"} or (token.kind == "name" and c.symbols.has(token.text)):
        return None
    behind = c.tokens[min(place + 1, len(c.tokens) - 1)]
    if token.kind == "name" and behind.kind == "open" and not behind.spaced:  # a call: np.where(a > 0, a, 0)
        return None
    words = token.text.lower().strip(" ,:.").split()
    if token.kind == "note":
        return "with" if words and vocabulary.WITH_WORDS.issuperset(words) else "remark"
    if len(token.text) < 2 or (token.text == "and" and not token.spaced):
        return None
    return _begun_by(c, words[0], place + 1)


def _begun_by(c: Cursor, word: str, place: int) -> str | None:
    """What a word begins, where something stands at the place behind it."""
    if word in vocabulary.BEGIN_WORDS and c.tokens[place].kind in OPERANDS:
        return "next"
    if word in vocabulary.NEXT_WORDS - vocabulary.WITH_WORDS and _relates_soon(c, place, len(c.tokens)):
        return "next"
    return "with" if word in vocabulary.WITH_WORDS else "remark" if word in _REMARK_WORDS else None


def _ends_part(c: Cursor, first: int, place: int, end: int) -> bool:
    """Whether a statement ends in front of this token."""
    token = c.tokens[place]
    if place == first:
        return False
    if token.kind in {"semicolon", "implies"}:
        return True
    if token.kind in {"comma", "stop"}:
        return _relates_between(c, first, place) and _relates_soon(c, place + 1, end)
    before = c.tokens[place - 1].kind
    return token.line and not _continues(c, place) and before not in _OPEN_ENDED


def _continues(c: Cursor, place: int) -> bool:
    at, c.at = c.at, place
    goes_on = c.tokens[place].kind in _CONTINUES or relates(c)
    c.at = at
    return goes_on


def _relates_between(c: Cursor, start: int, end: int) -> bool:
    return any(place < end for place in _relations(c, start, end))


def _relates_soon(c: Cursor, start: int, end: int) -> bool:
    """Whether a relation stands before the next comma or line."""
    place = start
    while place < end and c.tokens[place].kind not in {"comma", "semicolon", "stop"}:
        if c.tokens[place].kind == "relation":
            return True
        place = c.matching(place) + 1
    return False


def _relations(c: Cursor, start: int, end: int) -> Iterator[int]:
    """Where the relations stand outside brackets."""
    place, outer = start, c.at
    while place < end:
        c.at = place
        if relates(c):
            yield place
            c.at = place
            relation(c)
            place = max(c.at, place + 1)
        else:
            place = c.matching(place) + 1
    c.at = outer


def _source(c: Cursor, part: _Part) -> str:
    return c.text[c.tokens[part.start].span.start : c.tokens[part.end - 1].span.end]


def _chain(c: Cursor, part: _Part, notes: list[str]) -> Chain:
    """A statement; sides before the last are read as far as can be."""
    start = c.tokens[part.start].span.start
    places = list(_relations(c, part.start, part.end))
    left: Node | None = None
    begun = [part.start, *places]
    if places[:1] == [part.start]:
        begun = places
    steps: list[Step] = []
    for number, (first, end) in enumerate(zip(begun, [*begun[1:], part.end], strict=True)):
        sign = ""
        inner = first
        if first in places:
            c.at = first
            sign = relation(c)
            inner = c.at
        tree = _side(c, inner, end, notes, last=number == len(begun) - 1)
        if tree is None:
            continue
        if (sign and (steps or left is not None or number == 0)) or sign:
            steps.append(Step(sign, tree, span=Span(c.tokens[first].span.start, tree.span.end)))
        else:
            left = tree
    if isinstance(left, Chain) and not steps:
        return left
    return Chain(left, tuple(steps), span=Span(start, c.tokens[part.end - 1].span.end))


def _side(c: Cursor, start: int, end: int, notes: list[str], *, last: bool) -> Node | None:
    """One side; one before the last that the table does not allow is read without it, or left out."""
    try:
        return _read(c, start, end, c.symbols, notes)
    except LanguageError:
        if last:
            raise
    written = c.text[c.tokens[start].span.start : c.tokens[end - 1].span.end]
    try:
        tree = _read(c, start, end, replace(c.symbols, closed=False), notes)
    except LanguageError:
        notes.append(f"{written!r} could not be read; it was left out of account")
        return None
    notes.append(f"{written!r} has a name that this problem does not have; it was left out of account")
    return tree


def _read(c: Cursor, start: int, end: int, symbols: Symbols, notes: list[str]) -> Node:
    place = c.tokens[end].span.start
    tokens = (*c.tokens[start:end], Token("end", "", Span(place, place)))
    inner = Cursor(c.text, symbols, Tokens(tokens, (), c.latex), GRAMMAR, statements=True)
    inner.bound = c.bound
    tree = side(inner, notes)
    if not inner.is_at("end"):
        inner.fail("a relation or the end")
    return tree


def _helpers(c: Cursor, parts: Sequence[_Part]) -> Iterator[tuple[str, Symbol]]:
    """Names that a statement defines and the table does not have, if others use them or a word says so."""
    if not c.symbols.entries:
        return
    counts = _parts_with(c, parts)
    for part in parts:
        name = None if part.remark else _left_name(c, part)
        if name is None or not (part.defines or counts[name.base] > 1):
            continue
        lettered = bool(name.sub) and all(isinstance(sub, Name) and sub.base in c.symbols.indices for sub in name.sub)
        own = replace(name, sub=()) if lettered else name
        yield key_of(own), Symbol(key_of(own) if not own.marks else to_latex(own))


def _left_name(c: Cursor, part: _Part) -> Name | None:
    """The name on the left side, where it is one that the table does not have."""
    end = next(_relations(c, part.start, part.end), None)
    if end is None or end == part.start:
        return None
    try:
        tree = _read(c, part.start, end, replace(c.symbols, closed=False), [])
    except LanguageError:
        return None
    if not isinstance(tree, Name) or looked_up(c, tree)[0] is not None:
        return None
    return tree


def _parts_with(c: Cursor, parts: Sequence[_Part]) -> Counter[str]:
    """In how many statements each word stands."""
    named = (
        {token.text for token in c.tokens[part.start : part.end] if token.kind == "name"}
        for part in parts
        if not part.remark
    )
    return Counter(word for found in named for word in found)


def _defines(chain: Chain, table: Symbols, helpers: dict[str, Symbol]) -> bool:
    left = getattr(chain.left, "of", chain.left)
    return isinstance(left, Name) and any(symbol.name == left.base for symbol in helpers.values()) and bool(table)
