"""Reading what is stored, as far as the caller may see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from app.db import submissions
from app.db.database import Database
from app.db.submissions import Found
from app.errors import NotFoundError
from app.policy.credit import credit
from app.policy.records import Attempt
from app.policy.standing import Valued
from app.reports.asked import asked
from app.reports.standing import instant, waiting
from app.services.roles import Caller, Right, Role
from grader.assignment import Assignment, LatePolicy


def read_submission_record(database: Database, caller: Caller, submission_id: str) -> Found:
    """A submission that the caller may see.

    Raises `NotFoundError` for any other, in the same words whether it exists or not, so that ids can't be probed.
    """
    with database.reading() as connection:
        found = submissions.find(connection, caller.course.number, submission_id)
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
    attempt = Attempt(0, found.id, found.received_at, found.report, found.failures)
    status = Valued(attempt, 0, credit(attempt, 0, LatePolicy())).status
    return {
        "id": found.id,
        "student": found.student,
        "submitted_at": instant(found.received_at),
        "status": status,
        "syntax": found.syntax,
        "body": found.body,
        **(json.loads(found.report) if found.report else waiting(asked(assignment(found.assignment)), status)),
    }
