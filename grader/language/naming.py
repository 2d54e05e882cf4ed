"""Names: their scripts, and what a table makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from grader.calculus.functions import INVERTED
from grader.language import vocabulary
from grader.language.applications import Applications
from grader.language.cursor import TERM
from grader.language.errors import LanguageError
from grader.language.fences import CLOSING
from grader.language.symbols import Role, Symbol, key_of
from grader.language.syntax import Apply, Given, Index, Name, Negative, Node, Number, Power
from grader.language.tokens import Token

# How many subscripts may be part of a name in a table; further ones are indices.
_MAX_OWN = 8


class Naming(Applications):
    """name := word ("'" | "_" script)*, then, if it is a function, what it is applied to"""

    def named(self) -> Node:
        """Read a name and, where it is a sign or a function, what it governs."""
        token = self.token
        special = self.special(token)
        if special is not None:
            return special
        start = self.start
        self.next()
        return self.applied_or_resolved(self.scripted(token, start), start)

    def applied_or_resolved(self, name: Name, start: int) -> Node:
        """What a name with its scripts is: a divergence, an indicator, a function applied, or just a name."""
        if self.is_divergence(name):
            return self.application(name, start)
        if self.is_indicator(name):
            return self.indicator(start)
        symbol = self.symbols.entries.get(key_of(name)) if name.sub else None
        if symbol is not None and symbol.role is Role.FUNCTION:
            name = replace(name, base=symbol.name, sub=())
        own = symbol is not None and symbol.role is Role.VALUE
        if not own and self.symbols.is_function(replace(name, sub=(), primes=0)):
            return self._function(name, start)
        if self.is_at("open", "("):
            spelled = self._spelled_name(name, start) if self.symbols.heads(key_of(name)) else None
            if spelled is not None:
                return spelled
            if self._applies(name):
                return self.application(name, start)
        return self.resolved(name)

    def _spelled_name(self, name: Name, start: int) -> Name | None:
        """A name that the table spells with a bracket, such as `p(y=0)`; None, and nothing read, if it is none."""
        place, barred, opening = self.at, self.barred(), self.next().text
        self.scripts += 1
        sections = self.sections(CLOSING[opening], barred)
        self.scripts -= 1
        args, given, params = (tuple(sections.get(sign, ())) for sign in ("", "|", ";"))
        symbol = self.symbols.find(key_of(Apply(name, args, given, params)))
        if symbol is None:
            self.at = place
            return None
        return self.build(Name, start, symbol.name)

    def _is_raised(self) -> bool:
        """Whether a superscript in round brackets follows: `^{(1)}` or `^(1)`."""
        braced = self.is_at("power") and self.ahead.kind == "brace"
        opening = self.tokens[min(self.at + (2 if braced else 1), len(self.tokens) - 1)]
        return self.is_at("power") and opening.kind == "open" and opening.text == "("

    def _raised_name(self, name: Name) -> Node | None:
        """A name that the table spells with a superscript, such as `a^{(1)}`; None, and nothing read, if it is none."""
        place = self.at
        self.next()
        self.scripts += 1
        exponent = self.power_operand()
        self.scripts -= 1
        for kept in range(min(len(name.sub), _MAX_OWN), -1, -1):
            symbol = self.symbols.find(key_of(Power(replace(name, sub=name.sub[:kept]), exponent)))
            if symbol is not None:
                start, rest = name.span.start, name.sub[kept:]
                found = self.build(Name, start, symbol.name)
                while self.is_at("under"):
                    self.next()
                    rest += self._split_indices(self.subscript())
                return self.build(Index, start, found, rest, "_") if rest else found
        self.at = place
        return None

    def scripted(self, token: Token, start: int) -> Name:
        """scripts := ("'" | "^" "\\prime" | "_" subscript)*"""
        subs: tuple[Node, ...] = ()
        primes = 0
        while True:
            if self.is_at("prime"):
                primes += len(self.next().text)
            elif self.is_at("power") and self.ahead.kind == "prime":
                self.next()
            elif self.is_at("power") and self.ahead.kind == "brace" and self.tokens[self.at + 2].kind == "prime":
                primes += self._braced_primes()
            elif self.is_at("under"):
                self.next()
                script = self.subscript()
                whole = Name(token.text, (*subs, *script)[:_MAX_OWN], primes, token.marks)
                subs += script if key_of(whole) in self.symbols.entries else self._split_indices(script)
            else:
                return self.build(Name, start, token.text, subs, primes, token.marks)

    def _braced_primes(self) -> int:
        self.at += 2
        count = 0
        while self.is_at("prime"):
            count += len(self.next().text)
        self.expect("unbrace", "}", "'}'")
        return count

    def _split_indices(self, subs: tuple[Node, ...]) -> tuple[Node, ...]:
        """`w_{ij}` has two indices where a table says that i and j are some, and has no such name."""
        if len(subs) != 1 or not isinstance(subs[0], Name) or len(subs[0].base) < 2:
            return subs
        letters = subs[0].base
        if not all(letter in self.symbols.indices or letter.isdigit() for letter in letters) or letters.isdigit():
            return subs
        start = subs[0].span.start
        return tuple(self.build(Number if one.isdigit() else Name, start, one) for one in letters)

    def resolved(self, name: Name) -> Node:
        """What the table makes of a name: its own spelling, with scripts that are no part of it as indices."""
        if self.scripts or not self.symbols.entries:
            return name
        raised = self._raised_name(name) if self._is_raised() and self.symbols.raises(name) else None
        if raised is not None:
            return raised
        symbol, rest = self._looked_up(name)
        if symbol is not None:
            found = self.build(Name, name.span.start, symbol.name)
            return self.build(Index, name.span.start, found, rest, "_") if rest else found
        if self.symbols.closed and not self._is_common(name):
            self._unknown(name)
        return name

    def _looked_up(self, name: Name) -> tuple[Symbol | None, tuple[Node, ...]]:
        """The symbol of a name, as many scripts as it has counted in, and the scripts that are left."""
        for kept in range(min(len(name.sub), _MAX_OWN), -1, -1):
            symbol = self.symbols.find(key_of(replace(name, sub=name.sub[:kept])))
            if symbol is not None:
                return symbol, name.sub[kept:]
        return None, ()

    def _is_common(self, name: Name) -> bool:
        word = name.base
        return word in vocabulary.CONSTANTS or word in self.symbols.indices or word in self.bound

    def _unknown(self, name: Name) -> NoReturn:
        written = self.text[name.span.start : name.span.end]
        guess = self.symbols.guess(key_of(name))
        message = f"{written!r} is not a name in this problem" + (f"; did you mean '{guess}'?" if guess else "")
        raise LanguageError("unknown_name", message, self.text, name.span)

    def _applies(self, name: Name) -> bool:
        """Whether a bracket after a name that is no known function is its argument."""
        key = key_of(name)
        symbol, _ = self._looked_up(name)
        if key in self.symbols.values or (symbol is not None and symbol.role is Role.VALUE):
            return False
        conditional = any(token.kind in {"bar", "bars"} for token in self.inside(self.at))
        return not self.token.spaced or conditional or name.base in vocabulary.CUSTOMARY_FUNCTIONS

    def _function(self, name: Name, start: int) -> Node:
        """function := name ["^" power] (bracket | argument without brackets)"""
        symbol = self.symbols.find(key_of(replace(name, sub=(), primes=0)))
        if symbol is not None:
            name = replace(name, base=symbol.name)
        exponent = None
        if self.is_at("power") and not self.ends_power():
            self.next()
            exponent = self.power_operand()
            if _is_minus_one(exponent) and name.base in INVERTED:
                name, exponent = replace(name, base=INVERTED[name.base]), None
        applied: Node = self._applied(name, start)
        return applied if exponent is None else self.build(Power, start, applied, exponent)

    def ends_power(self) -> bool:
        """Whether `^` begins a transpose sign, which is no exponent of a function's name."""
        text = self.ahead.text
        return text == "top" or (self.ahead.kind == "product")

    def _applied(self, name: Name, start: int) -> Node:
        if self.is_at("open") and self.token.text in {"(", "[", "{"}:
            return self.application(name, start)
        if self.is_at("brace") and self.latex and self.starts_operand():
            argument = self.braced()
            return self.build(Apply, start, name, (argument,), bracket="{")
        if not (self.starts_operand() or self.token.kind == "minus") or self.is_differential():
            return name
        argument, bracket = self.argument()
        return self.build(Apply, start, name, (argument,), bracket=bracket)

    def subscript(self) -> tuple[Node, ...]:
        """subscript := "{" condition ("," condition)* ["|" ...] "}" | number | name"""
        if not self.is_at("brace"):
            return (self._single(),)
        start = self.start
        self.next()
        outer, self.bars, self.scripts = self.bars, 1, self.scripts + 1
        items = [self.condition()]
        given: list[Node] = []
        here = items
        while self.token.kind in {"comma", "bar", "semicolon"}:
            here = given if self.next().kind == "bar" else here
            here.append(self.condition())
        self.bars, self.scripts = outer, self.scripts - 1
        self.expect("unbrace", "}", "'}' or ','")
        return (self.build(Given, start, tuple(items), tuple(given)),) if given else tuple(items)

    def _single(self) -> Node:
        """One token as a script."""
        start = self.start
        if self.token.kind in {"number", "name"}:
            token = self.next()
            if token.kind == "number":
                return self.build(Number, start, token.text)
            return self.build(Name, start, token.text, (), 0, token.marks)
        return self.operand(TERM)


def _is_minus_one(node: Node) -> bool:
    return node == Negative(Number("1"))
