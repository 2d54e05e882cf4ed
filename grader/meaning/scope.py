"""What names stand for, and what has no meaning here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from grader.calculus.terms import Term
from grader.language.printer import to_latex
from grader.language.syntax import Name, Node


class NoMeaningError(Exception):
    """A tree that is read but not evaluated here; says what in it, with its span."""

    def __init__(self, message: str, node: Node) -> None:
        super().__init__(message)
        self.message = message
        self.span = node.span


@dataclass(frozen=True)
class Scope:
    """What names stand for: `given` values, names that are `declared` variables, and indices that are `bound`."""

    given: Mapping[str, Term] = field(default_factory=lambda: MappingProxyType({}))
    declared: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()


def spelling(node: Node) -> str:
    """The exact spelling of a name: names that differ in case, index or prime differ."""
    if isinstance(node, Name) and not (node.sub or node.primes or node.marks):
        return node.base
    return to_latex(node)
