"""A submission's report as the `results.json` that Gradescope reads."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.policy.credit import Credit, ItemCredit
from app.policy.settings import AssignmentSettings, Feedback, ItemKind
from app.policy.standing import Valued
from app.reports.cells import number
from app.reports.junit import earned_all
from app.reports.words import total
from grader.assignment import Assignment

_VISIBILITY: Mapping[Feedback, str] = {
    Feedback.AT_ONCE: "visible",
    Feedback.AFTER_DEADLINE: "after_due_date",
    Feedback.BY_HAND: "after_published",
}
_FROM_OPEN_TO_SHUT = tuple(_VISIBILITY.values())
_TEXT = "text"


def results(assignment: Assignment, settings: AssignmentSettings, valued: Valued, credit: Credit) -> Mapping[str, Any]:
    """The results of an attempt whose points are all settled; items are shown when the course releases their kind."""
    kinds: Mapping[str, ItemKind] = {item.id: item.kind for item in assignment.items}
    tests = [
        _test(place, item, visibility(settings, kinds.get(item.id, "derivation")))
        for place, item in enumerate(credit.items, 1)
    ]
    return {
        "score": number(credit.score),
        "output": f"{total(credit, assignment.max_score)}.",
        "output_format": _TEXT,
        "test_output_format": _TEXT,
        "test_name_format": _TEXT,
        "visibility": max((test["visibility"] for test in tests), key=_FROM_OPEN_TO_SHUT.index),
        "stdout_visibility": "hidden",
        "extra_data": {
            "submission": valued.attempt.id,
            "rubric_version": credit.rubric_version,
            "engine_version": credit.engine_version,
            "days_late": valued.days_late,
            "penalty": number(credit.penalty),
        },
        "tests": tests,
    }


def visibility(settings: AssignmentSettings, kind: ItemKind) -> str:
    """When Gradescope is to show items of a kind; deductions are of the kind `derivation`."""
    when = settings.feedback.get(kind, Feedback.AT_ONCE)
    return _VISIBILITY[Feedback.AT_ONCE if when is Feedback.BY_HAND and settings.released else when]


def _test(place: int, item: ItemCredit, shown: str) -> dict[str, Any]:
    points = item.points or Decimal(0)
    decided = f"\nA person gave {number(points)} points: {item.override.reason}" if item.override else ""
    return {
        "number": str(place),
        "name": item.id,
        "name_format": _TEXT,
        "score": number(points),
        "max_score": number(item.max_points),
        "status": "passed" if earned_all(points, item.max_points, item.verdict) else "failed",
        "output": item.feedback + decided,
        "output_format": _TEXT,
        "visibility": shown,
        "extra_data": {"verdict": item.verdict, "overridden": item.override is not None},
    }
