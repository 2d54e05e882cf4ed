"""Equality of what is more than a number: lists, sets, matrices, equations; numbers are handed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grader.equality.decide import Decision, Question, Tolerance, Verdict, decide
from grader.language.syntax import Chain, Items, Matrix, Node
from grader.meaning.lowering import NoMeaningError, Scope, lower


class Terms(Protocol):
    """How a request wants its numbers compared."""

    @property
    def domain(self) -> str:
        """Where."""

    @property
    def tolerance(self) -> Tolerance:
        """How closely."""

    @property
    def a(self) -> str:
        """The first text, which seeds the sample."""

    @property
    def b(self) -> str:
        """The second text."""


OTHER_SHAPE = Decision(Verdict.DIFFERENT, "counterexample", note="not the same kind or size")


def compare(sides: tuple[Node, Node], scope: Scope, terms: Terms) -> Decision:
    """Compare two sides entry by entry down to numbers. Raises `NoMeaningError`."""
    left, right = sides
    if isinstance(left, Chain) or isinstance(right, Chain):
        raise NoMeaningError("equations are not compared here", left)
    if isinstance(left, Matrix | Items) or isinstance(right, Matrix | Items):
        return _compare_entries(sides, scope, terms)
    seed = f"{terms.a}\0{terms.b}"
    question = Question(lower(left, scope), lower(right, scope), terms.domain, terms.tolerance, seed)
    return decide(question)


def _compare_entries(sides: tuple[Node, Node], scope: Scope, terms: Terms) -> Decision:
    left, right = (_entries(side) for side in sides)
    if left is None or right is None or left[0] != right[0] or len(left[1]) != len(right[1]):
        return OTHER_SHAPE
    decisions = [compare(pair, scope, terms) for pair in zip(left[1], right[1], strict=True)]
    return joined(decisions)


def _entries(side: Node) -> tuple[str, Sequence[Node]] | None:
    if isinstance(side, Items):
        return side.bracket, side.items
    if isinstance(side, Matrix):
        return "matrix", [Items(row, "row") for row in side.rows]
    return None


def joined(decisions: Sequence[Decision]) -> Decision:
    """All must be the same; one that differs decides."""
    for verdict in (Verdict.DIFFERENT, Verdict.UNDECIDED):
        for decision in decisions:
            if decision.verdict is verdict:
                return decision
    evidence = "proved" if all(decision.evidence == "proved" for decision in decisions) else "sampled"
    points = min((decision.points for decision in decisions if decision.points), default=0)
    return Decision(Verdict.SAME, evidence, points)
