"""The parser: what students write, in LaTeX, Unicode or plain text, into trees.

statement  := [side] (relation side)* remarks
side       := expression ("," expression)*
condition  := expression (relation expression)*
expression := ["-"] term (("+" | "-") term)*
term       := product (("*" | "\\cdot" | "\\times" | "@" | "\\odot" | "\\otimes" | "/") product)*
product    := power power*                       juxtaposed: binds tighter than a written sign
power      := tight ["^" power]
tight      := operand ("!" | "[" items "]" | ".T" | "_" script)*
operand    := number | name | bracketed | command | series | integral | expectation | gradient | matrix

Top-down operator precedence (V. Pratt, 1973), one handler for each kind of token.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.language import vocabulary
from grader.language.cursor import JUXTAPOSED, OPERANDS, POWER, SUM, TERM, TIGHT, UNARY
from grader.language.infixes import Infixes
from grader.language.symbols import FREE, Symbols
from grader.language.syntax import (
    Chain,
    Indicator,
    Negative,
    Node,
    Number,
    Power,
)

Infix = Callable[["Parser", Node, int], Node]
Prefix = Callable[["Parser"], Node]


def parse_expression(text: str, table: Symbols | None = None) -> Node:
    """Read one expression. Raises `LanguageError` with the place where reading stopped."""
    parser = Parser(text, table or FREE)
    node = parser.expression()
    if not parser.is_at("end"):
        parser.fail("an operator or the end")
    return node


def parse_statement(text: str, table: Symbols | None = None) -> Chain:
    """Read a chain of sides joined by relations, with or without a left side, comments after it noted.

    A text without a relation is a chain of no steps. Line ends, `&` and `\\\\` are blanks.
    """
    return Parser(text.rstrip(" \t\n.,;"), table or FREE).statement()


class Parser(Infixes):
    """All parts of the grammar together: which operator binds how tightly, and which token begins which operand."""

    def expression(self, power: int = SUM) -> Node:
        """Read operands and the operators between them, as long as those bind at least as tightly as `power`."""
        self.deeper()
        start = self.start
        left = self.operand(power)
        while True:
            binding, join = self._operator(left)
            if binding < power:
                break
            left = join(self, left, start)
        self.shallower()
        return left

    def _operator(self, left: Node) -> tuple[int, Infix]:
        found = _INFIX.get(self.token.kind)
        if found is not None:
            return found
        if self.is_at("open", "[") and self._is_entry_after(left):
            return TIGHT, Parser.entry
        if self.juxtaposes():
            return JUXTAPOSED, Parser.juxtaposed
        return 0, Parser.juxtaposed

    def operand(self, power: int) -> Node:
        """Read what an expression may begin with."""
        kind = self.token.kind
        if kind == "minus":
            return self._negative(power)
        if kind == "plus":
            self.next()
            return self.expression(max(power, TERM))
        read = _PREFIX.get(kind)
        if read is None:
            self.fail("a number, a name or a bracket")
        return read(self)

    def _negative(self, power: int) -> Node:
        start = self.start
        self.next()
        return self.build(Negative, start, self.expression(TERM if power <= SUM else max(power, UNARY)))

    def numeral(self) -> Node:
        """A number; `1[a > 0]` is an indicator."""
        start, token = self.start, self.next()
        if token.text == "1" and self.is_at("open") and any(one.kind == "relation" for one in self.inside(self.at)):
            return self.build(Indicator, start, self.bracketed())
        return self.build(Number, start, token.text)

    def quoted(self) -> Node:
        """Maxima's quote, which leaves what follows unevaluated: `'diff(f, x)`."""
        self.next()
        if not self.is_at("name"):
            self.fail("a name after the quote")
        return self.named()

    def group(self) -> Node:
        """Braces: a group in LaTeX, a set in plain text."""
        if not self.latex:
            return self.set_braces()
        return self.braced() if not self._has_comma() else self.set_braces()

    def _has_comma(self) -> bool:
        return any(token.kind == "comma" for token in self.inside(self.at))

    def starts_operand(self) -> bool:
        """Whether an operand can begin at the next token."""
        return self.token.kind in OPERANDS or (self.token.kind in {"bar", "bars"} and not self.bars)

    def juxtaposes(self) -> bool:
        """Whether what follows is a factor written without a sign."""
        token = self.token
        if not self.starts_operand() or self.is_differential():
            return False
        before = self.tokens[self.at - 1].kind
        if token.kind == "number":
            return before != "number"
        if token.kind == "name" and token.text in vocabulary.COMMENT_WORDS and len(token.text) > 1:
            return False
        if token.kind == "command" and self.relates():
            return False
        return not (self.statements and self.is_remark(self.at))

    def _is_entry_after(self, left: Node) -> bool:
        """Whether `[` after what was just read takes an entry of it, or opens a factor."""
        if isinstance(left, Number | Power) or self.is_scalar(left):
            return False
        before = self.tokens[self.at - 1]
        inside = list(self.inside(self.at))
        simple = all(token.kind in {"number", "name", "plus", "minus", "comma"} for token in inside) and inside
        if before.kind == "close" and before.text == "]":
            return bool(simple)
        if before.kind in {"name", "prime"} or (before.kind in {"unbrace", "number"} and self._ends_script()):
            return bool(inside)
        lone = len(inside) == 1 and (inside[0].text.isdigit() or inside[0].text in self.symbols.indices)
        return before.kind == "close" and lone

    def _ends_script(self) -> bool:
        """Whether the token read last ends a subscript."""
        place = self.at - 1
        while place > 0 and self.tokens[place].kind in {"unbrace", "number", "name", "comma", "brace"}:
            place -= 1
        return self.tokens[place].kind in {"under", "power"}


_INFIX: dict[str, tuple[int, Infix]] = {
    "plus": (SUM, Parser.added),
    "minus": (SUM, Parser.added),
    "product": (TERM, Parser.multiplied),
    "slash": (TERM, Parser.divided),
    "power": (POWER, Parser.raised),
    "factorial": (TIGHT, Parser.factorial),
    "transpose": (TIGHT, Parser.transposed),
    "percent": (TIGHT, Parser.percent),
    "under": (TIGHT, Parser.subscripted),
}

_PREFIX: dict[str, Prefix] = {
    "number": Parser.numeral,
    "name": Parser.named,
    "open": Parser.bracketed,
    "brace": Parser.group,
    "bar": Parser.absolute,
    "bars": Parser.norm,
    "begin": Parser.environment,
    "command": Parser.command,
    "integral": Parser.integral,
    "nabla": Parser.gradient,
    "partial": Parser.partial,
    "prime": Parser.quoted,
}
