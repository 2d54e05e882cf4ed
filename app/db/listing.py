"""Lists of submissions, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from app.db.tables import Person, Submission, Token


class Wanted(NamedTuple):
    """Which submissions of a course: of an assignment, of a student, sent by a person, at or after a moment."""

    course: int
    assignment: str | None = None
    student: str | None = None
    student_number: int | None = None
    sender_number: int | None = None
    since: datetime | None = None


class Listed(NamedTuple):
    """One submission of a list."""

    number: int
    id: str
    assignment: str
    student_number: int
    student: str
    received_at: datetime


def submissions(connection: Connection, wanted: Wanted, after: int | None, limit: int) -> Sequence[Listed]:
    """The newest of these submissions, at most `limit`, that came before number `after`."""
    query = (
        select(
            Submission.number, Submission.id, Submission.assignment, Submission.student_number, Person.name,
            Submission.received_at,
        )
        .join(Person, Person.number == Submission.student_number)
        .join(Token, Token.number == Submission.token_number)
        .where(Submission.course_number == wanted.course)
        .order_by(Submission.number.desc())
        .limit(limit)
    )  # fmt: skip
    conditions = {
        Submission.assignment: wanted.assignment,
        Person.name: wanted.student,
        Submission.student_number: wanted.student_number,
        Token.person_number: wanted.sender_number,
    }
    for column, value in conditions.items():
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Submission.received_at >= wanted.since)
    if after is not None:
        query = query.where(Submission.number < after)
    return [Listed(*row) for row in connection.execute(query)]
