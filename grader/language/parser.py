"""The parser: what students write, in LaTeX, Unicode or plain text, into trees.

statement  := [side] (relation side)* remarks
side       := expression ("," expression)*
condition  := expression (relation expression)*
expression := ["-"] term (("+" | "-") term)*
term       := product (("*" | "\\cdot" | "\\times" | "@" | "\\odot" | "\\otimes" | "/") product)*
product    := power power*                       juxtaposed: binds tighter than a written sign
power      := tight ["^" power]
tight      := operand ("!" | "[" places "]" | ".T" | "." method | "_" script)*
operand    := number | name | bracketed | command | series | integral | expectation | gradient | matrix

Top-down operator precedence (V. Pratt, 1973): two tables say which function reads an operand by the token that it
begins with, and which one an operator, and how tightly that binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.language.applications import method
from grader.language.arguments import bracket
from grader.language.calculus import gradient, integral, juxtaposes, partial
from grader.language.commands import command
from grader.language.cursor import JUXTAPOSED, MEMBER, POWER, SUM, TERM, TIGHT, UNARY, Cursor
from grader.language.groups import absolute, alternative, entry, norm
from grader.language.matrices import environment
from grader.language.operators import (
    added,
    divided,
    factorial,
    juxtaposed,
    multiplied,
    percent,
    primed,
    raised,
    subscripted,
    transposed,
)
from grader.language.symbols import FREE, Symbols
from grader.language.syntax import Apply, Name, Negative, Node, Number, Power
from grader.language.tokens import tokenize
from grader.language.words import group, named, numeral, quoted

Infix = Callable[[Cursor, Node, int], Node]
Prefix = Callable[[Cursor], Node]


def cursor_of(text: str, table: Symbols | None = None, *, latex: bool | None = None) -> Cursor:
    """A cursor at the beginning of a text."""
    symbols = table or FREE
    return Cursor(text, symbols, tokenize(text, symbols, latex=latex), GRAMMAR)


def parse_expression(text: str, table: Symbols | None = None, *, latex: bool | None = None) -> Node:
    """Read one expression. Raises `LanguageError` with the place where reading stopped.

    `latex` says whether letters that stand together are several names; by itself the text says it by a backslash.
    """
    c = cursor_of(text, table, latex=latex)
    node = alternative(c)
    if not c.is_at("end"):
        c.fail("an operator or the end")
    return node


class _Grammar:
    """All parts of the grammar together."""

    def continued(self, c: Cursor, left: Node, start: int, power: int) -> Node:
        """Go on with an expression whose first operand is read."""
        while True:
            binding, join = _operator(c, left)
            if binding < power:
                return left
            left = join(c, left, start)

    def signed(self, c: Cursor, power: int) -> Node:
        """operand := ["-" | "+"] expression"""
        if c.is_at("minus"):
            return _negative(c, power)
        if not c.take("plus"):
            c.fail("a number, a name or a bracket")
        return c.expression(max(power, TERM))

    @property
    def prefixes(self) -> Mapping[str, Prefix]:
        """Which function reads an operand, by the kind of token that it begins with."""
        return _PREFIX


GRAMMAR = _Grammar()


def _operator(c: Cursor, left: Node) -> tuple[int, Infix]:
    found = _INFIX.get(c.token.kind)
    if found is not None:
        return found
    if c.is_at("open", "[") and _is_entry_after(c, left):
        return TIGHT, entry
    return (JUXTAPOSED if juxtaposes(c) else 0), juxtaposed


def _negative(c: Cursor, power: int) -> Node:
    start = c.start
    c.next()
    return c.build(Negative, start, c.expression(TERM if power <= SUM else max(power, UNARY)))


_SIMPLE = frozenset({"number", "name", "plus", "minus", "comma", "colon", "ellipsis"})


def _is_entry_after(c: Cursor, left: Node) -> bool:
    """Whether `[` after what was just read takes an entry of it, or opens a factor."""
    if isinstance(left, Number | Power) or _is_scalar(c, left):
        return False
    before, bracket = c.look(-1), c.bracket()
    filled = bool(bracket.kinds) and not bracket.has("relation")
    if isinstance(left, Apply) and left.head.base == "shape":
        return filled
    if before.kind == "close" and before.text == "]":
        return filled and bracket.kinds.keys() <= _SIMPLE
    if before.kind in {"name", "prime"} or c.scripted == c.at:
        return filled
    lone = bracket.closing == c.at + 2 and (c.ahead.text.isdigit() or c.ahead.text in c.symbols.indices)
    return before.kind == "close" and (lone or bracket.has("colon", "ellipsis"))


def _is_scalar(c: Cursor, left: Node) -> bool:
    """Whether the table says that this takes no index."""
    symbol = c.symbols.find(left.base) if isinstance(left, Name) and c.symbols.entries else None
    return symbol is not None and symbol.scalar


_INFIX: Mapping[str, tuple[int, Infix]] = {
    "plus": (SUM, added),
    "minus": (SUM, added),
    "product": (TERM, multiplied),
    "slash": (TERM, divided),
    "power": (POWER, raised),
    "factorial": (TIGHT, factorial),
    "transpose": (TIGHT, transposed),
    "percent": (TIGHT, percent),
    "under": (TIGHT, subscripted),
    "member": (MEMBER, method),
    "prime": (TIGHT, primed),
}

_PREFIX: Mapping[str, Prefix] = {
    "number": numeral,
    "name": named,
    "open": bracket,
    "brace": group,
    "bar": absolute,
    "bars": norm,
    "begin": environment,
    "command": command,
    "integral": integral,
    "nabla": gradient,
    "partial": partial,
    "prime": quoted,
}
