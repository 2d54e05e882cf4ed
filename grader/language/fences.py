"""Brackets of every kind: groups, lists, sets, absolute values, norms, matrices and cases."""

from __future__ import annotations

from grader.language import vocabulary
from grader.language.cursor import POWER, TERM, Cursor
from grader.language.syntax import Abs, Apply, Case, Cases, Chain, Expectation, Items, Matrix, Name, Node, Norm
from grader.language.tokens import Token

CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">", "floor": "floor", "ceil": "ceil"}
_LIST_BEFORE = frozenset({"open", "comma", "relation"})
_LIST_AFTER = frozenset({"end", "close", "comma", "relation", "unbrace"})


class Fences(Cursor):
    """bracketed := "(" items ")" | "[" items "]" | "\\{" items "\\}" | "|" expression "|" | "\\|" expression "\\|" """

    def bracketed(self) -> Node:
        """group := opening condition ("," condition)* [","] closing"""
        start, opening = self.start, self.next().text
        before = self.tokens[self.at - 2].kind if self.at > 1 else "comma"
        items, trailing = self.items(CLOSING[opening])
        if opening == "<":
            return self._angle(start, items)
        if opening in {"floor", "ceil"}:
            return self.build(Apply, start, self.build(Name, start, opening), items)
        listed = opening == "[" and not self.latex and before in _LIST_BEFORE and self.token.kind in _LIST_AFTER
        whole = opening == "[" and len(items) == 1 and isinstance(items[0], Items) and items[0].bracket == "["
        if len(items) == 1 and not trailing and not listed and not whole:
            return items[0]
        return self.build(Items, start, items, opening)

    def items(self, closing: str) -> tuple[tuple[Node, ...], bool]:
        """Conditions up to a closing bracket, and whether a comma stands after the last of them."""
        outer, self.bars, waiting, self.integrals = self.bars, 0, self.integrals, 0
        items: list[Node] = []
        trailing = False
        while not self.is_at("close", closing):
            items.append(self.condition())
            trailing = self.take("comma")
            if not trailing and not self.is_at("close", closing):
                self.fail(f"{closing!r} or ','" if len(closing) == 1 else "the closing bracket")
        self.next()
        self.bars, self.integrals = outer, waiting
        return tuple(items), trailing

    def _angle(self, start: int, items: tuple[Node, ...]) -> Node:
        """`<f>_q` is an expectation, `<a, b>` an inner product."""
        if self.is_at("under") and len(items) == 1:
            self.next()
            return self.build(Expectation, start, items[0], *self.measure())
        return self.build(Apply, start, self.build(Name, start, "inner"), items)

    def measure(self) -> tuple[tuple[Node, ...], Node | None]:
        """measure := density | variables "~" density, in braces where it is more than a name"""
        parts = self.subscript()
        if len(parts) == 1 and isinstance(parts[0], Chain) and parts[0].left is not None:
            chain = parts[0]
            if len(chain.steps) == 1 and chain.steps[0].relation == "~" and chain.left is not None:
                return (chain.left,), chain.steps[0].right
        last = parts[-1]
        if len(parts) > 1 and isinstance(last, Chain) and last.left is not None and last.steps[0].relation == "~":
            return (*parts[:-1], last.left), last.steps[0].right
        return (), parts[0] if len(parts) == 1 else self.build(Items, parts[0].span.start, parts, "")

    def set_braces(self) -> Node:
        """Plain braces: a group in LaTeX (also `{a \\over b}`), a set in plain text."""
        start = self.start
        self.next()
        outer, self.bars = self.bars, 0
        items = [self.condition()]
        while self.take("comma"):
            items.append(self.condition())
        self.bars = outer
        self.expect("unbrace", "}", "'}'")
        if len(items) == 1 and self.latex:
            return items[0]
        return self.build(Items, start, tuple(items), "{")

    def absolute(self) -> Node:
        """abs := "|" expression "|" """
        start = self.start
        self.next()
        outer, self.bars = self.bars, 1
        inner = self.expression()
        self._part_bars()
        self.expect("bar", "|", "'|' to close the absolute value")
        self.bars = outer
        return self.build(Abs, start, inner)

    def norm(self) -> Node:
        """norm := "\\|" expression "\\|" ["_" order]; in plain text `||x| - 1|` is two absolute values"""
        start = self.start
        if not any(token.kind == "bars" for token in self.tokens[self.at + 1 :]):
            self._part_bars()
            return self.absolute()
        self.next()
        outer, self.bars = self.bars, 1
        inner = self.expression()
        self.expect("bars", "||", "'||' to close the norm")
        self.bars = outer
        order = self.subscript()[0] if self.take("under") else None
        return self.build(Norm, start, inner, order)

    def _part_bars(self) -> None:
        """Read `||` as the end of one absolute value and the beginning of another."""
        if self.is_at("bars") and not self.latex:
            token = self.token
            self.replace_tokens(Token("bar", "|", token.span, token.spaced), Token("bar", "|", token.span))

    def environment(self) -> Node:
        """grid := "\\begin{..matrix}" row ("\\\\" row)* "\\end{..}", or cases"""
        if self.is_at("begin", "cases"):
            return self._cases()
        start, kind = self.start, self.next().text
        rows: list[tuple[Node, ...]] = []
        while not self.is_at("end_grid"):
            row = [self.expression()]
            while self.take("column"):
                row.append(self.expression())
            rows.append(tuple(row))
            if not self.take("newline") and not self.is_at("end_grid"):
                self.fail("'&', '\\\\' or the end of the matrix")
        self.next()
        matrix = self.build(Matrix, start, tuple(rows))
        if kind == "vmatrix":
            return self.build(Apply, start, self.build(Name, start, "det"), (matrix,))
        return matrix

    def _cases(self) -> Node:
        """cases := (expression [","] ["&"] ["if"] [condition | "otherwise"] "\\\\")+"""
        start = self.start
        self.next()
        cases: list[Case] = []
        while not self.is_at("end_grid"):
            cases.append(self._case())
            if not self.take("newline") and not self.is_at("end_grid"):
                self.fail("'\\\\' or '\\end{cases}'")
        self.next()
        return self.build(Cases, start, tuple(cases))

    def _case(self) -> Case:
        start = self.start
        value = self.expression()
        self._remarks()
        bare = self.token.kind in {"newline", "end_grid"}
        condition = None if bare else self.condition()
        self._remarks()
        if isinstance(condition, Name) and condition.base in vocabulary.COMMENT_WORDS:
            condition = None
        return self.build(Case, start, value, condition)

    def _remarks(self) -> None:
        words = {"if", "for", "when"}
        while self.token.kind in {"note", "comma", "column"} or (
            self.token.kind == "name" and self.token.text in words
        ):
            self.next()

    def power_operand(self) -> Node:
        """What stands after `^`: a group in braces, also of one name, or what binds tighter than a power."""
        in_braces = self.is_at("brace") or (self.is_at("name") and self.token.whole)
        return self.braced() if in_braces else self.expression(POWER)

    def body(self) -> Node:
        """What a sum, an integral or an expectation without brackets reaches over: a term."""
        return self.expression(TERM)
