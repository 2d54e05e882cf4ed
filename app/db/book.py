"""The records of a class on one assignment, as the values that a course's rules are applied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, or_, select

from app.db.submissions import CURRENT, FAILURES
from app.db.tables import Extension, Member, Override, Person, PersonDetails, Report, SettingsRecord, Submission, Token
from app.policy.records import Attempt, Details, Student
from app.policy.records import Override as OverrideRecord
from app.policy.settings import AssignmentSettings


class Offered(NamedTuple):
    """An assignment in a course."""

    course: int
    assignment: str


_SETTINGS = (
    select(SettingsRecord.number, SettingsRecord.body)
    .where(SettingsRecord.course_number == bindparam("course"), SettingsRecord.assignment == bindparam("assignment"))
    .order_by(SettingsRecord.number.desc())
    .limit(1)
)


def settings_of(connection: Connection, offered: Offered) -> tuple[int, AssignmentSettings]:
    """The settings that hold, and their number; number 0 and the defaults where none were made."""
    row = connection.execute(_SETTINGS, offered._asdict()).one_or_none()
    return (row.number, AssignmentSettings.model_validate_json(row.body)) if row else (0, AssignmentSettings())


def students_of(connection: Connection, offered: Offered, *, person: int | None = None) -> Sequence[Student]:
    """The students by name: members of the course, and whoever has handed in. With `person`, that one only."""
    due = {row.person_number: row.due_at for row in connection.execute(_extensions(offered))}
    handed_in = (
        select(Submission.student_number)
        .where(Submission.course_number == offered.course, Submission.assignment == offered.assignment)
        .where(Submission.student_number == Person.number)
        .exists()
    )
    query = (
        select(
            Person.number, Person.name, Member.section,
            PersonDetails.given_name, PersonDetails.family_name, PersonDetails.email, PersonDetails.student_number,
        )
        .join(Member, Member.person_number == Person.number)
        .outerjoin(PersonDetails, PersonDetails.person_number == Person.number)
        .where(Member.course_number == offered.course, Member.role == "student")
        .where(or_(Member.left_at.is_(None), handed_in))
        .order_by(Person.name)
    )  # fmt: skip
    if person is not None:
        query = query.where(Person.number == person)
    return [
        Student(row.number, row.name, row.section, Details(*(text or "" for text in row[3:])), due.get(row.number))
        for row in connection.execute(query)
    ]


def attempts_of(
    connection: Connection,
    offered: Offered,
    overrides: Mapping[int, Mapping[str, OverrideRecord]],
    *,
    people: Collection[int],
) -> Mapping[int, Sequence[Attempt]]:
    """The submissions of these people with the reports that hold and these overrides, oldest first, by student."""
    query = (
        select(
            Submission.student_number, Submission.number, Submission.id, Submission.received_at,
            Report.body, FAILURES.label("failures"),
        )
        .outerjoin(Report, Report.number == CURRENT)
        .where(Submission.course_number == offered.course, Submission.assignment == offered.assignment)
        .where(Submission.student_number.in_(people))
        .order_by(Submission.number)
    )  # fmt: skip
    found: dict[int, list[Attempt]] = defaultdict(list)
    for row in connection.execute(query):
        attempt = Attempt(row.number, row.id, row.received_at, row.body, row.failures, overrides.get(row.number, {}))
        found[row.student_number].append(attempt)
    return found


def overrides_of(
    connection: Connection, offered: Offered, *, people: Collection[int]
) -> Mapping[int, Mapping[str, OverrideRecord]]:
    """The overrides of these people's submissions that hold, by submission and item.

    That is the last word on each, unless it took the others back.
    """
    query = (
        select(
            Override.submission_number, Override.item, Override.points, Override.reason, Person.name, Override.made_at
        )
        .join(Submission, Submission.number == Override.submission_number)
        .join(Token, Token.number == Override.token_number)
        .join(Person, Person.number == Token.person_number)
        .where(Submission.course_number == offered.course, Submission.assignment == offered.assignment)
        .where(Submission.student_number.in_(people))
        .order_by(Override.number)
    )
    found: dict[int, dict[str, OverrideRecord]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.submission_number].pop(row.item, None)
        if row.points is not None:
            found[row.submission_number][row.item] = OverrideRecord(row.points, row.reason, row.name, row.made_at)
    return found


def _extensions(offered: Offered) -> Select[int, datetime | None]:
    """The last word on each student's own deadline."""
    mine = (Extension.course_number == offered.course, Extension.assignment == offered.assignment)
    newest = select(func.max(Extension.number)).where(*mine).group_by(Extension.person_number)
    return select(Extension.person_number, Extension.due_at).where(Extension.number.in_(newest))
