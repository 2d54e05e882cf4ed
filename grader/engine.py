"""`grade`: a submission and an assignment in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from grader.assignment import Assignment
from grader.items.derivations import grade_derivations
from grader.items.formulas import grade_formulas
from grader.items.values import grade_values
from grader.report import GradeReport, ItemResult
from grader.submission import Submission

ENGINE_VERSION = "0.3.0"

# One for each kind of item: from answers and assignment to results by item id.
GRADERS: tuple[Callable[[Mapping[str, Any], Assignment], Mapping[str, ItemResult]], ...] = (
    grade_values,
    grade_formulas,
    grade_derivations,
)


def grade(submission: Submission, assignment: Assignment) -> GradeReport:
    """Grade every item of `assignment`; the same arguments give the same report, byte for byte."""
    results: dict[str, ItemResult] = {}
    for grader in GRADERS:
        results.update(grader(submission.answers, assignment))
    items = _in_order(results, assignment)
    return GradeReport(
        assignment=assignment.id,
        rubric_version=assignment.version,
        engine_version=ENGINE_VERSION,
        score=sum((item.points for item in items if item.points is not None), Decimal(0)),
        max_score=assignment.max_score,
        pending_points=sum((item.max_points for item in items if item.points is None), Decimal(0)),
        items=items,
    )


def _in_order(results: Mapping[str, ItemResult], assignment: Assignment) -> tuple[ItemResult, ...]:
    """The items as the rubric lists them, then deductions, which stand in no list of items."""
    listed = [item.id for item in assignment.items]
    return tuple(results[name] for name in [*listed, *(name for name in results if name not in set(listed))])
