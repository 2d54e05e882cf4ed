"""Signs that govern what follows: sums and limits, integrals, expectations, gradients and derivatives."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from grader.language import vocabulary
from grader.language.cursor import SUM, TERM
from grader.language.fences import CLOSING, Fences
from grader.language.syntax import (
    Chain,
    Derivative,
    Expectation,
    Given,
    Gradient,
    Index,
    Integral,
    Name,
    Node,
    Number,
    Range,
    Series,
)
from grader.language.tokens import Token

_NABLA = 45
_ENDING = frozenset({"end", "close", "unbrace", "relation", "comma"})
MAX_ORDER = 20


class Operators(Fences):
    """special := series | integral | expectation | gradient | derivative"""

    @abstractmethod
    def starts_operand(self) -> bool:
        """Whether an operand can begin at the next token."""

    @abstractmethod
    def juxtaposes(self) -> bool:
        """Whether what follows is a factor written without a sign."""

    @abstractmethod
    def scripted(self, token: Token, start: int) -> Name:
        """Read the scripts of a name."""

    @abstractmethod
    def resolved(self, name: Name) -> Node:
        """Look a name up."""

    @abstractmethod
    def raised(self, left: Node, start: int) -> Node:
        """Read what `^` writes."""

    @abstractmethod
    def leibniz(self) -> Node | None:
        """Read `d/dx f` or `dy/dx`, if it stands here."""

    def special(self, token: Token) -> Node | None:
        """What a word governs, if it is a sign rather than a name."""
        word = token.text
        if word == "arg" and self.ahead.text in {"min", "max"}:
            self.next()
            return self.series(f"arg{self.token.text}")
        if word in vocabulary.SERIES and self._is_series():
            return self.series(vocabulary.SERIES[word])
        if self._is_expectation():
            return self.expectation()
        if word in {"grad", "nabla"} and self.ahead.kind == "name":
            return self.gradient()
        return self.leibniz() if word[0] == "d" else None

    def _is_series(self) -> bool:
        """`sum(...)` in plain text and `max(...)` are functions; `\\sum (...)` is a sum."""
        if self.symbols.knows(self.token.text) or self.ahead.kind in {"end", "comma", "close", "relation"}:
            return False
        if self.ahead.kind in {"under", "power"}:
            return True
        sign = self.text[self.token.span.start] in "\\∑∏"
        return self.token.text in {"sum", "prod", "lim"} and (sign or self.ahead.kind != "open")

    def series(self, operator: str) -> Node:
        """series := sign ["_" ranges] ["^" upper] term"""
        start = self.start
        self.next()
        ranges: tuple[Range, ...] = ()
        upper: Node | None = None
        while self.token.kind in {"under", "power"}:
            if self.next().kind == "under":
                ranges = tuple(self.ranged(part) for part in self.subscript())
            else:
                upper = self.braced()
        return self.summed(operator, start, ranges, upper)

    def summed(self, operator: str, start: int, ranges: tuple[Range, ...], upper: Node | None) -> Node:
        """The term under a sum with these ranges; one upper bound, and one lower, holds for all."""
        lower = next((one.lower for one in ranges if one.lower is not None), None)
        if upper is not None:
            ranges = tuple(replace(one, lower=lower, upper=upper) for one in ranges)
        self.bound.update(one.index.base for one in ranges if isinstance(one.index, Name))
        return self.build(Series, start, operator, ranges, self.body())

    def ranged(self, part: Node) -> Range:
        """range := index | index "=" lower | index "\\to" limit | condition"""
        start = part.span.start
        if not isinstance(part, Chain) or part.left is None:
            return self.build(Range, start, part)
        relation, right = part.steps[0].relation, part.steps[0].right
        if len(part.steps) == 1 and relation in {"=", "->"}:
            return self.build(Range, start, part.left, right)
        return self.build(Range, start, part.left, None, None, part)

    def integral(self) -> Node:
        """integral := "\\int" ["_" lower] ["^" upper] [differentials] term [differentials]"""
        start = self.start
        self.next()
        lower = upper = None
        while self.token.kind in {"under", "power"}:
            if self.next().kind == "under":
                lower = self.subscript()[0]
            else:
                upper = self.braced()
        self.integrals += 1
        variables = self._differentials()
        body = self._integrand(start)
        variables += self._differentials()
        self.integrals -= 1
        return self.build(Integral, start, body, variables, lower, upper)

    def _integrand(self, start: int) -> Node:
        if self.is_differential() or self.token.kind in _ENDING:
            return self.build(Number, start, "1")
        return self.expression(SUM) if self._differential_after_sum() else self.body()

    def _differential_after_sum(self) -> bool:
        """Whether the integrand is a sum without brackets, `\\int f + g dz`."""
        depth, signed = 0, False
        for place in range(self.at, len(self.tokens)):
            token = self.tokens[place]
            depth += (token.kind in {"open", "brace", "begin"}) - (token.kind in {"close", "unbrace", "end_grid"})
            if depth < 0 or (depth == 0 and token.kind in {"integral", "relation", "end"}):
                return False
            signed = signed or (depth == 0 and token.kind in {"plus", "minus"} and place > self.at)
            if depth == 0 and self._differential_at(place):
                return signed
        return False

    def _differentials(self) -> tuple[Node, ...]:
        """differential := "d" name, in one word or two; an inner integral takes one, the outermost all that are left"""
        found: list[Node] = []
        while self.is_differential() and not (found and self.integrals > 1):
            start = self.start
            token = self.next()
            token = self.next() if token.text == "d" else replace(token, text=token.text[1:])
            found.append(self.resolved(self.scripted(token, start)))
        return tuple(found)

    def is_differential(self) -> bool:
        """Whether the differential of an integral stands here."""
        return self.integrals > 0 and self._differential_at(self.at)

    def _differential_at(self, place: int) -> bool:
        token = self.tokens[place]
        if token.kind != "name" or token.text[0] != "d":
            return False
        if token.text == "d":
            return self.tokens[min(place + 1, len(self.tokens) - 1)].kind == "name"
        rest = token.text[1:]
        return len(rest) == 1 or rest in vocabulary.GREEK or (rest[1:].isdigit() and rest[0].isalpha())

    def _is_expectation(self) -> bool:
        """`\\mathbb{E}` always; a plain E in front of a bracket or with a density below it."""
        token, ahead = self.token, self.ahead
        if token.text in {"E", "EE"} and "bb" in token.marks:
            return True
        if self.symbols.find(token.text) is not None:
            return False
        bracket = (ahead.kind == "open" and ahead.text in {"[", "{"}) or (ahead.kind == "brace" and not self.latex)
        if token.text in {"Eq", "Ep"}:
            return bracket
        if token.text != "E":
            return False
        return self._is_measured() if ahead.kind == "under" else bracket and not self._is_entry()

    def _is_entry(self) -> bool:
        inside = list(self.inside(self.at + 1))
        return len(inside) == 1 and inside[0].kind == "number"

    def _is_measured(self) -> bool:
        """Whether the subscript of an E, and what follows it, are those of an expectation."""
        after = self.at + 2
        end = self.matching(after) + 1 if self.tokens[after].kind == "brace" else after + 1
        below = self.tokens[after : end + 1]
        if any(token.text in {"~", "|"} for token in below[1:-2]):
            return True
        following = self.tokens[min(end, len(self.tokens) - 1)]
        if following.kind == "open" and following.text == "(":
            following = self.tokens[min(self.matching(end) + 1, len(self.tokens) - 1)]
        sign = following.kind == "name" and following.text in {"log", "ln"}
        brace = following.kind == "brace" and not self.latex
        return sign or brace or (following.kind == "open" and following.text in {"[", "{"})

    def expectation(self) -> Node:
        """expectation := "E" ["_" measure] (bracket | term)"""
        start, word = self.start, self.next().text
        variables: tuple[Node, ...] = ()
        measure: Node | None = None
        if len(word) > 1 and word[1:] in {"p", "q"}:
            measure = self.build(Name, start, word[1:])
        if self.take("under"):
            variables, measure = self._below()
        return self.expected(start, variables, measure)

    def _below(self) -> tuple[tuple[Node, ...], Node | None]:
        """The measure; in plain text also `E_q(z|x)[...]`, where a bracket of its own goes on with another."""
        if self.token.kind != "name":
            return self.measure()
        end = self.tokens[min(self.matching(self.at + 1) + 1, len(self.tokens) - 1)].kind
        if self.ahead.kind == "open" and self.ahead.text == "(" and end in {"open", "brace"}:
            return (), self.expression(_NABLA)
        return self.measure()

    def expected(self, start: int, variables: tuple[Node, ...], measure: Node | None) -> Node:
        """The body of an expectation, with `|` for a condition."""
        if self.is_at("open") and self.token.text != "<":
            body = self._conditioned()
        elif self.is_at("brace"):
            body = self.set_or_group()
        else:
            body = self.body()
        return self.build(Expectation, start, body, variables, measure)

    def _conditioned(self) -> Node:
        """bracketed body := "[" condition ["|" condition ("," condition)*] closing"""
        start, barred = self.start, self.barred()
        closing = CLOSING[self.next().text]
        outer, self.bars, waiting, self.integrals = self.bars, barred, self.integrals, 0
        body, given = self.condition(), list[Node]()
        while self.take("bar" if not given else "comma"):
            given.append(self.condition())
        self.bars, self.integrals = outer, waiting
        self.expect("close", closing, f"{closing!r}")
        return self.build(Given, start, (body,), tuple(given)) if given else body

    def set_or_group(self) -> Node:
        """Braces as brackets: `E_q{...}` in plain text."""
        self.next()
        outer, self.bars = self.bars, 0
        body = self.condition()
        self.bars = outer
        self.expect("unbrace", "}", "'}'")
        return body

    def gradient(self) -> Node:
        """gradient := "\\nabla" ["_" name] operand; entries of a gradient are taken of the gradient"""
        start = self.start
        self.next()
        by = self.braced() if self.take("under") else None
        if not self.starts_operand():
            self.fail("what the gradient is of")
        return self._lifted(self.expression(_NABLA), by, start)

    def _lifted(self, of: Node, by: Node | None, start: int) -> Node:
        if isinstance(of, Index):
            return self.build(Index, start, self._lifted(of.of, by, start), of.at, of.style)
        return self.build(Gradient, start, of, by)

    def partial(self) -> Node:
        """derivative := "∂" operand "/" "∂" operand, or "∂" "/" "∂" operand argument"""
        start = self.start
        self.next()
        of = None if self.is_at("slash") else self.expression(_NABLA)
        self.expect("slash", "/", "'/' and the variable of the derivative")
        by = self.denominator()
        return self.build(Derivative, start, of if of is not None else self.argument()[0], by)

    def denominator(self) -> tuple[Node, ...]:
        """below := ("∂" | "d") operand ["^" order] ..."""
        by: list[Node] = []
        while self.is_at("partial") or self._differential_at(self.at):
            start, token = self.start, self.next()
            if len(token.text) > 1:
                variable = self.resolved(self.scripted(replace(token, text=token.text[1:]), start))
            else:
                variable = self.expression(_NABLA)
            below = self.tokens[self.at + 1 : self.at + 3]
            if self.is_at("power") and not any(token.kind == "number" for token in below):
                variable = self.raised(variable, start)
            by.extend([variable] * self.order())
        if not by:
            self.fail("'\\partial' and the variable of the derivative")
        return tuple(by)

    def order(self) -> int:
        """order := ["^" number]"""
        if not self.take("power"):
            return 1
        order = self.braced()
        if not isinstance(order, Number) or not order.text.isdigit() or not 0 < int(order.text) <= MAX_ORDER:
            self.fail(f"an order of derivation from 1 to {MAX_ORDER}")
        return int(order.text)

    def is_derivative(self, above: int, below: int) -> bool:
        """Whether a fraction with these first tokens is a derivative."""
        over, under = self.tokens[above], self.tokens[below]
        if over.kind == under.kind == "partial":
            return True
        return over.kind == "name" and over.text == "d" and self._differential_at(below)

    def fraction_of_differentials(self, start: int) -> Node:
        """derivative := "\\frac" "{" "∂" ["^" order] [expression] "}" "{" below "}" [argument]"""
        braced = self.take("brace")
        style = "partial" if self.next().kind == "partial" else "d"
        self.order()
        of = None
        if braced:
            of = None if self.is_at("unbrace") else self.expression(TERM)
            self.expect("unbrace", "}", "'}'")
        self.expect("brace", "{", "'{'")
        by = self.denominator()
        self.expect("unbrace", "}", "'}'")
        return self.build(Derivative, start, of if of is not None else self.argument()[0], by, style=style)
