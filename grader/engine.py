"""`grade`: a submission and an assignment in, a report out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from grader.assignment import Assignment
from grader.calculus.budget import GRADING, Budget
from grader.items.derivations import grade_derivations
from grader.items.formulas import grade_formulas
from grader.items.values import grade_values
from grader.report import GradeReport, ItemResult
from grader.submission import Submission
from grader.variants import vary

ENGINE_VERSION = "0.6.0"


def grade(submission: Submission, assignment: Assignment, variant: str | None = None) -> GradeReport:
    """Grade every item of `assignment`; the same arguments give the same report, byte for byte.

    `variant` names whose numbers the submission is about: without it the rubric's own. It says nothing of a homework
    without variants.
    """
    asked = assignment if variant is None else vary(assignment, variant)
    answers = submission.answers
    budget = Budget(GRADING)
    results = {
        **grade_values(answers, asked, budget),
        # Formulas and derivations hold for all numbers: they rest on the rubric alone.
        **grade_formulas(answers, asked.rubric, budget),
        **grade_derivations(answers, asked.rubric, budget),
    }
    items = _in_order(results, assignment)
    return GradeReport(
        assignment=assignment.id,
        rubric_version=assignment.version,
        engine_version=ENGINE_VERSION,
        score=sum((item.points for item in items if item.points is not None), Decimal(0)),
        max_score=assignment.max_score,
        pending_points=sum((item.max_points for item in items if item.points is None), Decimal(0)),
        waiting_points=sum((item.max_points for item in items if item.waiting), Decimal(0)),
        items=items,
        variant=asked.variant,
    )


def _in_order(results: Mapping[str, ItemResult], assignment: Assignment) -> tuple[ItemResult, ...]:
    """The items as the rubric lists them, then deductions, which stand in no list of items."""
    listed = [item.id for item in assignment.items]
    return tuple(results[name] for name in [*listed, *(name for name in results if name not in set(listed))])
