"""Signs that govern what follows: sums, products, limits and minima, and expectations."""

from __future__ import annotations

from dataclasses import replace

from grader.language import vocabulary
from grader.language.cursor import CLOSING, NABLA, Cursor
from grader.language.groups import body, condition, enumerated, measure, subscript
from grader.language.names import braced
from grader.language.scan import Token
from grader.language.syntax import (
    Chain,
    Expectation,
    Given,
    Name,
    Negative,
    Node,
    Number,
    Product,
    Range,
    Series,
    Sum,
)

_ENDS = frozenset({"end", "comma", "close", "relation", "unbrace"})
# Letters that a sum may run over without saying from where to where.
_COUNTERS = frozenset("ijklmnrst")


def is_series(c: Cursor) -> bool:
    """Whether a sum or its like begins here: `sum(...)` and `\\max(...)` are functions, `\\sum (...)` is a sum."""
    word, ahead = c.token.text, c.ahead
    if word not in vocabulary.SERIES or c.symbols.has(word) or _is_scripted(c) or ahead.kind in _ENDS:
        return False
    if ahead.kind in {"under", "power"}:
        return True
    sign = not c.token.whole and c.text[c.token.span.start] in "\\∑∏&"
    bracketed = ahead.kind == "open" or (ahead.kind == "brace" and not c.latex)
    return word in {"sum", "prod", "lim"} and (sign or not bracketed)


def _is_scripted(c: Cursor) -> bool:
    """Whether a name of the table begins here that goes on with a script."""
    return c.ahead.kind == "under" and c.symbols.scripted(c.token.text, c.look(2).text)


def is_capital_sum(c: Cursor) -> bool:
    """Whether a capital Sigma or Pi is a sum or a product: it has a range below, or a counter that its term uses."""
    if c.token.text not in _CAPITALS or c.symbols.find(c.token.text) is not None or c.ahead.kind != "under":
        return False
    below = c.look(2)
    if below.kind == "brace" and c.bracket(c.at + 2).has("relation"):
        return True
    letter = c.look(3) if below.kind == "brace" else below
    behind = c.matching(c.at + 2) + 1
    lone = letter.kind == "name" and (below.kind != "brace" or c.look(4).kind == "unbrace")
    following = c.tokens[min(behind, len(c.tokens) - 1)]
    starts = following.kind in {"name", "number", "open", "brace", "command", "nabla", "begin"}
    used = c.last_places.get(f"name {letter.text}", 0) > behind
    return lone and starts and used and (letter.text in _COUNTERS or letter.text in c.symbols.indices)


_CAPITALS = {"Sigma": "sum", "Pi": "prod"}


def capital_sum(c: Cursor) -> Node:
    """A sum whose sign is typed as a Greek letter."""
    return series(c, _CAPITALS[c.token.text])


def series(c: Cursor, operator: str) -> Node:
    """series := sign ["_" ranges] ["^" upper] term"""
    start = c.start
    c.next()
    ranges: tuple[Range, ...] = ()
    upper: Node | None = None
    while c.token.kind in {"under", "power"}:
        if c.next().kind == "under":
            ranges = tuple(ranged(c, part) for part in _counters(c, subscript(c)))
        else:
            upper = braced(c)
    return summed(c, operator, start, ranges, upper)


def _counters(c: Cursor, parts: tuple[Node, ...]) -> tuple[Node, ...]:
    """`\\sum_{ij}` runs over i and over j where a table says that these are indices."""
    indices = c.symbols.indices
    if len(parts) != 1 or not indices:
        return parts
    part = parts[0]
    if isinstance(part, Product) and not any(part.signs) and all(isinstance(one, Name) for one in part.factors):
        return part.factors
    if isinstance(part, Name) and len(part.base) > 1 and not part.sub and indices.issuperset(part.base):
        return tuple(c.build(Name, part.span.start, letter) for letter in part.base)
    return parts


def summed(c: Cursor, operator: str, start: int, ranges: tuple[Range, ...], upper: Node | None) -> Node:
    """The term under a sum with these ranges; one upper bound, and one lower, holds for all."""
    lower = next((one.lower for one in ranges if one.lower is not None), None)
    if upper is not None:
        ranges = tuple(replace(one, lower=lower, upper=upper) for one in ranges)
    c.bound.update(one.index.base for one in ranges if isinstance(one.index, Name))
    return c.build(Series, start, operator, ranges, body(c))


def ranged(c: Cursor, part: Node) -> Range:
    """range := index | index "=" lower | index "\\to" limit | condition"""
    start = part.span.start
    if not isinstance(part, Chain) or part.left is None:
        return c.build(Range, start, part)
    relation, right = part.steps[0].relation, part.steps[0].right
    if len(part.steps) == 1 and relation in {"=", "->"}:
        return c.build(Range, start, part.left, right)
    return c.build(Range, start, part.left, None, None, part)


def is_expectation(c: Cursor) -> bool:
    """Whether an expectation begins: `\\mathbb{E}` always; a plain E before a bracket or with a density below it."""
    token, ahead = c.token, c.ahead
    if token.text in {"E", "EE"} and "bb" in token.marks:
        return True
    if token.text not in {"E", "Eq", "Ep"} or c.symbols.find(token.text) is not None:
        return False
    bracket = _opens(c, ahead)
    if token.text != "E":
        return bracket
    return _is_measured(c) if ahead.kind == "under" else bracket and not _is_lone_number(c)


def _opens(c: Cursor, token: Token) -> bool:
    return (token.kind == "open" and token.text in {"[", "{"}) or (token.kind == "brace" and not c.latex)


def _is_lone_number(c: Cursor) -> bool:
    return c.look(2).kind == "number" and c.matching(c.at + 1) == c.at + 3


def _is_measured(c: Cursor) -> bool:
    """Whether the subscript of an E, and what follows it, are those of an expectation."""
    after = c.at + 2
    end = c.matching(after) + 1
    below = c.bracket(after)
    if below.has("bar") or (below.has("relation") and any(t.text == "~" for t in c.tokens[after:end])):
        return True
    following = c.tokens[min(end, len(c.tokens) - 1)]
    if following.kind == "open" and following.text == "(":
        following = c.tokens[min(c.matching(end) + 1, len(c.tokens) - 1)]
    return (following.kind == "name" and following.text in {"log", "ln"}) or _opens(c, following)


def expectation(c: Cursor) -> Node:
    """expectation := "E" ["_" measure] (bracket | term)"""
    start, word = c.start, c.next().text
    variables: tuple[Node, ...] = ()
    below: Node | None = None
    if len(word) > 1 and word[1:] in {"p", "q"}:
        below = c.build(Name, start, word[1:])
    if c.take("under"):
        variables, below = _below(c)
    return expected(c, start, variables, below)


def _below(c: Cursor) -> tuple[tuple[Node, ...], Node | None]:
    """The measure; in plain text also `E_q(z|x)[...]`, where a bracket of its own goes on with another."""
    if c.token.kind != "name":
        return measure(c)
    end = c.tokens[min(c.matching(c.at + 1) + 1, len(c.tokens) - 1)].kind
    if c.ahead.kind == "open" and c.ahead.text == "(" and end in {"open", "brace"}:
        return (), c.expression(NABLA)
    return measure(c)


def expected(c: Cursor, start: int, variables: tuple[Node, ...], below: Node | None) -> Node:
    """The body of an expectation, with `|` for a condition."""
    if c.is_at("open") and c.token.text != "<":
        inner = _conditioned(c)
    elif c.is_at("brace"):
        c.next()
        with c.inside():
            inner = condition(c)
        c.expect("unbrace", "}", "'}'")
    else:
        inner = body(c)
    return c.build(Expectation, start, inner, variables, below)


def _conditioned(c: Cursor) -> Node:
    """bracketed body := "[" condition ["|" condition ("," condition)*] closing"""
    start, barred = c.start, c.barred()
    closing = CLOSING[c.next().text]
    with c.inside(bars=barred):
        inner = condition(c)
        given = enumerated(c) if c.take("bar") else ()
    c.expect("close", closing, f"{closing!r}")
    return c.build(Given, start, (inner,), given) if given else inner


def counted(c: Cursor, term: Node, start: int) -> Series:
    """`f(k) for k in range(2)` as the sum over k from 0 to 1; the term is read."""
    ranges: list[Range] = []
    while c.take("name", "for"):
        at = c.start
        index = c.build(Name, at, c.expect("name", c.token.text, "the counter").text)
        c.expect("relation", "in", "'in' and range(...)") if c.is_at("relation") else c.expect("name", "in", "'in'")
        c.expect("name", "range", "range(...)")
        c.expect("open", "(", "'('")
        first: Node = c.build(Number, at, "0")
        with c.inside():
            bound = c.expression()
            if c.take("comma"):
                first, bound = bound, c.expression()
        c.expect("close", ")", "')'; a step is not read")
        ranges.append(c.build(Range, at, index, first, _one_less(c, bound)))
    return c.build(Series, start, "sum", tuple(ranges), term)


def _one_less(c: Cursor, bound: Node) -> Node:
    if isinstance(bound, Number) and bound.text.isdigit():
        return c.build(Number, bound.span.start, str(int(bound.text) - 1))
    return c.build(Sum, bound.span.start, (bound, c.build(Negative, bound.span.start, Number("1"))))
