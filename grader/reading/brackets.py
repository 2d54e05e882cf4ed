"""Which brackets belong together, and which of them hold a list rather than a part of an expression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from grader.language.vocabulary import words
from grader.reading.runs import SCALARS, begins, is_function
from grader.reading.tokens import Kind, ReadingError, Token

MAX_NESTING = 40

_CLOSING: Mapping[str, str] = MappingProxyType(
    {"(": ")", "[": "]", "{": "}", "<": ">", r"\begin": r"\end", r"\begin{": "}", r"\{": "}"}
)
_SHOWN: Mapping[str, str] = MappingProxyType({r"\end": r"\end{matrix}"})
_BETWEEN = frozenset({Kind.COMMA, Kind.BREAK, Kind.BAR})
_LINES = frozenset({Kind.LINE, Kind.MARK, Kind.RULE})


class Wraps(Enum):
    """What a word in front of a bracket makes of what is in it."""

    ONE = "the list, or the number"
    ALL = "a list of everything"
    RATIO = "the first through the second"
    NOTHING = "nothing: it is no number"


WRAPPERS: Mapping[str, Wraps] = MappingProxyType(
    dict.fromkeys(SCALARS, Wraps.ONE)
    | dict.fromkeys(
        words(
            "array Array DeviceArray ndarray asarray tensor Tensor FloatTensor matrix Matrix Parameter Variable"
            " constant convert_to_tensor list tuple DataFrame Series print display disp Vector vector"
            " ImmutableDenseMatrix mat MatrixForm column_vector row_vector Float32 Float64 Any"
        ),
        Wraps.ONE,
    )
    | {"c": Wraps.ALL, "Fraction": Wraps.RATIO, "Rational": Wraps.RATIO, "Size": Wraps.NOTHING,
       "TensorShape": Wraps.NOTHING}
)  # fmt: skip


@dataclass
class _Open:
    """A bracket that is open: where, the last token in it, and whether it holds a list so far."""

    at: int
    last: Token | None = None
    lists: bool = False


@dataclass(frozen=True)
class Brackets:
    """`partners` of every bracket by place, and where the brackets that hold a list open."""

    partners: Mapping[int, int]
    lists: frozenset[int]


@dataclass
class _Matcher:
    tokens: Sequence[Token]
    joins: bool
    opened: list[_Open] = field(default_factory=lambda: [_Open(-1)])
    partners: dict[int, int] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)


def match(tokens: Sequence[Token], *, joins: bool) -> Brackets:
    """Match all brackets in one pass. `joins`: a sign behind a blank joins.

    Raises `ReadingError` for one that does not close, for one that nothing opened, and for too many in one another.
    """
    matcher = _Matcher(tokens, joins)
    for place, token in enumerate(tokens):
        _RULES.get(token.kind, _inner)(matcher, place)
    if len(matcher.opened) > 1:
        unclosed = tokens[matcher.opened[-1].at]
        raise stopped(tokens, len(tokens), f"{_shown(unclosed)!r}, for the {unclosed.text!r} that opens there")
    return Brackets(matcher.partners, frozenset(matcher.lists))


def _shown(opening: Token) -> str:
    closing = _CLOSING[opening.text]
    return _SHOWN.get(closing, closing)


def _opened(matcher: _Matcher, place: int) -> None:
    _inner(matcher, place)
    if len(matcher.opened) > MAX_NESTING:
        raise ReadingError(f"brackets are nested more than {MAX_NESTING} deep")
    matcher.opened.append(_Open(place))


def _closed(matcher: _Matcher, place: int) -> None:
    inner = matcher.opened[-1]
    closing = _CLOSING[matcher.tokens[inner.at].text] if inner.at >= 0 else ""
    if matcher.tokens[place].text != closing:
        expected = f"{_SHOWN.get(closing, closing)!r}" if closing else "a list of numbers, or the end"
        raise stopped(matcher.tokens, place, expected)
    matcher.opened.pop()
    matcher.partners[inner.at], matcher.partners[place] = place, inner.at
    if _holds_list(matcher.tokens, inner, place):
        matcher.lists.add(inner.at)
        matcher.opened[-1].lists = True
    elif inner.lists and inner.at and is_wrapper(matcher.tokens, inner.at - 1):
        matcher.opened[-1].lists = True
    matcher.opened[-1].last = last_of_group(matcher.tokens, inner.at, place)


def last_of_group(tokens: Sequence[Token], opening: int, closing: int) -> Token:
    """What stands last where a group ends: its bracket, or, if it was below a function's name, what was before it."""
    return tokens[opening - 1] if opening and tokens[opening - 1].text == "_" else tokens[closing]


def _holds_list(tokens: Sequence[Token], inner: _Open, closing: int) -> bool:
    """Whether a bracket holds a list: the square ones and matrices do, and braces with which nothing is computed; the
    others if something in them separates.
    """
    opening, before = tokens[inner.at], tokens[inner.at - 1] if inner.at else None
    beside = (tokens[inner.at - 1 : inner.at] if inner.at else ()), tokens[closing + 1 : closing + 2]
    computes = any(token.kind in _COMPUTES and not token.blank for side in beside for token in side)
    if before is not None and _belongs(before, opening):
        return False
    return opening.text in _ALWAYS or inner.lists or (opening.text == "{" and not computes)


def is_wrapper(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word with its own bracket stands here: `tensor(`, `array(`, `Float32[`."""
    if tokens[place].kind is not Kind.WORD or tokens[place].text not in WRAPPERS or place + 1 >= len(tokens):
        return False
    following = tokens[place + 1]
    return following.kind is Kind.OPEN and not following.blank


_COMPUTES = frozenset({Kind.OPERATOR, Kind.TIMES, Kind.POWER, Kind.CLOSE, Kind.OTHER, Kind.OPEN, Kind.NUMBER})
_ALWAYS = frozenset({"[", r"\begin", r"\begin{"})


def _belongs(before: Token, opening: Token) -> bool:
    """Whether a bracket belongs to what stands before it: the argument of a function, a wrapper, an exponent."""
    if before.kind is Kind.COMMAND:
        return opening.text in "({[" and (opening.text != "[" or is_function(before))
    if before.kind is Kind.WORD and not opening.blank:
        return opening.text in "(<" or is_function(before)
    return before.kind in (Kind.POWER, Kind.METHOD) and opening.text in "({"


def _separated(matcher: _Matcher, place: int) -> None:
    del place
    matcher.opened[-1].lists = True
    matcher.opened[-1].last = None


def _inner(matcher: _Matcher, place: int) -> None:
    """Numbers with nothing but a blank between them are a list."""
    token, level = matcher.tokens[place], matcher.opened[-1]
    after = matcher.tokens[place + 1] if place + 1 < len(matcher.tokens) else None
    if begins(level.last, token, after, joins=matcher.joins):
        level.lists = True
    level.last = token


def _ignored(matcher: _Matcher, place: int) -> None:
    del matcher, place


_RULES = MappingProxyType(
    {Kind.OPEN: _opened, Kind.CLOSE: _closed} | dict.fromkeys(_BETWEEN, _separated) | dict.fromkeys(_LINES, _ignored)
)


def stopped(tokens: Sequence[Token], place: int, expected: str) -> ReadingError:
    """An error that says where reading stopped, what stands there, and what was expected."""
    rest = "".join(_piece(token) for token in tokens[place : place + 6]).strip() or "the end"
    before = "".join(_piece(token) for token in tokens[max(0, place - 6) : place]).strip()
    line = 1 + sum(token.kind is Kind.LINE for token in tokens[:place])
    where = f"line {line}, " if any(token.kind is Kind.LINE for token in tokens) else ""
    return ReadingError(f"reading stopped at {rest[:20]!r} ({where}after {before[-20:]!r}): expected {expected}")


def _piece(token: Token) -> str:
    return (" " if token.blank or token.kind is Kind.LINE else "") + token.text.strip()
