"""Brackets of every kind: groups, lists, sets, absolute values, norms, entries; conditions inside them; subscripts."""

from __future__ import annotations

from grader.language import vocabulary
from grader.language.cursor import CLOSING, OPERANDS, TERM, Cursor
from grader.language.syntax import (
    Abs,
    Apply,
    Case,
    Cases,
    Chain,
    Expectation,
    Given,
    Index,
    Indicator,
    Items,
    Name,
    Node,
    Norm,
    Number,
    Slice,
    Step,
    Text,
)

COMPARISONS = frozenset({"<", ">", "<=", ">=", "=", "!="})
_DECORATED = frozenset({"overset", "stackrel", "underset"})
_LIST_BEFORE = frozenset({"open", "comma", "relation"})
_LIST_AFTER = frozenset({"end", "close", "comma", "relation", "unbrace"})


def starts_operand(c: Cursor) -> bool:
    """Whether an operand can begin at the next token."""
    return c.token.kind in OPERANDS or (c.token.kind in {"bar", "bars"} and not c.bars)


def relates(c: Cursor) -> bool:
    """Whether a relation stands here, also one with a remark above it (`\\overset{(a)}{=}`)."""
    if c.is_at("relation"):
        return True
    if not c.is_at("command") or c.token.text not in _DECORATED:
        return False
    after = c.matching(c.at + 1) + 1
    return any(token.kind == "relation" for token in c.tokens[after : after + 2])


def relation(c: Cursor) -> str:
    """relation := sign [remark], or "\\overset" remark sign; a remark may also stand below or above the sign"""
    while not c.is_at("relation"):
        c.skip_to(c.matching(c.at) + 1 if c.is_at("brace") and c.ahead.kind != "relation" else c.at + 1)
    sign = c.next().text
    c.take("unbrace")
    while c.token.kind in {"under", "power"}:
        c.skip_to(c.matching(c.at + 1) + 1)
    return sign


def condition(c: Cursor) -> Node:
    """condition := expression (relation expression)* | value "if" condition "else" value"""
    if c.is_at("product", "cdot") and c.ahead.kind in {"bar", "comma", "close", "semicolon"}:
        return c.build(Name, c.start, c.next().text)
    if c.is_at("string"):
        return c.build(Text, c.start, c.next().text)
    start = c.start
    return related(c, c.expression(), start)


def alternative(c: Cursor) -> Node:
    """alternative := expression | value "if" condition "else" value"""
    start = c.start
    value = c.expression()
    return _chosen(c, value, start) if c.is_at("name", "if") and c.follows("name else") else value


def related(c: Cursor, left: Node, start: int) -> Node:
    """Go on with a condition whose first side is read."""
    steps: list[Step] = []
    while relates(c):
        at, sign = c.start, relation(c)
        right = c.build(Text, c.start, c.next().text) if c.is_at("string") else c.expression()
        steps.append(c.build(Step, at, sign, right))
    if steps:
        return c.build(Chain, start, left, tuple(steps))
    if c.is_at("name", "if") and c.follows("name else"):
        return _chosen(c, left, start)
    return left


def _chosen(c: Cursor, value: Node, start: int) -> Node:
    """Python's `value if condition else value`."""
    c.next()
    holds = condition(c)
    c.expect("name", "else", "'else' and the other value")
    other = c.expression()
    cases = (c.build(Case, start, value, holds), c.build(Case, other.span.start, other))
    return c.build(Cases, start, cases)


def bracketed(c: Cursor) -> Node:
    """group := opening condition ("," condition)* [","] closing"""
    start, opening = c.start, c.next().text
    before = c.look(-2).kind if c.at > 1 else "comma"
    items, trailing = listed(c, CLOSING[opening])
    if opening == "<":
        return _angle(c, start, items)
    if opening in {"floor", "ceil"}:
        return c.build(Apply, start, c.build(Name, start, opening), items)
    if opening == "[" and len(items) == 1 and is_comparison(items[0]):
        return c.build(Indicator, start, items[0])
    alone = opening == "[" and not c.latex and before in _LIST_BEFORE and c.token.kind in _LIST_AFTER
    whole = opening == "[" and len(items) == 1 and isinstance(items[0], Items) and items[0].bracket == "["
    if len(items) == 1 and not trailing and not alone and not whole:
        return items[0]
    return c.build(Items, start, items, opening)


def is_comparison(node: Node) -> bool:
    """Whether a condition compares, so that a bracket around it is 1 where it holds."""
    return isinstance(node, Chain) and node.left is not None and all(s.relation in COMPARISONS for s in node.steps)


def listed(c: Cursor, closing: str) -> tuple[tuple[Node, ...], bool]:
    """Conditions up to a closing bracket, and whether a comma stands after the last of them."""
    items: list[Node] = []
    trailing = False
    with c.inside():
        while not c.is_at("close", closing):
            items.append(condition(c))
            trailing = c.take("comma")
            if not trailing and not c.is_at("close", closing):
                c.fail(f"{closing!r} or ','" if len(closing) == 1 else "the closing bracket")
        c.next()
    return tuple(items), trailing


def entry(c: Cursor, left: Node, start: int) -> Node:
    """entry := operand "[" place ("," place)* "]" """
    c.next()
    with c.inside():
        places = [_place(c)]
        while c.take("comma") and not c.is_at("close", "]"):
            places.append(_place(c))
        c.expect("close", "]", "']' or ','")
    return c.build(Index, start, left, tuple(places), "[")


def _place(c: Cursor) -> Node:
    """place := condition | "..." | [first] ":" [behind the last] [":" step]"""
    start = c.start
    if c.is_at("ellipsis"):
        return c.build(Name, start, c.next().text)
    bounds: list[Node | None] = [None if c.is_at("colon") else condition(c)]
    while c.is_at("colon") and len(bounds) < 3:
        c.next()
        bounds.append(c.expression() if starts_operand(c) or c.is_at("minus") else None)
    first = bounds[0]
    if len(bounds) == 1 and first is not None:
        return first
    return c.build(Slice, start, *bounds)


def _angle(c: Cursor, start: int, items: tuple[Node, ...]) -> Node:
    """`<f>_q` is an expectation, `<a, b>` an inner product."""
    if c.is_at("under") and len(items) == 1:
        c.next()
        return c.build(Expectation, start, items[0], *measure(c))
    return c.build(Apply, start, c.build(Name, start, "inner"), items)


def measure(c: Cursor) -> tuple[tuple[Node, ...], Node | None]:
    """measure := density | variables "~" density, in braces where it is more than a name"""
    parts = subscript(c)
    last = parts[-1]
    drawn = isinstance(last, Chain) and last.left is not None and last.steps[0].relation == "~"
    if drawn and isinstance(last, Chain) and last.left is not None and (len(parts) > 1 or len(last.steps) == 1):
        return (*parts[:-1], last.left), last.steps[0].right
    return (), parts[0] if len(parts) == 1 else c.build(Items, parts[0].span.start, parts, "")


def braced_items(c: Cursor) -> tuple[Node, ...]:
    """Conditions in plain braces, with commas between them."""
    c.next()
    with c.inside():
        items = enumerated(c)
    c.expect("unbrace", "}", "'}'")
    return items


def enumerated(c: Cursor) -> tuple[Node, ...]:
    """Conditions with commas between them."""
    items = [condition(c)]
    while c.take("comma"):
        items.append(condition(c))
    return tuple(items)


def absolute(c: Cursor) -> Node:
    """abs := "|" expression "|" """
    start = c.start
    c.take_bar()
    outer, c.bars = c.bars, 1
    inner = c.expression()
    if not c.take_bar():
        c.fail("'|' to close the absolute value")
    c.bars = outer
    return c.build(Abs, start, inner)


def norm(c: Cursor) -> Node:
    """norm := "\\|" expression "\\|" ["_" order]; in plain text `||x| - 1|` is two absolute values"""
    start = c.start
    if not c.follows("bars"):
        return absolute(c)
    c.next()
    outer, c.bars = c.bars, 1
    inner = c.expression()
    c.expect("bars", "||", "'||' to close the norm")
    c.bars = outer
    order = subscript(c)[0] if c.take("under") else None
    return c.build(Norm, start, inner, order)


def subscript(c: Cursor, scripts: int = 1) -> tuple[Node, ...]:
    """subscript := "{" condition ("," condition)* ["|" ...] "}" | number | name; of a condition `scripts` is 0"""
    if not c.is_at("brace"):
        found: tuple[Node, ...] = (_single(c),)
    else:
        start = c.start
        c.next()
        with c.inside(bars=1, scripts=scripts):
            items = [_lower(c)]
            given: list[Node] = []
            here = items
            while c.token.kind in {"comma", "bar", "semicolon"}:
                here = given if c.next().kind == "bar" else here
                here.append(_lower(c))
        c.expect("unbrace", "}", "'}' or ','")
        found = (c.build(Given, start, tuple(items), tuple(given)),) if given else tuple(items)
    c.scripted = c.at
    return found


def _lower(c: Cursor) -> Node:
    """What stands below; a condition in set braces of its own is the condition."""
    if c.is_at("open", "{") and c.bracket().has("relation"):
        c.next()
        inner = condition(c)
        c.expect("close", "}", "'}'")
        return inner
    return condition(c)


def _single(c: Cursor) -> Node:
    """One token as a script."""
    start = c.start
    if c.token.kind in {"number", "name"}:
        token = c.next()
        if token.kind == "number":
            return c.build(Number, start, token.text)
        return c.build(Name, start, token.text, (), 0, token.marks)
    if c.token.kind in {"plus", "minus", "product"}:
        c.fail("a name or a number below", "put what stands below into braces")
    return c.operand(TERM)


def body(c: Cursor) -> Node:
    """What a sum, an integral or an expectation without brackets reaches over: a term."""
    return c.expression(TERM)


def is_word(c: Cursor, words: frozenset[str]) -> bool:
    """Whether a word of these stands here, as a remark or plainly."""
    text = c.token.text.lower().rstrip(",:. ")
    return c.token.kind in {"note", "name"} and text in words


def remark_words(c: Cursor) -> bool:
    """Whether a word of a remark stands here, which is never a factor."""
    return c.is_at("name") and c.token.text in vocabulary.COMMENT_WORDS and len(c.token.text) > 1
