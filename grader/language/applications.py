"""Functions and densities, and what they are applied to."""

from __future__ import annotations

from grader.language import vocabulary
from grader.language.cursor import JUXTAPOSED
from grader.language.fences import CLOSING
from grader.language.operators import Operators
from grader.language.symbols import Role, key_of
from grader.language.syntax import (
    Apply,
    Derivative,
    Divergence,
    Given,
    Indicator,
    Items,
    Matrix,
    Name,
    Node,
    Number,
    Product,
    Range,
    Series,
)

MAX_ORDER = 20


class Applications(Operators):
    """application := name bracket | name "(" items "|" items ")" | name argument"""

    def argument(self) -> tuple[Node, str]:
        """argument := bracket | the implicit product up to the next function, sum, integral or expectation"""
        if self.is_at("open") and self.token.text in {"(", "[", "{"}:
            opening = self.token.text
            return self.bracketed(), opening
        start = self.start
        factors = [self.expression(JUXTAPOSED + 1)]
        while self.juxtaposes() and not self.begins_function():
            factors.append(self.expression(JUXTAPOSED + 1))
        if len(factors) == 1:
            return factors[0], ""
        return self.build(Product, start, tuple(factors), ("",) * (len(factors) - 1)), ""

    def begins_function(self) -> bool:
        """Whether a function, or a sign that reaches over what follows, begins here."""
        token = self.token
        if token.kind in {"integral", "nabla"}:
            return True
        if token.kind == "command":
            return token.text in {"underset", "underbrace"}
        if token.kind != "name":
            return False
        big = token.text in vocabulary.SERIES or ("bb" in token.marks and token.text == "E")
        return big or token.text in vocabulary.DIVERGENCE_WORDS or self.symbols.is_function(Name(token.text))

    def application(self, name: Name, start: int) -> Node:
        """application := name "(" [items] ["|" items] [";" items] ")", or "||" between the two of a divergence"""
        barred, opening = self.barred(), self.next().text
        sections = self.sections(CLOSING[opening], barred)
        args, given, params, right = (tuple(sections.get(sign, ())) for sign in ("", "|", ";", "||"))
        if right or (self._named_divergence(name) and len(args) + len(given) + len(params) == 2):
            others = right or given or params or args[1:]
            return self.build(Divergence, start, name, args[0], others[0])
        first = args[0] if len(args) == 1 else None
        if isinstance(first, Given) and not given:
            args, given = first.of, first.given
        found = self.build(Apply, start, name, args, given, params, bracket=opening)
        known = self.symbols.find(key_of(name))
        if known is not None and known.role is Role.VALUE and len(args) == 1 and not (given or params):
            return self.build(Product, start, (self.resolved(name), args[0]), ("",))
        return self._spelled_out(found)

    def sections(self, closing: str, barred: int) -> dict[str, list[Node]]:
        """Arguments by the sign that they stand after."""
        outer, self.bars = self.bars, barred
        sections: dict[str, list[Node]] = {"": []}
        sign = ""
        while not self.is_at("close", closing):
            sections[sign].append(self.condition())
            if self.token.kind in {"bar", "semicolon", "bars"}:
                sign = self.next().text
                sections.setdefault(sign, [])
            elif not self.take("comma") and not self.is_at("close", closing):
                self.fail(f"{closing!r} or ','")
        self.next()
        self.bars = outer
        return sections

    def _named_divergence(self, name: Name) -> bool:
        sub = name.sub[0] if len(name.sub) == 1 else None
        return name.base in vocabulary.DIVERGENCE_WORDS or (isinstance(sub, Name) and sub.base in {"KL", "kl"})

    def is_divergence(self, name: Name) -> bool:
        """Whether the bracket here holds the two densities of a divergence."""
        if not self.is_at("open"):
            return False
        return self._named_divergence(name) or sum(token.kind == "bars" for token in self.inside(self.at)) % 2 == 1

    def is_indicator(self, name: Name) -> bool:
        """Whether the bracket here holds the condition of an indicator."""
        if name.base == "1":
            return self.is_at("open") or bool(name.sub)
        signs = name.base in {"I", "indicator", "1"} and self.is_at("open")
        return signs and any(token.kind == "relation" for token in self.inside(self.at))

    def indicator(self, start: int) -> Node:
        """indicator := "\\mathbf{1}" bracket"""
        if not self.is_at("open"):
            self.fail("a bracket with a condition")
        return self.build(Indicator, start, self.bracketed())

    def _spelled_out(self, node: Apply) -> Node:
        """`sum(f, k, 1, n)`, `diff(f, x, 2)`, `matrix([..], [..])` as what they spell."""
        start, args, word = node.span.start, node.args, node.head.base
        if node.head.sub or node.head.primes:
            return node
        if word in {"sum", "prod", "product"} and len(args) == 4:
            ranges = (self.build(Range, start, args[1], args[2], args[3]),)
            return self.build(Series, start, vocabulary.SERIES[word], ranges, args[0])
        if word in {"diff", "derivative"} and len(args) > 1:
            by = _orders(args[1:])
            return node if by is None else self.build(Derivative, start, args[0], by, style="diff")
        if word == "matrix" and args and all(isinstance(row, Items) and row.bracket == "[" for row in args):
            return self.build(Matrix, start, tuple(row.items for row in args if isinstance(row, Items)))
        return node


def _orders(args: tuple[Node, ...]) -> tuple[Node, ...] | None:
    """`x, 2, y` as x, x, y; None where an order is no small number."""
    by: list[Node] = []
    for arg in args:
        if not isinstance(arg, Number):
            by.append(arg)
        elif by and arg.text.isdigit() and int(arg.text) <= MAX_ORDER:
            by[-1:] = [by[-1]] * int(arg.text)
        else:
            return None
    return tuple(by)
