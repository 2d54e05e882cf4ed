"""Reading what is stored, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.db import submissions
from app.db.attempts import parts
from app.db.book import Offered
from app.db.courses import CourseRecord
from app.db.database import Connection, Database
from app.db.submissions import Found
from app.db.terms import extension_of
from app.errors import NotFoundError
from app.policy.lateness import due_at
from app.policy.records import Attempt
from app.policy.release import released, withheld
from app.policy.standing import Terms, Valued, value
from app.reports.asked import asked
from app.reports.standing import instant, waiting
from app.reports.submission import shown
from app.services.book import terms_of
from app.services.decided import Posed, decidable, overrides_of
from app.services.roles import Caller, Right, Role
from app.services.rubrics import Shelf
from grader.assignment import Assignment
from grader.submission import read_submission


@dataclass(frozen=True, slots=True)
class Looked:
    """A submission as its reader may see it: what is known of it, and its report, or open points without one."""

    about: Mapping[str, Any]
    report: Mapping[str, Any]
    graded: bool

    @property
    def whole(self) -> Mapping[str, Any]:
        """Both in one."""
        return {**self.about, **self.report}


def read_submission_record(database: Database, caller: Caller, submission_id: str) -> Found:
    """The record of a submission that the caller may see. Raises `NotFoundError` for any other, as `look_at` does."""
    with database.reading() as connection:
        return _found(connection, caller, submission_id)


def look_at(database: Database, shelf: Shelf, caller: Caller, submission_id: str, now: datetime) -> Looked:
    """A submission that the caller may see.

    Raises `NotFoundError` for any other, in the same words whether it exists or not, so that ids can't be probed.
    """
    staff = caller.may(Right.READ_ALL)
    with database.reading() as connection:
        found = _found(connection, caller, submission_id)
        assignment = shelf.active(caller.course.number, found.assignment).assignment
        terms, due = terms_for(connection, caller.course, assignment, found)
        attempt = _attempt(connection, found, Posed(caller.course.number, assignment, terms.settings))
        sources = _sources(connection, found)
    kinds = {} if staff else withheld(terms.settings, due, now)
    valued = released(value(attempt, due, terms), kinds, assignment, terms.late)
    about = _about(found, valued) | ({"answers_from": sources} if sources else {})
    if attempt.report is None or valued.credit is None:
        return Looked(about, waiting(asked(assignment), valued.status), graded=False)
    return Looked(about, shown(attempt.report, valued.credit, to_staff=staff), graded=True)


def terms_for(
    connection: Connection, course: CourseRecord, assignment: Assignment, found: Found
) -> tuple[Terms, datetime | None]:
    """The terms that hold for a submission, and its student's own deadline."""
    terms = terms_of(connection, course, assignment)
    extension = extension_of(connection, Offered(course.number, assignment.id), found.student_number)
    return terms, due_at(terms.settings, extension, terms.zone)


def _found(connection: Connection, caller: Caller, submission_id: str) -> Found:
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


def _attempt(connection: Connection, found: Found, posed: Posed) -> Attempt:
    overrides = overrides_of(connection, posed, [found.student_number]).get(found.number, {})
    attempt = Attempt(found.number, found.id, found.received_at, found.report, found.failures, overrides)
    return decidable(connection, attempt, posed.assignment)


def _sources(connection: Connection, found: Found) -> Mapping[str, str]:
    """From which submission each answer is, where it is merged with earlier ones."""
    if found.base_number is None:
        return {}
    sources: dict[str, str] = {}
    for part in parts(connection, found.number):
        sent = read_submission(part.body, None, syntax=part.syntax)
        sources |= dict.fromkeys(sent.answers, part.id)
    return sources


def _about(found: Found, valued: Valued) -> dict[str, Any]:
    return {
        "id": found.id,
        "student": found.student,
        "submitted_at": instant(found.received_at),
        "status": valued.status,
        "days_late": valued.days_late,
        "syntax": found.syntax,
        "body": found.body,
    }
