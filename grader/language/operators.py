"""Signs that govern what follows: sums, products, limits and minima, and expectations."""

from __future__ import annotations

from dataclasses import replace

from grader.language import vocabulary
from grader.language.calculus import Calculus
from grader.language.cursor import NABLA
from grader.language.fences import CLOSING
from grader.language.syntax import Chain, Expectation, Given, Name, Node, Range, Series
from grader.language.tokens import Token


class Operators(Calculus):
    """special := series | expectation | gradient | derivative"""

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
        if (
            self.symbols.has(self.token.text)
            or self._is_scripted()
            or self.ahead.kind in {"end", "comma", "close", "relation"}
        ):
            return False
        if self.ahead.kind in {"under", "power"}:
            return True
        sign = self.text[self.token.span.start] in "\\∑∏"
        return self.token.text in {"sum", "prod", "lim"} and (sign or self.ahead.kind != "open")

    def _is_scripted(self) -> bool:
        """Whether a name of the table begins here that goes on with a script."""
        after = self.tokens[min(self.at + 2, len(self.tokens) - 1)]
        return self.ahead.kind == "under" and self.symbols.scripted(self.token.text, after.text)

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
        return self._is_measured() if ahead.kind == "under" else bracket and not self._is_lone_number()

    def _is_lone_number(self) -> bool:
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
            return (), self.expression(NABLA)
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
