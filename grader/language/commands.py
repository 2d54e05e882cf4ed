"""LaTeX commands with arguments in braces: fractions, roots, accents, braces above and below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from grader.language import vocabulary
from grader.language.cursor import POWER, TIGHT
from grader.language.errors import LanguageError
from grader.language.naming import Naming
from grader.language.syntax import Apply, Given, Labelled, Name, Node, Quotient


class Commands(Naming):
    """command := "\\frac" braced braced | "\\sqrt" ["[" order "]"] braced | ..."""

    def command(self) -> Node:
        """Read a command with its arguments. Raises `LanguageError` for one that the language does not have."""
        token = self.token
        if token.text in vocabulary.ACCENTS:
            return self._accent()
        read = _COMMANDS.get(token.text)
        if read is None:
            message = f"'\\{token.text}' is not a command that is read here"
            raise LanguageError("unknown_command", message, self.text, token.span)
        return read(self)

    def braced(self) -> Node:
        """braced := "{" condition "}" | number | name | command"""
        if self.is_at("brace"):
            outer, self.bars, waiting, self.integrals = self.bars, self.barred(), self.integrals, 0
            self.next()
            inner = self.condition()
            if self.is_at("over"):
                inner = self._over(inner)
            elif self.is_at("bar"):
                inner = self._given(inner)
            self.bars, self.integrals = outer, waiting
            self.expect("unbrace", "}", "'}'")
            return inner
        return self.one_token()

    def one_token(self) -> Node:
        """What a command or a script takes without braces."""
        start = self.start
        if self.is_at("name"):
            token = self.next()
            return self.resolved(self.build(Name, start, token.text, (), 0, token.marks))
        if self.token.kind in {"number", "command"}:
            self.deeper()  # a command may take a command, `\frac\frac\frac`, as often as it is written
            node = self.operand(TIGHT)
            self.shallower()
            return node
        if self.token.kind in {"plus", "minus"}:
            return self.expression(POWER)
        return self.fail("an argument in braces")

    def _given(self, of: Node) -> Node:
        """group := "{" condition "|" condition ("," condition)* "}", as in `p({x|z})`"""
        self.next()
        given = [self.condition()]
        while self.take("comma"):
            given.append(self.condition())
        return self.build(Given, of.span.start, (of,), tuple(given))

    def _over(self, above: Node) -> Node:
        """group := "{" expression "\\over" expression "}" """
        self.next()
        return self.build(Quotient, above.span.start, above, self.expression())

    def fraction(self) -> Node:
        """fraction := "\\frac" braced braced, also of differentials"""
        start = self.start
        self.next()
        above = self.at + self.is_at("brace")
        end = self.matching(self.at) if self.is_at("brace") else self.at
        below = min(end + 2, len(self.tokens) - 1)
        if self.is_derivative(above, below):
            return self.fraction_of_differentials(start)
        numerator = self.braced()
        return self.build(Quotient, start, numerator, self.braced())

    def root(self) -> Node:
        """root := "\\sqrt" ["[" order "]"] braced"""
        start = self.start
        self.next()
        order = None
        if self.is_at("open", "["):
            self.next()
            order = self.expression()
            self.expect("close", "]", "']'")
        radicand = self.bracketed() if self.is_at("open") else self.braced()
        head = self.build(Name, start, "sqrt" if order is None else "root")
        return self.build(Apply, start, head, (radicand,) if order is None else (radicand, order))

    def binomial(self) -> Node:
        """binomial := "\\binom" braced braced"""
        start = self.start
        self.next()
        above = self.braced()
        return self.build(Apply, start, self.build(Name, start, "binomial"), (above, self.braced()))

    def _accent(self) -> Node:
        """accent := "\\hat" braced, with the scripts that follow"""
        start, mark = self.start, vocabulary.ACCENTS[self.next().text]
        self.scripts += 1
        inner = self.braced()
        self.scripts -= 1
        if not isinstance(inner, Name):
            return self.build(Apply, start, self.build(Name, start, mark), (inner,))
        token = replace(self.tokens[self.at - 1], text=inner.base, marks=(*inner.marks, mark))
        name = self.scripted(token, start)
        name = replace(name, sub=inner.sub + name.sub, primes=inner.primes + name.primes)
        return self.applied_or_resolved(name, start)

    def labelled(self) -> Node:
        """labelled := "\\underbrace" braced ["_" label]; the label is kept as it is written"""
        start = self.start
        script = "under" if self.next().text == "underbrace" else "power"
        body = self.braced()
        label = ""
        if self.take(script):
            first = self.start
            braced = self.is_at("brace")
            end = self.matching(self.at) if braced else self.at
            if self.tokens[end].kind == "end" or (braced and self.tokens[end].kind != "unbrace"):
                self.fail("the label of the brace, and '}' after it")
            label = self.text[first : self.tokens[end].span.end]
            self.at = end + 1
        return self.build(Labelled, start, body, "" if label == "{}" else label)

    def stacked(self) -> Node:
        """stacked := "\\underset" "{" condition "}" sign, the sign an expectation or a minimum"""
        start = self.start
        self.next()
        parts = self.at
        end = self.matching(parts) if self.is_at("brace") else parts
        self.at = end + 1
        wrapped = self.take("brace")
        sign = self.next().text
        after = self.at + wrapped
        self.at = parts
        if sign == "E":
            variables, measure = self.measure()
            self.at = after
            return self.expected(start, variables, measure)
        if sign not in vocabulary.SERIES:
            self.fail("an expectation, a sum or a minimum under which this is written")
        ranges = tuple(self.ranged(part) for part in self.subscript())
        self.at = after
        return self.summed(vocabulary.SERIES[sign], start, ranges, None)


_COMMANDS: dict[str, Callable[[Commands], Node]] = {
    "frac": Commands.fraction,
    "dfrac": Commands.fraction,
    "tfrac": Commands.fraction,
    "cfrac": Commands.fraction,
    "sqrt": Commands.root,
    "binom": Commands.binomial,
    "dbinom": Commands.binomial,
    "tbinom": Commands.binomial,
    "underbrace": Commands.labelled,
    "overbrace": Commands.labelled,
    "underset": Commands.stacked,
}
