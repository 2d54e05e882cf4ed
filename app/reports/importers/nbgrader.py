"""The columns that nbgrader exports."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from app.reports.cells import Kind
from app.reports.importers.handover import Class, Final, Handover, handover, identified
from app.reports.table import Column, Row

_TEXTS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email")
_POINTS = ("raw_score", "late_submission_penalty", "score", "max_score")
_COLUMNS = (
    *(Column(name, Kind.TEXT, "") for name in _TEXTS),
    *(Column(name, Kind.POINTS, "") for name in _POINTS),
)


def nbgrader(graded: Class) -> Handover:
    """The file as nbgrader's own export would have it; moments are UTC, without saying so, as they are there."""
    return handover(graded, _COLUMNS, partial(_row, graded))


def _row(graded: Class, grade: Final) -> Row:
    student, details = grade.student, grade.student.details
    identified(student.name)
    texts = (
        graded.outline.id,
        _moment(grade.due_at),
        _moment(grade.valued.attempt.received_at),
        student.name,
        details.family_name,
        details.given_name,
        details.email,
    )
    return (*texts, grade.earned, grade.penalty, grade.score, graded.outline.max_score)


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if moment else ""
