"""What stands in the bracket of a function: arguments by place and by name, conditions, parameters, counters."""

from __future__ import annotations

from grader.language import vocabulary
from grader.language.cursor import Cursor
from grader.language.groups import condition
from grader.language.series import counted
from grader.language.syntax import Chain, Name, Node, Step


def sections_of(c: Cursor, closing: tuple[str, str], barred: int, *, sums: bool = False) -> dict[str, list[Node]]:
    """Arguments by the sign that they stand after."""
    if sums and "for" in c.bracket(c.at - 1).words:
        _bind_counters(c)
    sections: dict[str, list[Node]] = {"": []}
    sign = ""
    with c.inside(bars=barred):
        while not c.is_at(*closing):
            start = c.start
            found = _keyword(c) if _is_keyword(c) else condition(c)
            sections[sign].append(counted(c, found, start) if sums and c.is_at("name", "for") else found)
            if c.token.kind in {"bar", "semicolon", "bars"}:
                sign = c.next().text
                sections.setdefault(sign, [])
            elif not c.take("comma") and not c.is_at(*closing):
                c.fail(f"{closing[1]!r} or ','")
        c.next()
    return sections


def _bind_counters(c: Cursor) -> None:
    """Let the counters of `f(k) for k in range(n)` be known in the term that stands before them."""
    place, end = c.at, c.matching(c.at - 1)
    while place < end:
        if c.tokens[place].kind == "name" and c.tokens[place].text == "for":
            c.bound.add(c.tokens[place + 1].text)
        place = c.matching(place) + 1


def _is_keyword(c: Cursor) -> bool:
    """Whether an argument with its name begins here: `axis=0`."""
    word = c.token.text
    if not (c.is_at("name") and c.ahead.kind == "relation" and c.ahead.text == "=") or len(word) < 2:
        return False
    return word not in vocabulary.GREEK and not c.symbols.has(word)


def _keyword(c: Cursor) -> Node:
    """argument := word "=" value"""
    start = c.start
    name = c.build(Name, start, c.next().text)
    at, sign = c.start, c.next().text
    return c.build(Chain, start, name, (c.build(Step, at, sign, condition(c)),))
