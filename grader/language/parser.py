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
from dataclasses import replace

from grader.language import vocabulary
from grader.language.commands import Commands
from grader.language.cursor import JUXTAPOSED, POWER, SUM, TERM, TIGHT, UNARY
from grader.language.symbols import FREE, Symbols, Upper
from grader.language.syntax import (
    Apply,
    Chain,
    Factorial,
    Gradient,
    Index,
    Indicator,
    Items,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Step,
    Sum,
    Transpose,
)

Infix = Callable[["Parser", Node, int], Node]
Prefix = Callable[["Parser"], Node]

_OPERANDS = frozenset({"number", "name", "open", "brace", "command", "nabla", "integral", "begin", "partial"})


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


class Parser(Commands):
    """All parts of the grammar together, and the operators that join them."""

    statements = False

    def statement(self) -> Chain:
        """statement := [side] (relation side)* remarks"""
        self.statements = True
        while self.is_at("implies"):
            self.next()
        start = self.start
        notes: list[str] = []
        left = None if self.is_at("relation") else self._side(notes)
        steps: list[Step] = []
        while self.relates():
            at, sign = self.start, self.relation()
            steps.append(self.build(Step, at, sign, self._side(notes)))
        if not self.is_at("end"):
            self.fail("a relation or the end")
        if isinstance(left, Chain) and not steps:
            return replace(left, notes=tuple(notes))
        return self.build(Chain, start, left, tuple(steps), notes=tuple(notes))

    def _side(self, notes: list[str]) -> Node:
        """side := expression ("," expression)* remarks"""
        start = self.start
        items = [self.expression()]
        while self.is_at("comma") and self.ahead.kind in _OPERANDS and not self._is_remark(self.at + 1):
            self.next()
            items.append(self.expression())
        side = items[0] if len(items) == 1 else self.build(Items, start, tuple(items), "")
        self._remarks_after(notes)
        return side

    def _remarks_after(self, notes: list[str]) -> None:
        """remarks := ("(" number ")" | "(" words ")" | note anything)*"""
        while not (self.relates() or self.is_at("end")):
            first, token = self.start, self.token
            if token.kind == "note":
                self._skip_to_relation(first)
            elif token.kind == "open" and self._is_remark(self.at):
                self.at = min(self.matching(self.at) + 1, len(self.tokens) - 1)
            elif token.kind in {"comma", "stop"} and self.ahead.kind in {"relation", "end", "note", "stop"}:
                self.next()
                continue
            else:
                return
            notes.append(self.text[first : self.last])

    def _skip_to_relation(self, first: int) -> None:
        """A comment ends at a relation that begins a line, or at the end."""
        self.next()
        while not self.is_at("end"):
            begins_line = "\n" in self.text[self.last : self.start] or self.last == first
            if self.relates() and (begins_line or self.tokens[self.at - 1].kind == "note"):
                return
            self.next()

    def _is_remark(self, at: int) -> bool:
        """Whether a bracket holds a line's number or words rather than a factor."""
        if self.tokens[at].kind != "open" or not self.tokens[at].spaced:
            return self.tokens[at].kind == "note"
        end = self.matching(at)
        source = self.text[self.tokens[at].span.end : self.tokens[end].span.start]
        if source.strip().isdigit():
            gap = self.text[self.tokens[at - 1].span.end : self.tokens[at].span.start]
            return self.tokens[min(end + 1, len(self.tokens) - 1)].kind in {"end", "relation"} and len(gap) > 1
        if any(token.kind == "note" for token in self.tokens[at:end]):
            return True
        return _has_words(source, self.symbols)

    def relates(self) -> bool:
        """Whether a relation stands here, also one with a remark above it (`\\overset{(a)}{=}`)."""
        if self.is_at("relation"):
            return True
        if not self.is_at("command") or self.token.text not in {"overset", "stackrel", "underset"}:
            return False
        after = self.tokens[self.matching(self.at + 1) + 1 : self.matching(self.at + 1) + 3]
        return any(token.kind == "relation" for token in after)

    def relation(self) -> str:
        """Read a relation."""
        while not self.is_at("relation"):
            self.at = (
                self.matching(self.at) + 1 if self.is_at("brace") and self.ahead.kind != "relation" else self.at + 1
            )
        sign = self.next().text
        self.take("unbrace")
        return sign

    def condition(self) -> Node:
        """condition := expression (relation expression)*"""
        if self.is_at("product", "cdot") and self.ahead.kind in {"bar", "comma", "close", "semicolon"}:
            return self.build(Name, self.start, self.next().text)
        start = self.start
        left = self.expression()
        steps: list[Step] = []
        while self.relates():
            at, sign = self.start, self.relation()
            steps.append(self.build(Step, at, sign, self.expression()))
        return self.build(Chain, start, left, tuple(steps)) if steps else left

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
        if self.is_at("open", "[") and not isinstance(left, Number | Power) and self._is_entry_after():
            return TIGHT, Parser._index
        if self.juxtaposes():
            return JUXTAPOSED, Parser._juxtaposed
        return 0, Parser._juxtaposed

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
        return self.token.kind in _OPERANDS or (self.token.kind in {"bar", "bars"} and not self.bars)

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
        return not (self.statements and self._is_remark(self.at))

    def _is_entry_after(self) -> bool:
        """Whether `[` after what was just read takes an entry of it, or opens a factor."""
        before = self.tokens[self.at - 1]
        inside = list(self.inside(self.at))
        simple = all(token.kind in {"number", "name", "plus", "minus", "comma"} for token in inside) and inside
        if self.at == self.entry_barred:
            return False
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

    def added(self, left: Node, start: int) -> Node:
        """sum := term (("+" | "-") term)*"""
        terms = [left]
        while self.token.kind in {"plus", "minus"}:
            at, sign = self.start, self.next().kind
            term = self.expression(SUM + 1)
            terms.append(term if sign == "plus" else self.build(Negative, at, term))
        return self.build(Sum, start, tuple(terms))

    def multiplied(self, left: Node, start: int) -> Node:
        """product := factor (sign factor)*"""
        factors, signs = self._opened(left, start)
        while self.is_at("product"):
            signs.append(self.next().text)
            at = self.start
            more, inner = self._opened(self.expression(TERM + 1), at)
            factors.extend(more)
            signs.extend(inner)
        return self.build(Product, start, tuple(factors), tuple(signs))

    def _juxtaposed(self, left: Node, start: int) -> Node:
        factors, signs = self._opened(left, start)
        while self.juxtaposes():
            factors.append(self.expression(JUXTAPOSED + 1))
            signs.append("")
        return self.build(Product, start, tuple(factors), tuple(signs))

    def _opened(self, node: Node, start: int) -> tuple[list[Node], list[str]]:
        """The factors of a product that was written without brackets around it."""
        if isinstance(node, Product) and node.span.start == start:
            return list(node.factors), list(node.signs)
        return [node], []

    def divided(self, left: Node, start: int) -> Node:
        """A slash; `a/bc` is a/(bc), but `a/b c` with the blank is (a/b)c, and both are doubtful."""
        self.next()
        at = self.start
        below = self.expression(JUXTAPOSED + 1)
        doubtful = isinstance(left, Apply) and not left.bracket
        if self.juxtaposes():
            numbers = isinstance(left, Number) and isinstance(below, Number)
            doubtful = doubtful or not (numbers and self.token.spaced)
            if not self.token.spaced:
                below = self._juxtaposed(below, at)
        return self.build(Quotient, start, left, below, slash=True, doubtful=doubtful)

    def raised(self, left: Node, start: int) -> Node:
        """What `^` writes: a power, a transpose, a star, or an index above."""
        self.next()
        if self._is_transpose(left):
            self.at = self.at + (3 if self.is_at("brace") else 1)
            return self.build(Transpose, start, left)
        star = self.is_at("product", "*")
        if star or self.is_at("name", "dagger"):
            self.next()
            return self.build(Apply, start, self.build(Name, start, "star" if star else "dagger"), (left,))
        exponent = self.power_operand()
        if self._indexes_above(left):
            return self.build(Index, start, left, (exponent,), "^")
        return self.build(Power, start, left, exponent)

    def _is_transpose(self, left: Node) -> bool:
        braced = self.is_at("brace") and self.tokens[min(self.at + 2, len(self.tokens) - 1)].kind == "unbrace"
        token = self.ahead if braced else self.token
        if token.kind != "name" or (token.text == "T" and self.ahead.kind == "under"):
            return False
        letter = token.text == "T" and self.symbols.transposes and not isinstance(left, Number)
        return token.text == "top" or letter

    def _indexes_above(self, left: Node) -> bool:
        while isinstance(left, Index | Gradient):
            left = left.of
        symbol = self.symbols.find(left.base) if isinstance(left, Name) and self.symbols.entries else None
        return symbol is not None and symbol.upper is Upper.INDEX

    def factorial(self, left: Node, start: int) -> Node:
        """factorial := operand "!" ["!"]"""
        self.next()
        double = self.is_at("factorial") and not self.token.spaced
        if double:
            self.next()
        return self.build(Factorial, start, left, 2 if double else 1)

    def _index(self, left: Node, start: int) -> Node:
        """entry := operand "[" items "]" """
        if self._is_scalar(left):
            self.entry_barred = self.at
            return left
        self.next()
        items, _ = self.items("]")
        return self.build(Index, start, left, items, "[")

    entry_barred = -1

    def _is_scalar(self, left: Node) -> bool:
        symbol = self.symbols.find(left.base) if isinstance(left, Name) and self.symbols.entries else None
        return symbol is not None and symbol.scalar

    def transposed(self, left: Node, start: int) -> Node:
        """transpose := operand ".T" """
        self.next()
        return self.build(Transpose, start, left)

    def percent(self, left: Node, start: int) -> Node:
        """percent := operand "%" """
        self.next()
        return self.build(Quotient, start, left, self.build(Number, start, "100"))

    def subscripted(self, left: Node, start: int) -> Node:
        """A subscript on what is no plain name: entries of it, or a script of a name in braces."""
        self.next()
        return self.build(Index, start, left, self.subscript(), "_")


def _has_words(source: str, symbols: Symbols) -> bool:
    """Whether text in brackets has words that no formula has."""
    words = "".join(character if character.isalpha() or character in "\\'" else " " for character in source).split()
    return any(
        len(word) > 2
        and word.isascii()
        and word.replace("'", "").isalpha()
        and not symbols.knows(word)
        and word not in vocabulary.FUNCTIONS | vocabulary.GREEK
        and word not in vocabulary.SERIES
        for word in words
    )


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
