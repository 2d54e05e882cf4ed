"""A regular expression's steps, counted: Python's own parse of it, carried out by plain backtracking.

Python's matcher tells no counts, and seconds tell little on a busy machine. What this one counts is what a backtracking
matcher does at worst: one step for each element that is tried at a place. Python's is never slower by more than a
factor, and is faster where it looks for a literal first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from re import _constants as op, _parser  # type: ignore[attr-defined]  # isort: skip

Rest: TypeAlias = "Callable[[int], int | None]"
MOST_STEPS = 100_000
_SPACE, _DIGIT = re.compile(r"\s"), re.compile(r"\d")
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_SPACE: lambda c: bool(_SPACE.match(c)),
    op.CATEGORY_NOT_SPACE: lambda c: not _SPACE.match(c),
    op.CATEGORY_DIGIT: lambda c: bool(_DIGIT.match(c)),
    op.CATEGORY_NOT_DIGIT: lambda c: not _DIGIT.match(c),
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}


class TooManyStepsError(Exception):
    """More steps than are counted."""


def steps(pattern: re.Pattern[str], text: str, *, everywhere: bool = True) -> int:
    """How many steps it takes to look for a pattern in a text, one match after another, or at its beginning alone.

    Raises `TooManyStepsError`.
    """
    matcher = _Matcher(text, pattern.flags)
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    place = 0
    while place <= len(text):
        end = matcher.run(list(tree), place, lambda at: at)
        if not everywhere:
            break
        place = end if end is not None and end > place else place + 1
    return matcher.count


class _Matcher:
    def __init__(self, text: str, flags: int) -> None:
        self.text, self.flags, self.count = text, flags, 0
        self.groups: dict[int, tuple[int, int]] = {}

    def run(self, nodes: list[Any], at: int, rest: Rest) -> int | None:
        """Match a sequence of elements from a place, then the rest; where it ends, or None."""
        while nodes and (single := _single(nodes[0])):
            self._step()
            if at >= len(self.text) or not single(self.text[at], self.flags):
                return None
            nodes, at = nodes[1:], at + 1
        if not nodes:
            return rest(at)
        kind, argument = nodes[0]
        return _RULES[kind](self, argument, at, lambda then: self.run(nodes[1:], then, rest))

    def _step(self) -> None:
        self.count += 1
        if self.count > MOST_STEPS:
            raise TooManyStepsError

    def branch(self, argument: Any, at: int, rest: Rest) -> int | None:
        self._step()
        return next((end for one in argument[1] if (end := self.run(list(one), at, rest)) is not None), None)

    def group(self, argument: Any, at: int, rest: Rest) -> int | None:
        number, added, removed, inner = argument
        flags, self.flags = self.flags, (self.flags | added) & ~removed

        def then(end: int) -> int | None:
            if number is not None:
                self.groups[number] = (at, end)
            self.flags, kept = flags, self.flags
            found = rest(end)
            self.flags = kept
            return found

        found = self.run(list(inner), at, then)
        self.flags = flags
        return found

    def repeat(self, argument: Any, at: int, rest: Rest, *, lazy: bool = False) -> int | None:
        least, most, inner = argument
        body = list(inner)
        if len(body) == 1 and (single := _single(body[0])) and not lazy:
            return self._run_of(single, least, most, at, rest)
        return self._again(body, (least, most), at, rest, lazy=lazy)

    def _run_of(self, single: Any, least: int, most: Any, at: int, rest: Rest) -> int | None:
        end = at
        while end < len(self.text) and end - at < most and single(self.text[end], self.flags):
            self._step()
            end += 1
        self._step()
        for place in range(end, at + least - 1, -1):
            self._step()
            found = rest(place)
            if found is not None:
                return found
        return None

    def _again(self, body: list[Any], bounds: tuple[int, Any], at: int, rest: Rest, *, lazy: bool) -> int | None:
        self._step()
        least, most = bounds

        def more() -> int | None:
            if most == 0:
                return None
            left = (max(0, least - 1), most if most == op.MAXREPEAT else most - 1)
            return self.run(
                body,
                at,
                lambda end: None if end == at and least == 0 else self._again(body, left, end, rest, lazy=lazy),
            )

        if least:
            return more()
        first, second = (lambda: rest(at), more) if lazy else (more, lambda: rest(at))
        found = first()
        return found if found is not None else second()

    def possessive(self, argument: Any, at: int, rest: Rest) -> int | None:
        least, most, inner = argument
        count = 0
        while count < most:
            end = self.run(list(inner), at, lambda place: place)
            self._step()
            if end is None or end == at:
                break
            at, count = end, count + 1
        return rest(at) if count >= least else None

    def atomic(self, argument: Any, at: int, rest: Rest) -> int | None:
        end = self.run(list(argument), at, lambda place: place)
        return None if end is None else rest(end)

    def look(self, argument: Any, at: int, rest: Rest, *, wanted: bool) -> int | None:
        direction, inner = argument
        self._step()
        begin = at if direction > 0 else at - inner.getwidth()[0]
        found = begin >= 0 and self.run(list(inner), begin, lambda place: place) is not None
        return rest(at) if found is wanted else None

    def anchor(self, argument: Any, at: int, rest: Rest) -> int | None:
        self._step()
        before, after = self.text[at - 1 : at], self.text[at : at + 1]
        word = _CATEGORIES[op.CATEGORY_WORD]
        edge = bool(before and word(before)) is not bool(after and word(after))
        multi = bool(self.flags & re.MULTILINE)
        holds = {
            op.AT_BEGINNING: at == 0 or (multi and before == "\n"),
            op.AT_BEGINNING_STRING: at == 0,
            op.AT_END: not after or (after == "\n" and (multi or at == len(self.text) - 1)),
            op.AT_END_STRING: not after,
            op.AT_BOUNDARY: edge,
            op.AT_NON_BOUNDARY: not edge,
        }[argument]
        return rest(at) if holds else None

    def reference(self, argument: Any, at: int, rest: Rest) -> int | None:
        begin, end = self.groups.get(argument, (0, 0))
        self.count += end - begin
        return rest(at + end - begin) if self.text.startswith(self.text[begin:end], at) else None


_RULES: dict[Any, Callable[..., int | None]] = {
    op.BRANCH: _Matcher.branch,
    op.SUBPATTERN: _Matcher.group,
    op.MAX_REPEAT: _Matcher.repeat,
    op.MIN_REPEAT: lambda self, argument, at, rest: self.repeat(argument, at, rest, lazy=True),
    op.POSSESSIVE_REPEAT: _Matcher.possessive,
    op.ATOMIC_GROUP: _Matcher.atomic,
    op.ASSERT: lambda self, argument, at, rest: self.look(argument, at, rest, wanted=True),
    op.ASSERT_NOT: lambda self, argument, at, rest: self.look(argument, at, rest, wanted=False),
    op.AT: _Matcher.anchor,
    op.GROUPREF: _Matcher.reference,
}


def _single(node: Any) -> Callable[[str, int], bool] | None:
    """The test of an element that is one character."""
    kind, argument = node
    if kind is op.LITERAL:
        return lambda c, flags: _folded(c, flags) == _folded(chr(argument), flags)
    if kind is op.NOT_LITERAL:
        return lambda c, flags: _folded(c, flags) != _folded(chr(argument), flags)
    if kind is op.ANY:
        return lambda c, flags: c != "\n" or bool(flags & re.DOTALL)
    if kind is op.IN:
        return lambda c, flags: _in(argument, c, flags)
    return None


def _folded(c: str, flags: int) -> str:
    return c.lower() if flags & re.IGNORECASE else c


def _in(argument: list[Any], c: str, flags: int) -> bool:
    negated = argument[0][0] is op.NEGATE
    return any(_among(one, c, flags) for one in argument[negated:]) is not negated


def _among(one: Any, c: str, flags: int) -> bool:
    kind, argument = one
    if kind is op.CATEGORY:
        return _CATEGORIES[argument](c)
    forms = {c, c.lower(), c.upper()} if flags & re.IGNORECASE else {c}
    low, high = argument if kind is op.RANGE else (argument, argument)
    return any(len(form) == 1 and low <= ord(form) <= high for form in forms)


def pumps(pattern: re.Pattern[str]) -> Iterator[str]:
    """Pieces that a pattern's repetitions take, with what stands before each: to be repeated by who attacks it."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    yield from dict.fromkeys(piece for piece in _pieces(list(tree), "") if piece)


def _pieces(nodes: list[Any], before: str) -> Iterator[str]:
    for kind, argument in nodes:
        if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            body = list(argument[2])
            yield from _samples(body)
            yield before
            yield from (before + one for one in _samples(body))
            yield from _pieces(body, before)
        elif kind is op.SUBPATTERN:
            yield from _pieces(list(argument[3]), before)
        elif kind is op.BRANCH:
            for one in argument[1]:
                yield from _pieces(list(one), before)
                yield _sample(list(one))
        elif kind in {op.ASSERT, op.ASSERT_NOT}:
            yield from _pieces(list(argument[1]), before)
        elif kind is op.ATOMIC_GROUP:
            yield from _pieces(list(argument), before)
        before += _sample([(kind, argument)])
    yield before


def _samples(body: list[Any]) -> list[str]:
    """Texts that a body matches: of a set of signs several, of alternatives each."""
    if len(body) == 1 and body[0][0] is op.IN:
        return [c for c in "a \n0\\{[(,.-_x" if _in(body[0][1], c, 0)][:6] or [_sample(body)]
    if len(body) == 1 and body[0][0] is op.BRANCH:
        return [_sample(list(one)) for one in body[0][1][1]]
    if len(body) == 1 and body[0][0] is op.SUBPATTERN:
        return _samples(list(body[0][1][3]))
    return [_sample(body)]


def _sample(nodes: list[Any]) -> str:
    """A text that a sequence of elements matches."""
    return "".join(_one(kind, argument) for kind, argument in nodes)


def _one(kind: Any, argument: Any) -> str:
    if kind in {op.LITERAL, op.IN, op.NOT_LITERAL, op.ANY}:
        return _sign(kind, argument)
    if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
        return _sample(list(argument[2])) * max(1, min(argument[0], 60))
    inner = {op.SUBPATTERN: lambda: argument[3], op.BRANCH: lambda: argument[1][0], op.ATOMIC_GROUP: lambda: argument}
    return _sample(list(inner[kind]())) if kind in inner else ""


def _sign(kind: Any, argument: Any) -> str:
    """A character that an element takes."""
    single = _single((kind, argument))
    assert single is not None
    if kind is op.LITERAL:
        return chr(argument)
    signs = [chr(code) for code in range(32, 127)] + ["\n", *map(chr, range(160, 0x3000))]
    return next((c for c in ["a", "x", " ", "0", *signs] if single(c, re.DOTALL)), "")
