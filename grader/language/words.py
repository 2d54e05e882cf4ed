"""What a name begins: a sign such as a sum, a function, or just a name; also a name in braces."""

from __future__ import annotations

from dataclasses import replace

from grader.language import vocabulary
from grader.language.applications import applied_or_resolved, bracket_condition
from grader.language.calculus import gradient, leibniz
from grader.language.cursor import SUM, Cursor
from grader.language.groups import braced_items, related, subscript
from grader.language.names import after_group, scripted, scripts
from grader.language.series import capital_sum, expectation, is_capital_sum, is_expectation, is_series, series
from grader.language.syntax import Chain, Indicator, Items, Name, Node, Number

_ALONE_BEFORE = frozenset({"", "relation", "comma", "open", "implies"})
_ALONE_AFTER = frozenset({"end", "relation", "comma", "close", "unbrace"})


def named(c: Cursor) -> Node:
    """Read a name and, where it is a sign or a function, what it governs."""
    token = c.token
    found = _sign(c)
    if found is not None:
        return found
    if token.text in vocabulary.CAPITALISED and c.ahead.kind == "open" and not c.symbols.has(token.text):
        token = replace(token, text=vocabulary.CAPITALISED[token.text])
    start = c.start
    c.next()
    return applied_or_resolved(c, scripted(c, token, start))


def _sign(c: Cursor) -> Node | None:
    """What a word governs, if it is a sign rather than a name."""
    word = c.token.text
    if word == "arg" and c.ahead.text in {"min", "max"}:
        c.next()
        return series(c, f"arg{c.token.text}")
    if is_series(c):
        return series(c, vocabulary.SERIES[word])
    if is_capital_sum(c):
        return capital_sum(c)
    if is_expectation(c):
        return expectation(c)
    if word in {"grad", "nabla"} and c.ahead.kind == "name":
        return gradient(c)
    return leibniz(c) if word[0] == "d" else None


def numeral(c: Cursor) -> Node:
    """A number; `1[a > 0]` and `1_{a > 0}` are indicators."""
    start, token = c.start, c.next()
    if token.text == "1" and c.is_at("open") and c.bracket().has("relation"):
        return c.build(Indicator, start, bracket_condition(c))
    if not c.is_at("under"):
        return c.build(Number, start, token.text)
    if token.text == "1" and c.bracket(c.at + 1).has("relation", "open"):
        c.next()
        below = subscript(c, scripts=0)
        if len(below) == 1 and isinstance(below[0], Chain):
            return c.build(Indicator, start, below[0])
    return c.fail("no subscript on a number", "write a number with decimal digits, without its base")


def quoted(c: Cursor) -> Node:
    """Maxima's quote, which leaves what follows unevaluated: `'diff(f, x)`."""
    c.next()
    if not (c.is_at("name") and c.ahead.kind == "open"):
        c.fail("a function after the quote")
    return named(c)


def group(c: Cursor) -> Node:
    """Braces: a set where commas stand in them, or where one thing stands in them alone in plain text; else a group."""
    if c.bracket().has("comma") or (not c.latex and not c.token.whole and _stands_alone(c)):
        start = c.start
        return c.build(Items, start, braced_items(c), "{")
    return _grouped(c)


def _stands_alone(c: Cursor) -> bool:
    before = c.look(-1).kind if c.at else ""
    after = c.tokens[min(c.matching(c.at) + 1, len(c.tokens) - 1)].kind
    return before in _ALONE_BEFORE and after in _ALONE_AFTER


def _grouped(c: Cursor) -> Node:
    """group := "{" condition "}"; a name alone in braces, however many, goes on with the scripts behind them"""
    start, count, bars = c.start, 0, 0
    while c.is_at("brace") and (not count or c.matching(c.at) + 1 == c.matching(c.at - 1)):
        bars = c.barred()
        c.next()
        count += 1
    with c.inside(bars=bars):
        name, inner = _name_or_more(c, count)
    if name is not None:
        c.scripted = c.at
        own = c.build(Name, start, name.base, name.sub, name.primes, name.marks)
        return applied_or_resolved(c, scripts(c, own))
    for _ in range(count):
        c.expect("unbrace", "}", "'}'")
    return inner


def _name_or_more(c: Cursor, count: int) -> tuple[Name | None, Node]:
    """The inside of so many braces: a name that fills them, read with them; or more, up to the first of them."""
    start = c.start
    found = _sign(c) if c.is_at("name") else c.expression()
    if found is None:
        name = scripted(c, c.next(), start)
        if all(c.look(place).kind == "unbrace" for place in range(count)):
            c.skip_to(c.at + count)
            return name, name
        found = applied_or_resolved(c, name)
    found = c.grammar.continued(c, found, start, SUM)
    return None, after_group(c, related(c, found, start))
