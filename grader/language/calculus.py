"""The signs of calculus: integrals with their differentials, gradients, derivatives in every spelling."""

from __future__ import annotations

from dataclasses import replace

from grader.language import vocabulary
from grader.language.cursor import NABLA, SUM, TERM
from grader.language.fences import Fences
from grader.language.syntax import Derivative, Gradient, Index, Integral, Name, Node, Number

MAX_ORDER = 20
_ENDING = frozenset({"end", "close", "unbrace", "relation", "comma"})


class Calculus(Fences):
    """calculus := integral | gradient | derivative"""

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
            if depth == 0 and self.differential_at(place):
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
        return self.integrals > 0 and self.differential_at(self.at)

    def differential_at(self, place: int) -> bool:
        """Whether the token at a place begins a differential, `dz` or `d z`."""
        token = self.tokens[place]
        if token.kind != "name" or token.text[0] != "d":
            return False
        if token.text == "d":
            return self.tokens[min(place + 1, len(self.tokens) - 1)].kind == "name"
        rest = token.text[1:]
        return len(rest) == 1 or rest in vocabulary.GREEK or (rest[1:].isdigit() and rest[0].isalpha())

    def gradient(self) -> Node:
        """gradient := "\\nabla" ["_" name] operand; entries of a gradient are taken of the gradient"""
        start = self.start
        self.next()
        by = self.braced() if self.take("under") else None
        if not self.starts_operand():
            self.fail("what the gradient is of")
        return self._lifted(self.expression(NABLA), by, start)

    def _lifted(self, of: Node, by: Node | None, start: int) -> Node:
        if isinstance(of, Index):
            return self.build(Index, start, self._lifted(of.of, by, start), of.at, of.style)
        return self.build(Gradient, start, of, by)

    def partial(self) -> Node:
        """derivative := "∂" operand "/" "∂" operand, or "∂" "/" "∂" operand argument"""
        start = self.start
        self.next()
        of = None if self.is_at("slash") else self.expression(NABLA)
        self.expect("slash", "/", "'/' and the variable of the derivative")
        by = self.denominator()
        return self.build(Derivative, start, of if of is not None else self.argument()[0], by)

    def denominator(self) -> tuple[Node, ...]:
        """below := ("∂" | "d") operand ["^" order] ..."""
        by: list[Node] = []
        while self.is_at("partial") or self.differential_at(self.at):
            start, token = self.start, self.next()
            if len(token.text) > 1:
                variable = self.resolved(self.scripted(replace(token, text=token.text[1:]), start))
            else:
                variable = self.expression(NABLA)
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
        return over.kind == "name" and over.text == "d" and self.differential_at(below)

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

    def leibniz(self) -> Node | None:
        """derivative := "d" "/" "dx" argument | "dy" "/" "dx" """
        if not (self._is_d_word(self.at) and self.ahead.kind == "slash" and self._is_d_word(self.at + 2)):
            return None
        start, above, below = self.start, self.next().text, self.tokens[self.at + 1].text
        if below == "d" or self.symbols.knows(below) or (above != "d" and self.symbols.knows(above)):
            self.at -= 1
            return None
        self.at += 1
        token = replace(self.next(), text=below[1:])
        by = self.resolved(self.scripted(token, start))
        of = self.argument()[0] if above == "d" else self.resolved(self.build(Name, start, above[1:]))
        return self.build(Derivative, start, of, (by,), style="d")

    def _is_d_word(self, at: int) -> bool:
        token = self.tokens[min(at, len(self.tokens) - 1)]
        return token.kind == "name" and token.text[0] == "d" and not self.symbols.is_function(Name(token.text))
