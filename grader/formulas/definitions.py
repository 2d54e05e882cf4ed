"""Names of the student's own, put back to what they stand for: `\\sigma(s)` with `s = w^T x + b`, `\\delta_i = ...`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from grader.formulas.errors import FormulaError
from grader.formulas.indices import chain
from grader.language.syntax import Index, Name, Node, Range, Series
from grader.language.trees import rebuild, walk

# A formula with all its names written out may hold so many parts; a name that doubles ten times over holds more.
MAX_PARTS = 2_000


@dataclass(frozen=True)
class Definition:
    """What a name stands for; `letters` are the indices that it is defined with."""

    name: str
    letters: tuple[str, ...]
    body: Node


def definition_of(left: Node | None, body: Node) -> Definition | None:
    """A definition by its two sides; None where the left one is no name, or one with other than letters on it."""
    if left is None:
        return None
    base, at = chain(left)
    letters = tuple(index.base for index, _ in at if isinstance(index, Name))
    if not isinstance(base, Name) or len(letters) != len(at):
        return None
    return Definition(base.base, letters, body)


@dataclass
class Definitions:
    """Definitions by name; `samples` are the names that may take the index of a sample."""

    known: Mapping[str, Definition]
    samples: frozenset[str] = frozenset()
    _parts: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def written_out(self, tree: Node) -> Node:
        """A tree without defined names. Raises `FormulaError` for a name that rests on itself, or grows too large."""
        return self._out(tree, ()) if self.known else tree

    def _out(self, tree: Node, open_names: tuple[str, ...]) -> Node:
        base, at = chain(tree)
        found = self.known.get(base.base) if isinstance(base, Name) and not base.sub else None
        if found is None:
            return rebuild(tree, lambda part: self._out(part, open_names))
        if found.name in open_names:
            raise FormulaError(f"{found.name!r} is defined by itself", tree.span)
        body = self._out(found.body, (*open_names, found.name))
        self._count(body, tree)
        return self._at(_fresh(body, next(self._numbers)), found.letters, [index for index, _ in at], tree)

    def _count(self, body: Node, tree: Node) -> None:
        self._parts += sum(1 for _ in walk(body))
        if self._parts > MAX_PARTS:
            told = f"with its names written out this has more than {MAX_PARTS} parts; use fewer names of your own"
            raise FormulaError(told, tree.span)

    def _at(self, body: Node, letters: tuple[str, ...], at: list[Node], tree: Node) -> Node:
        """The body at written indices, which stand for the letters that it was defined with."""
        if not at:
            return _without(body, frozenset(letters)) if letters else body
        if len(at) == len(letters):
            return _renamed(body, dict(zip(letters, at, strict=True)))
        if isinstance(body, Name):
            return Index(body, tuple(at), "_", span=tree.span)
        if letters or len(at) > 1:
            told = f"a name that is defined with {len(letters)} indices has {len(at)} here"
            raise FormulaError(told, tree.span)
        return self._each(body, at[0])

    def _each(self, body: Node, index: Node) -> Node:
        """The body for one sample: every quantity that has samples, at the index, unless it has one already."""
        if isinstance(body, Index):
            return body
        if isinstance(body, Name):
            return Index(body, (index,), "_", span=body.span) if body.base in self.samples else body
        return rebuild(body, lambda part: self._each(part, index))


def _fresh(tree: Node, number: int) -> Node:
    """A tree whose sums run over letters of its own."""
    bound = {part.index.base for part in _ranges(tree) if isinstance(part.index, Name)}
    return _renamed(tree, {letter: Name(f"{letter.partition('#')[0]}#{number}") for letter in bound})


def _ranges(tree: Node) -> Iterable[Range]:
    return (part for node in walk(tree) if isinstance(node, Series) for part in node.ranges)


def _renamed(tree: Node, names: Mapping[str, Node]) -> Node:
    if isinstance(tree, Name):
        return names.get(tree.base, tree) if not tree.sub else tree
    return rebuild(tree, lambda part: _renamed(part, names))


def _without(tree: Node, letters: frozenset[str]) -> Node:
    """A tree without indices that are only these letters, as where `\\delta` is written for all `\\delta_i`."""
    if isinstance(tree, Index) and all(isinstance(at, Name) and at.base in letters for at in tree.at):
        return _without(tree.of, letters)
    return rebuild(tree, lambda part: _without(part, letters))
