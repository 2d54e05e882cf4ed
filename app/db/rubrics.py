"""Questions about versions of rubrics, and which of them holds for an assignment of a course."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select

from app.db.tables import Activation, Rubric, Submission


class NewActivation(NamedTuple):
    """A version that is to hold from now on; `summary` is JSON."""

    course_number: int
    assignment: str
    rubric_version: str
    activated_at: datetime
    token_number: int | None
    reason: str
    summary: str = "{}"


class Active(NamedTuple):
    """An assignment that a course offers, and the version that holds."""

    assignment: str
    rubric_version: str


_ACTIVE_VERSION = (
    select(Activation.rubric_version)
    .where(Activation.course_number == bindparam("course"), Activation.assignment == bindparam("assignment"))
    .order_by(Activation.number.desc())
    .limit(1)
)


def add_rubric(connection: Connection, version: str, assignment: str, text: str, now: datetime) -> bool:
    """Keep a rubric's text, unless this version is known; says whether it was new."""
    if connection.scalar(select(Rubric.version).where(Rubric.version == version)) is not None:
        return False
    row = {"version": version, "assignment": assignment, "text": text, "loaded_at": now}
    connection.execute(insert(Rubric), row)
    return True


def rubric_text(connection: Connection, version: str) -> str | None:
    """The text of a version."""
    return connection.scalar(select(Rubric.text).where(Rubric.version == version))


def activate(connection: Connection, new: NewActivation) -> None:
    """Append that a version holds from now on."""
    connection.execute(insert(Activation), new._asdict())


def active_version(connection: Connection, course: int, assignment: str) -> str | None:
    """The version that holds for an assignment of a course, if the course offers it."""
    return connection.scalar(_ACTIVE_VERSION, {"course": course, "assignment": assignment})


def is_answered(connection: Connection, course: int, assignment: str) -> bool:
    """Whether anybody has handed in for an assignment of a course."""
    mine = (Submission.course_number == course, Submission.assignment == assignment)
    return connection.scalar(select(Submission.number).where(*mine).limit(1)) is not None


def offered(connection: Connection, course: int) -> Sequence[Active]:
    """What a course offers, by assignment id."""
    newest = (
        select(func.max(Activation.number)).where(Activation.course_number == course).group_by(Activation.assignment)
    )
    query = select(Activation.assignment, Activation.rubric_version).where(Activation.number.in_(newest))
    return [Active(*row) for row in connection.execute(query.order_by(Activation.assignment))]
