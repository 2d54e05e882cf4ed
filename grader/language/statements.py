"""Statements: chains of relations, and the comments, labels and numbers beside them."""

from __future__ import annotations

from dataclasses import replace

from grader.language import vocabulary
from grader.language.commands import Commands
from grader.language.cursor import OPERANDS
from grader.language.symbols import Symbols
from grader.language.syntax import Chain, Items, Name, Node, Step


class Statements(Commands):
    """statement := [side] (relation side)* remarks"""

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
        while self.is_at("comma") and self.ahead.kind in OPERANDS and not self.is_remark(self.at + 1):
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
            elif token.kind == "open" and self.is_remark(self.at):
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

    def is_remark(self, at: int) -> bool:
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
