"""Operators between and after operands: what each makes of the operand on its left.

Each function has a left operand that begins at `start`, and reads the operator and what follows it.
"""

from __future__ import annotations

from dataclasses import replace

from grader.language.calculus import juxtaposes
from grader.language.cursor import JUXTAPOSED, SUM, TERM, Cursor
from grader.language.groups import is_comparison, subscript
from grader.language.names import (
    below,
    has_indices,
    is_positive_part,
    is_raised,
    is_turned,
    power_operand,
    raised_items,
)
from grader.language.symbols import Upper
from grader.language.syntax import (
    RAISED,
    Apply,
    Factorial,
    Gradient,
    Index,
    Indicator,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
)


def added(c: Cursor, left: Node, start: int) -> Node:
    """sum := term (("+" | "-") term)*"""
    terms = [left]
    while c.token.kind in {"plus", "minus"}:
        at, sign = c.start, c.next().kind
        term = c.expression(SUM + 1)
        terms.append(term if sign == "plus" else c.build(Negative, at, term))
    return c.build(Sum, start, tuple(terms))


def multiplied(c: Cursor, left: Node, start: int) -> Node:
    """product := factor (sign factor)*"""
    factors, signs = _opened(left, start)
    while c.is_at("product"):
        signs.append(c.next().text)
        at = c.start
        more, inner = _opened(c.expression(TERM + 1), at)
        factors.extend(more)
        signs.extend(inner)
    return c.build(Product, start, tuple(factors), tuple(signs))


def juxtaposed(c: Cursor, left: Node, start: int) -> Node:
    """product := factor factor*, without a sign"""
    factors, signs = _opened(left, start)
    while juxtaposes(c):
        factors.append(c.expression(JUXTAPOSED + 1))
        signs.append("")
    return c.build(Product, start, tuple(factors), tuple(signs))


def _opened(node: Node, start: int) -> tuple[list[Node], list[str]]:
    """The factors of a product that was written without brackets around it."""
    if isinstance(node, Product) and node.span.start == start:
        return list(node.factors), list(node.signs)
    return [node], []


def divided(c: Cursor, left: Node, start: int) -> Node:
    """A slash; `a/bc` is a/(bc), but `a/b c` with the blank is (a/b)c, and both are doubtful."""
    c.next()
    at = c.start
    under = c.expression(JUXTAPOSED + 1)
    doubtful = isinstance(left, Apply) and not left.bracket
    if juxtaposes(c):
        numbers = isinstance(left, Number) and isinstance(under, Number)
        doubtful = doubtful or not (numbers and c.token.spaced)
        if not c.token.spaced:
            under = juxtaposed(c, under, at)
    return c.build(Quotient, start, left, under, slash=True, doubtful=doubtful)


def raised(c: Cursor, left: Node, start: int) -> Node:
    """What `^` writes: a power, a transpose, a star, an index above, the positive part."""
    style = is_raised(c)
    if style and has_indices(c, left):
        turned = is_turned(c)
        found = c.build(Index, start, left, raised_items(c), "^" if _indexes_above(c, left) else f"^{style}")
        return c.build(Transpose, start, found) if turned else found
    c.next()
    if _is_transpose(c, left):
        c.skip_to(c.at + (3 if c.is_at("brace") else 1))
        return c.build(Transpose, start, left)
    sign = c.ahead if c.is_at("brace") and c.look(2).kind == "unbrace" else c.token
    taken = 3 if c.is_at("brace") else 1
    if (sign.kind, sign.text) == ("product", "*") or (sign.kind, sign.text) == ("name", "dagger"):
        c.skip_to(c.at + taken)
        return c.build(Apply, start, c.build(Name, start, {"*": "star"}.get(sign.text, "dagger")), (left,))
    if sign.kind == "plus" and (taken == 3 or c.ahead.kind not in {"number", "name", "open", "brace", "command"}):
        c.skip_to(c.at + taken)
        return positive_part(c, left, start)
    exponent = power_operand(c)
    if _indexes_above(c, left):
        return c.build(Index, start, left, (exponent,), "^")
    return c.build(Power, start, left, exponent)


def _is_transpose(c: Cursor, left: Node) -> bool:
    in_braces = c.is_at("brace") and c.look(2).kind == "unbrace"
    token = c.ahead if in_braces else c.token
    if token.kind != "name" or (token.text == "T" and c.ahead.kind == "under" and _continues(c)):
        return False
    letter = token.text == "T" and c.symbols.transposes and not isinstance(left, Number)
    return token.text == "top" or letter


def _continues(c: Cursor) -> bool:
    """Whether the subscript behind an exponent T makes it another name, as `x^T_0` in a table with T_0 would."""
    return c.symbols.scripted("T", c.look(2).text)


def _indexes_above(c: Cursor, left: Node) -> bool:
    while isinstance(left, Index | Gradient):
        left = left.of
    symbol = c.symbols.find(left.base) if isinstance(left, Name) and c.symbols.entries else None
    return symbol is not None and symbol.upper is Upper.INDEX


def positive_part(c: Cursor, left: Node, start: int) -> Node:
    """`(x)_+` and `[x]^+`, which is relu."""
    return c.build(Apply, start, c.build(Name, start, "relu"), (left,))


def factorial(c: Cursor, left: Node, start: int) -> Node:
    """factorial := operand "!" ["!"]"""
    c.next()
    double = c.is_at("factorial") and not c.token.spaced
    if double:
        c.next()
    return c.build(Factorial, start, left, 2 if double else 1)


def transposed(c: Cursor, left: Node, start: int) -> Node:
    """transpose := operand ".T" """
    c.next()
    return c.build(Transpose, start, left)


def primed(c: Cursor, left: Node, start: int) -> Node:
    """transpose := bracket "'", as MATLAB writes it where a table names what there is"""
    if not (c.symbols.closed and c.look(-1).kind == "close" and c.token.text == "'"):
        c.fail("an operator or the end")
    return transposed(c, left, start)


def percent(c: Cursor, left: Node, start: int) -> Node:
    """percent := operand "%" """
    c.next()
    return c.build(Quotient, start, left, c.build(Number, start, "100"))


def subscripted(c: Cursor, left: Node, start: int) -> Node:
    """A subscript on what is no plain name: entries of it, a script of a name behind an index above, `(x)_+`."""
    if is_positive_part(c):
        c.skip_to(c.at + (4 if c.ahead.kind == "brace" else 2))
        inner = left.condition if isinstance(left, Indicator) and not is_comparison(left.condition) else left
        return positive_part(c, inner, start)
    c.next()
    return _lowered(c, left, subscript(c), start)


def _lowered(c: Cursor, left: Node, at: tuple[Node, ...], start: int) -> Node:
    if isinstance(left, Transpose):
        return c.build(Transpose, start, _lowered(c, left.operand, at, start))
    if isinstance(left, Index) and left.style in RAISED:
        return c.build(Index, start, _lowered(c, left.of, at, start), left.at, left.style)
    if isinstance(left, Name) and not c.symbols.entries:
        return replace(below(c, left, at), span=left.span)
    return c.build(Index, start, left, at, "_")
