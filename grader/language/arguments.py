"""What stands in the bracket of a function: arguments by place and by name, conditions, parameters, counters."""

from __future__ import annotations

from grader.language import vocabulary
from grader.language.cursor import Cursor
from grader.language.groups import bracketed, condition
from grader.language.series import counted
from grader.language.syntax import Chain, Items, Name, Node, Number, Series, Step
from grader.language.trees import substitute


def sections_of(c: Cursor, closing: tuple[str, str], barred: int, *, sums: bool = False) -> dict[str, list[Node]]:
    """Arguments by the sign that they stand after."""
    if sums and "for" in c.bracket(c.at - 1).words:
        _bind_counters(c)
    sections: dict[str, list[Node]] = {"": []}
    sign = ""
    with c.inside(bars=barred):
        while not c.is_at(*closing):
            start = c.start
            if sums and _is_comprehension(c):
                sections[sign].append(_listed_terms(c))
                continue
            found = _keyword(c) if _is_keyword(c) else condition(c)
            sections[sign].append(counted(c, found, start) if sums and c.is_at("name", "for") else found)
            if c.token.kind in {"bar", "semicolon", "bars"}:
                sign = c.next().text
                sections.setdefault(sign, [])
            elif not c.take("comma") and not c.is_at(*closing):
                c.fail(f"{closing[1]!r} or ','")
        c.next()
    return sections


def bracket(c: Cursor) -> Node:
    """bracket := group | "[" term "for" counter "in" range "]", which is the list of all terms"""
    if not _is_comprehension(c):
        return bracketed(c)
    series = _listed_terms(c)
    terms = [series.body]
    for one in series.ranges:
        lower, upper = ((bound.text if isinstance(bound, Number) else "") for bound in (one.lower, one.upper))
        if not (lower.isdigit() and upper.isdigit()) or int(upper) - int(lower) >= _MOST_TERMS:
            c.fail(f"a list counts from one number to another, at most {_MOST_TERMS} terms")
        counts = [Number(str(count)) for count in range(int(lower), int(upper) + 1)]
        terms = [substitute(term, one.index, count) for term in terms for count in counts][:_MOST_TERMS]
    return c.build(Items, series.span.start, tuple(terms), "[")


# A list that is written by its rule has as many terms as a layer of a homework has units.
_MOST_TERMS = 64


def _is_comprehension(c: Cursor) -> bool:
    return c.is_at("open", "[") and "for" in c.bracket().words


def _listed_terms(c: Cursor) -> Series:
    start = c.start
    c.next()
    _bind_counters(c)
    with c.inside():
        found = counted(c, condition(c), start)
    c.expect("close", "]", "']'")
    return found


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
