"""Taking in a submission: refused as a whole, or on disk."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from app.db import courses, submissions
from app.db.database import Database
from app.db.submissions import NewSubmission
from app.errors import ForbiddenError, StudentNeededError
from app.services.roles import Caller, Right, Role, checked_name
from grader.assignment import Assignment
from grader.submission import read_submission


@dataclass(frozen=True, slots=True)
class Posted:
    """A body as it came, and whether it is `json` or `yaml`."""

    text: str
    syntax: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission that is on disk: its number inside, its id outside."""

    number: int
    id: str


def submit(database: Database, caller: Caller, assignment: Assignment, posted: Posted, now: datetime) -> Stored:
    """Store a submission durably.

    Raises `EnvelopeError` for a bad envelope, and `ForbiddenError`, `StudentNeededError` or `BadNameError` for a bad
    `student`; then nothing is stored.
    """
    caller.demand(Right.SUBMIT if caller.role is Role.STUDENT else Right.SUBMIT_FOR_OTHERS)
    envelope = read_submission(posted.text, assignment.answer_ids, syntax=posted.syntax)
    student = _student(caller, envelope.student)
    submission_id = uuid.uuid4().hex
    with database.writing() as connection:
        new = NewSubmission(
            id=submission_id,
            course_number=caller.course.number,
            assignment=assignment.id,
            student_number=courses.enrol(connection, caller.course.number, student, now),
            token_number=caller.token_number,
            received_at=now,
            base_number=None,
            variant=None,
            syntax=posted.syntax,
            body=posted.text,
        )
        return Stored(submissions.add_submission(connection, new), submission_id)


def _student(caller: Caller, named: str | None) -> str:
    if caller.role is not Role.STUDENT:
        if named is None:
            raise StudentNeededError(f"got no `student` from a token of the role {caller.role}; name the student whose"
                                ' submission it is: {"student": "...", "answers": {...}}')  # fmt: skip
        return checked_name(named)
    if named not in {None, caller.name}:
        raise ForbiddenError(
            "got a `student` other than yourself; a student hands in for themselves: leave the key out"
        )
    return caller.name
