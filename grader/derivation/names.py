"""The names that a student introduces on the way, and what sides mean with them.

A name that is new on a left side, at a chain's end, under a brace or as a term of an equation is a definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from grader.derivation.alternatives import HABITS, Habit, usual
from grader.derivation.densities import Cast
from grader.derivation.lines import Side
from grader.derivation.reading import Reader, UnreadableError, name_of
from grader.derivation.terms import Scalar, Term, negative, solved_for
from grader.language import LanguageError, parse_expression
from grader.language.syntax import Labelled, Negative, Node
from grader.language.trees import walk


class Meaning(NamedTuple):
    """A side's term, or None and why it has none."""

    term: Term | None
    fault: str = ""


@dataclass
class Names:
    """The definitions so far; reads sides with them, in one author's habit of writing logs."""

    cast: Cast
    habit: Habit = usual
    _defined: dict[str, Term] = field(default_factory=dict)
    _usual: dict[tuple[int, int], Meaning] = field(default_factory=dict)

    def usual(self, side: Side) -> Meaning:
        """The usual meaning of a side; worked out once for each state of the definitions."""
        key = (id(side), len(self._defined))
        if key not in self._usual:
            self._usual[key] = next(self.meanings(side))
        return self._usual[key]

    def meanings(self, side: Side) -> Iterator[Meaning]:
        """The meanings of a side, the usual one first; at least one, with the fault where it has none."""
        if side.tree is None:
            yield Meaning(None, side.fault)
            return
        faults: list[str] = []
        seen: list[Term] = []
        for habit in dict.fromkeys((self.habit, *HABITS)):
            try:
                term = Reader(self.cast, self._defined, habit).read(side.tree)
            except UnreadableError as error:
                faults.append(str(error))
                continue
            if term not in seen:
                seen.append(term)
                yield Meaning(term)
        if not seen:
            yield Meaning(None, faults[0])

    def _read(self, tree: Node, more: Mapping[str, Term] | None = None) -> Term:
        return Reader(self.cast, {**self._defined, **(more or {})}, self.habit).read(tree)

    def new(self, side: Side) -> str | None:
        """The name that a side is, if it is nothing but a name that means nothing yet."""
        name = name_of(side.tree) if side.tree is not None else None
        fresh = name is not None and name not in self._defined and self.usual(side).term is None
        return name if fresh else None

    def define(self, name: str, term: Term) -> None:
        """Let a name mean a term."""
        self._defined[name] = term

    def define_labels(self, side: Side) -> None:
        """Define the names under braces."""
        for node in walk(side.tree) if side.tree is not None and "brace" in side.text else ():
            if isinstance(node, Labelled):
                self._define_label(node)

    def _define_label(self, node: Labelled) -> None:
        label = _label_tree(node.label)
        sign, inner = (True, label.operand) if isinstance(label, Negative) else (False, label)
        name = name_of(inner) if inner is not None else None
        if name is None or name in self._defined:
            return
        try:
            term = self._read(node.body)
        except UnreadableError:
            return
        self._defined[name] = negative(term) if sign else term

    def solve(self, side: Side, value: Term) -> tuple[str, Term] | None:
        """The one unknown name of a side, if it is a term of it, with what it must be for the side to be `value`."""
        name = self._unknown(side)
        if name is None or side.tree is None:
            return None
        place = Scalar(f"?{name}")
        try:
            solved = solved_for(place, self._read(side.tree, {name: place}), value)
        except UnreadableError:
            return None
        return (name, solved) if solved is not None else None

    def _unknown(self, side: Side) -> str | None:
        try:
            self._read(side.tree) if side.tree is not None else None
        except UnreadableError as error:
            return error.name
        return None


def _label_tree(label: str) -> Node | None:
    text = label.strip()
    text = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    try:
        return parse_expression(text)
    except LanguageError:
        return None
