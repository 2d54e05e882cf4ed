"""Questions about submissions and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Subquery, func, insert, select

from app.db.tables import Failure, Person, Report, Rubric, Submission, Token

# Of the submission in a row: the report that holds, which is the last one written, and how often grading broke.
_CURRENT = (
    select(func.max(Report.number))
    .where(Report.submission_number == Submission.number)
    .correlate(Submission)
    .scalar_subquery()
)
_FAILURES = (
    select(func.count()).where(Failure.submission_number == Submission.number).correlate(Submission).scalar_subquery()
)


class NewSubmission(NamedTuple):
    """What is known of a submission when it arrives."""

    id: str
    assignment: str
    student_number: int
    token_number: int
    received_at: datetime
    syntax: str
    body: str


class NewReport(NamedTuple):
    """A report on its way into the records."""

    submission_number: int
    rubric_version: str
    engine_version: str
    graded_at: datetime
    body: str


class Ungraded(NamedTuple):
    """A submission that waits for its grading."""

    assignment: str
    syntax: str
    body: str


class Found(NamedTuple):
    """A submission with whose it is, who sent it, and its current report or its failures so far."""

    id: str
    assignment: str
    student: str
    student_number: int
    sender_number: int
    received_at: datetime
    syntax: str
    body: str
    report: str | None
    failures: int


class Standing(NamedTuple):
    """A student's latest submission to an assignment, if there is one, and how many there were."""

    student: str
    attempts: int
    id: str | None
    received_at: datetime | None
    report: str | None
    failures: int


def add_submission(connection: Connection, new: NewSubmission) -> int:
    """Append a submission; returns its number."""
    return connection.execute(insert(Submission).returning(Submission.number), new._asdict()).scalar_one()


def ungraded_numbers(connection: Connection) -> Sequence[int]:
    """The numbers of all submissions without any report, oldest first."""
    has_report = select(Report.number).where(Report.submission_number == Submission.number).exists()
    return connection.scalars(select(Submission.number).where(~has_report).order_by(Submission.number)).all()


def ungraded(connection: Connection, number: int) -> Ungraded | None:
    """What is to be graded of a submission, or nothing if it has a report already."""
    if connection.scalar(select(Report.number).where(Report.submission_number == number).limit(1)) is not None:
        return None
    query = select(Submission.assignment, Submission.syntax, Submission.body).where(Submission.number == number)
    return Ungraded(*connection.execute(query).one())


def add_report(connection: Connection, new: NewReport) -> None:
    """Append a report, unless this submission has one by the same rubric and engine: it would be the same report."""
    same = select(Report.number).where(
        Report.submission_number == new.submission_number,
        Report.rubric_version == new.rubric_version,
        Report.engine_version == new.engine_version,
    )
    if connection.scalar(same) is None:
        connection.execute(insert(Report), new._asdict())


def add_failure(connection: Connection, number: int, reason: str, now: datetime) -> None:
    """Append that a grading of a submission broke, and how."""
    connection.execute(insert(Failure), {"submission_number": number, "reason": reason, "failed_at": now})


def add_rubric(connection: Connection, version: str, assignment: str, text: str, now: datetime) -> None:
    """Keep a rubric's text, unless this version is known."""
    if connection.scalar(select(Rubric.version).where(Rubric.version == version)) is None:
        row = {"version": version, "assignment": assignment, "text": text, "loaded_at": now}
        connection.execute(insert(Rubric), row)


def find(connection: Connection, submission_id: str) -> Found | None:
    """The submission with this id."""
    query = (
        select(
            Submission.id, Submission.assignment, Person.name, Submission.student_number, Token.person_number,
            Submission.received_at, Submission.syntax, Submission.body, Report.body, _FAILURES,
        )
        .join(Person, Person.number == Submission.student_number)
        .join(Token, Token.number == Submission.token_number)
        .outerjoin(Report, Report.number == _CURRENT)
        .where(Submission.id == submission_id)
    )  # fmt: skip
    row = connection.execute(query).one_or_none()
    return Found(*row) if row else None


def standings(connection: Connection, assignment: str) -> Sequence[Standing]:
    """One row for each student, by name: whoever has or had a student's token, or a submission to the assignment."""
    own = _attempts(assignment)
    attempts = func.coalesce(own.c.attempts, 0)
    students = select(Token.person_number).where(Token.role == "student")
    query = (
        select(Person.name, attempts, Submission.id, Submission.received_at, Report.body, _FAILURES)
        .outerjoin(own, own.c.student_number == Person.number)
        .outerjoin(Submission, Submission.number == own.c.latest)
        .outerjoin(Report, Report.number == _CURRENT)
        .where(Person.number.in_(students) | (attempts > 0))
        .order_by(Person.name)
    )
    return [Standing(*row) for row in connection.execute(query)]


def _attempts(assignment: str) -> Subquery:
    """For each student, which submission counts (the latest) and how many there are."""
    return (
        select(
            Submission.student_number,
            func.max(Submission.number).label("latest"),
            func.count().label("attempts"),
        )
        .where(Submission.assignment == assignment)
        .group_by(Submission.student_number)
        .subquery()
    )
