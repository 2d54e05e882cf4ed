"""Whether the formulas that a rubric shows as right ones are: graded as a student's would be."""

from __future__ import annotations

from collections.abc import Iterator

from grader.assignment import Assignment, FormulaItem
from grader.items.formulas import grade_formulas
from grader.report import Verdict
from grader.yaml_source import Path


def shown_faults(assignment: Assignment) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for each formula item whose own `shown` does not earn all of its points."""
    for place, item in enumerate(assignment.items):
        if isinstance(item, FormulaItem):
            found = grade_formulas({item.answer: item.shown}, assignment)[item.id]
            if found.verdict is not Verdict.CORRECT:
                yield ("items", place, "shown"), f"what is shown as the right formula is not. {found.feedback}"
