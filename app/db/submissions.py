"""Questions about submissions and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select

from app.db.tables import Activation, Failure, Person, Report, Submission, Token

# Of the submission in a row: the version that holds for its assignment, the report that holds, which is the last one
# written by that version, and how often grading broke.
_VERSION = (
    select(Activation.rubric_version)
    .where(Activation.course_number == Submission.course_number, Activation.assignment == Submission.assignment)
    .order_by(Activation.number.desc())
    .limit(1)
    .correlate(Submission)
    .scalar_subquery()
)
CURRENT = (
    select(func.max(Report.number))
    .where(Report.submission_number == Submission.number, Report.rubric_version == _VERSION)
    .correlate(Submission)
    .scalar_subquery()
)
FAILURES = (
    select(func.count()).where(Failure.submission_number == Submission.number).correlate(Submission).scalar_subquery()
)

# Statements of each submission's way, built once: SQLAlchemy takes longer to build one than SQLite to answer it.
_ADD_SUBMISSION = insert(Submission).returning(Submission.number)
_UNGRADED = select(_VERSION, Submission.base_number, Submission.variant, Submission.syntax, Submission.body).where(
    Submission.number == bindparam("number"), CURRENT.is_(None)
)
_WHOSE = select(Submission.student_number).where(Submission.number == bindparam("number"))
_SAME_REPORT = select(Report.number).where(
    Report.submission_number == bindparam("submission_number"),
    Report.rubric_version == bindparam("rubric_version"),
    Report.engine_version == bindparam("engine_version"),
)
_ADD_REPORT = insert(Report)
_FOUND = (
    select(
        Submission.number, Submission.id, Submission.assignment, Person.name, Submission.student_number,
        Token.person_number, Submission.received_at, Submission.base_number, Submission.syntax, Submission.body,
        Report.body, FAILURES,
    )
    .join(Person, Person.number == Submission.student_number)
    .join(Token, Token.number == Submission.token_number)
    .outerjoin(Report, Report.number == CURRENT)
    .where(Submission.id == bindparam("id"), Submission.course_number == bindparam("course"))
)  # fmt: skip


class NewSubmission(NamedTuple):
    """What is known of a submission when it arrives."""

    id: str
    course_number: int
    assignment: str
    student_number: int
    token_number: int
    received_at: datetime
    base_number: int | None
    variant: str | None
    syntax: str
    body: str


class Owned(NamedTuple):
    """The number of a submission, and that of the student whose it is."""

    number: int
    student: int


class NewReport(NamedTuple):
    """A report on its way into the records."""

    submission_number: int
    rubric_version: str
    engine_version: str
    graded_at: datetime
    body: str


class Ungraded(NamedTuple):
    """A submission that waits for its grading by the version that holds."""

    rubric_version: str
    base_number: int | None
    variant: str | None
    syntax: str
    body: str


class Found(NamedTuple):
    """A submission with whose it is, who sent it, and its current report or its failures so far."""

    number: int
    id: str
    assignment: str
    student: str
    student_number: int
    sender_number: int
    received_at: datetime
    base_number: int | None
    syntax: str
    body: str
    report: str | None
    failures: int


def add_submission(connection: Connection, new: NewSubmission) -> int:
    """Append a submission; returns its number."""
    return connection.execute(_ADD_SUBMISSION, new._asdict()).scalar_one()


def ungraded_numbers(connection: Connection) -> Sequence[Owned]:
    """All submissions without a report by the version that holds, oldest first."""
    query = select(Submission.number, Submission.student_number).where(CURRENT.is_(None), _VERSION.is_not(None))
    return [Owned(*row) for row in connection.execute(query.order_by(Submission.number))]


def whose(connection: Connection, number: int) -> int:
    """The number of the student whose submission it is."""
    return connection.execute(_WHOSE, {"number": number}).scalar_one()


def ungraded(connection: Connection, number: int) -> Ungraded | None:
    """What is to be graded of a submission, or nothing if it has a report by the version that holds already."""
    row = connection.execute(_UNGRADED, {"number": number}).one_or_none()
    return Ungraded(*row) if row and row[0] is not None else None


def stored(connection: Connection, number: int, rubric_version: str) -> Ungraded:
    """What is to be graded of a submission by any version."""
    query = select(Submission.base_number, Submission.variant, Submission.syntax, Submission.body)
    return Ungraded(rubric_version, *connection.execute(query.where(Submission.number == number)).one())


def add_report(connection: Connection, new: NewReport) -> None:
    """Append a report, unless this submission has one by the same rubric and engine: it would be the same report."""
    row = new._asdict()
    if connection.scalar(_SAME_REPORT, row) is None:
        connection.execute(_ADD_REPORT, row)


def add_failure(connection: Connection, number: int, reason: str, now: datetime) -> None:
    """Append that a grading of a submission broke, and how."""
    connection.execute(insert(Failure), {"submission_number": number, "reason": reason, "failed_at": now})


def find(connection: Connection, course: int, submission_id: str) -> Found | None:
    """The submission with this id, if it is one of the course."""
    row = connection.execute(_FOUND, {"id": submission_id, "course": course}).one_or_none()
    return Found._make(row) if row else None
