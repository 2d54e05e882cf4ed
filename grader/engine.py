"""`grade` and `audit`: a submission and an assignment in, a report out."""

from __future__ import annotations

from decimal import Decimal

from grader.assignment import Assignment
from grader.report import Audit, GradeReport, ItemResult, Verdict
from grader.submission import Submission

ENGINE_VERSION = "0.1.0"


def grade(submission: Submission, assignment: Assignment) -> GradeReport:
    """Grade every item of `assignment`; the same arguments give the same report, byte for byte."""
    items = tuple(
        ItemResult(id=item.id, points=None, max_points=item.points, verdict=Verdict.NOT_GRADED_YET, feedback="")
        for item in assignment.items
        if submission.answers is not None
    )
    return report(assignment, items)


def report(assignment: Assignment, items: tuple[ItemResult, ...]) -> GradeReport:
    """Add up item results."""
    return GradeReport(
        assignment=assignment.id,
        rubric_version=assignment.version,
        engine_version=ENGINE_VERSION,
        score=sum((item.points for item in items if item.points is not None), Decimal(0)),
        max_score=assignment.max_score,
        pending_points=sum((item.max_points for item in items if item.points is None), Decimal(0)),
        items=items,
    )


def audit(submission: Submission, assignment: Assignment) -> Audit:
    """Grade a key, and say of each of its printed figures whether it is right, and what a wrong one follows from."""
    graded = grade(submission, assignment)
    return Audit(figures=(), items=graded.items, score=graded.score, max_score=graded.max_score)
