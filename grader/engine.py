"""`grade`: a submission and an assignment in, a report out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from grader.assignment import Assignment, FormulaItem
from grader.items.derivations import grade_derivations
from grader.items.values import grade_values
from grader.report import GradeReport, ItemResult, Verdict
from grader.submission import Submission

ENGINE_VERSION = "0.1.0"


def grade(submission: Submission, assignment: Assignment) -> GradeReport:
    """Grade every item of `assignment`; the same arguments give the same report, byte for byte."""
    answers = submission.answers
    results = grade_values(answers, assignment) | _not_graded_yet(answers, assignment)
    results |= grade_derivations(answers, assignment)
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


def _not_graded_yet(answers: Mapping[str, Any], assignment: Assignment) -> dict[str, ItemResult]:
    """Formulas are kept, and graded by a later version; one that was not handed in is missing."""
    return {
        item.id: _missing(item) if answers.get(item.answer) in (None, "") else _open(item)
        for item in assignment.items
        if isinstance(item, FormulaItem)
    }


def _missing(item: FormulaItem) -> ItemResult:
    feedback = "No answer was handed in."
    return ItemResult(id=item.id, points=Decimal(0), max_points=item.points, verdict=Verdict.MISSING, feedback=feedback)


def _open(item: FormulaItem) -> ItemResult:
    feedback = "This answer is kept; it will be graded when this kind of item can be. Its points are pending."
    return ItemResult(
        id=item.id, points=None, max_points=item.points, verdict=Verdict.NOT_GRADED_YET, feedback=feedback
    )
