"""Operators between and after operands: what each makes of the operand on its left."""

from __future__ import annotations

from grader.language.cursor import JUXTAPOSED, SUM, TERM
from grader.language.statements import Statements
from grader.language.symbols import Upper
from grader.language.syntax import (
    Apply,
    Factorial,
    Gradient,
    Index,
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


class Infixes(Statements):
    """Each method has read the left operand, which begins at `start`, and reads the operator and what follows it."""

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

    def juxtaposed(self, left: Node, start: int) -> Node:
        """product := factor factor*, without a sign"""
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
                below = self.juxtaposed(below, at)
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

    def entry(self, left: Node, start: int) -> Node:
        """entry := operand "[" items "]" """
        self.next()
        items, _ = self.items("]")
        return self.build(Index, start, left, items, "[")

    def is_scalar(self, left: Node) -> bool:
        """Whether the table says that this takes no index."""
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
