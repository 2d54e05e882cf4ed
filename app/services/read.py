"""Reading what is stored, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.db import submissions
from app.db.database import Database
from app.db.submissions import Found
from app.errors import NotFoundError
from app.reports.asked import asked
from app.reports.standing import Standing, waiting
from app.services.roles import Caller, Right, Role
from grader.assignment import Assignment


def read_submission_record(database: Database, caller: Caller, submission_id: str) -> Found:
    """A submission that the caller may see.

    Raises `NotFoundError` for any other, in the same words whether it exists or not, so that ids can't be probed.
    """
    with database.reading() as connection:
        found = submissions.find(connection, submission_id)
    if found is None or not _may_see(caller, found):
        raise NotFoundError(
            f"got the id {submission_id[:80]!r}; there is no such submission among those that you may see"
        )
    return found


def _may_see(caller: Caller, found: Found) -> bool:
    """Staff sees all, a student their own, a CI what it sent."""
    own = found.sender_number if caller.role is Role.CI else found.student_number
    return caller.may(Right.READ_ALL) or own == caller.person_number


def describe(found: Found, assignment: Callable[[str], Assignment]) -> Mapping[str, Any]:
    """A submission with its text as sent, its status, and its report, or open points as long as there is none.

    `assignment` finds an assignment by its id; one with a report may be loaded no more.
    """
    standing = Standing(found.student, 1, found.id, found.received_at, found.report, found.failures)
    return {
        "id": found.id,
        "student": found.student,
        "submitted_at": standing.submitted_at,
        "status": standing.status,
        "syntax": found.syntax,
        "body": found.body,
        **(standing.outcome or waiting(asked(assignment(found.assignment)), standing.status)),
    }


def class_standings(database: Database, caller: Caller, assignment: Assignment) -> Sequence[Standing]:
    """Where each student stands with an assignment. Raises `ForbiddenError`."""
    caller.demand(Right.READ_SCORES)
    with database.reading() as connection:
        rows = submissions.standings(connection, assignment.id)
    return [Standing(**row._asdict()) for row in rows]
