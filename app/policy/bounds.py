"""Between which points a person may set an item."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from grader.assignment import Assignment


class Bounds(NamedTuple):
    """The least and the most points of an item."""

    least: Decimal
    most: Decimal


def bounds(assignment: Assignment) -> Mapping[str, Bounds]:
    """By item: from nothing to its points; for what a derivation's invalid steps cost, from all of that to nothing."""
    nothing = Decimal(0)
    deductions = (task.deduction for task in assignment.derivations.values() if task.deduction)
    costs = {deduction.item: Bounds(-deduction.at_most, nothing) for deduction in deductions}
    return {item.id: Bounds(nothing, item.points) for item in assignment.items} | costs
