"""What an assignment consists of, as far as its scores show it: items and points, never how they are graded."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Outline:
    """An assignment's id and title, its items in order with their points, and deductions, which only cost points."""

    id: str
    title: str
    max_score: Decimal
    items: tuple[tuple[str, Decimal], ...]
    deductions: tuple[str, ...] = ()


def outline(assignment: Assignment) -> Outline:
    """The outline of an assignment."""
    return Outline(
        assignment.id,
        assignment.title,
        assignment.max_score,
        tuple((item.id, item.points) for item in assignment.items),
        tuple(task.deduction.item for task in assignment.derivations.values() if task.deduction),
    )
