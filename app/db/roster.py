"""Questions about who is in a course, and what a roster changes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from app.db.courses import join, person_number
from app.db.page import Page, Slice
from app.db.tables import Course, Member, Person, PersonDetails, Token
from app.policy.records import Details
from app.roster.entry import DETAILS, Present
from app.roster.plan import Change


class MemberRecord(NamedTuple):
    """A person in a role of a course, with what is known of them."""

    number: int
    person_number: int
    id: str
    role: str
    section: str
    joined_at: datetime
    left_at: datetime | None
    details: Details


class Wanted(NamedTuple):
    """Which members a list is to have: of a role, of a section, also those that have left."""

    role: str | None = None
    section: str | None = None
    left: bool = False


_MEMBER = (
    select(
        Member.number, Member.person_number, Person.name, Member.role, Member.section, Member.joined_at, Member.left_at,
        *(func.coalesce(getattr(PersonDetails, name), "") for name in DETAILS),
    )
    .join_from(Member, Person, Person.number == Member.person_number)
    .outerjoin(PersonDetails, PersonDetails.person_number == Person.number)
    .order_by(Member.number)
)  # fmt: skip


def _member(*cells: Any) -> MemberRecord:
    number, person, name, role, section, joined, left, *details = cells
    return MemberRecord(number, person, name, role, section, joined, left, Details(*details))


def members(connection: Connection, course: int, wanted: Wanted, page: Page) -> Slice[MemberRecord]:
    """The members of a course, in the order in which they were entered."""
    query = _MEMBER.where(Member.course_number == course, Member.number > (page.after or 0))
    if wanted.role is not None:
        query = query.where(Member.role == wanted.role)
    if wanted.section is not None:
        query = query.where(Member.section == wanted.section)
    if not wanted.left:
        query = query.where(Member.left_at.is_(None))
    rows = connection.execute(query.limit(page.fetched))
    return page.of([_member(*row) for row in rows])


def on_record(connection: Connection, course: int) -> Sequence[Present]:
    """All members of a course, also those that have left."""
    rows = connection.execute(_MEMBER.where(Member.course_number == course))
    found = [_member(*row) for row in rows]
    return [Present(row.id, row.role, row.section, row.details, row.left_at is not None) for row in found]


def apply(connection: Connection, course: int, change: Change, now: datetime) -> None:
    """Write one change: the membership, its section, and what is known of the person."""
    after = change.after
    person = person_number(connection, after.id)
    membership = join(connection, course, person, after.role, now)
    connection.execute(update(Member).where(Member.number == membership).values(section=after.section))
    if change.before is None or change.before.details != after.details:
        connection.execute(delete(PersonDetails).where(PersonDetails.person_number == person))
        connection.execute(insert(PersonDetails), {"person_number": person, **asdict(after.details)})


def leave(connection: Connection, course: int, person: int, role: str | None, now: datetime) -> int:
    """End a person's membership in a role, or in all; their tokens there end with it. Returns how many ended."""
    mine = (Member.course_number == course, Member.person_number == person, Member.left_at.is_(None))
    query = update(Member).where(*mine).values(left_at=now).returning(Member.number)
    return len(connection.execute(query if role is None else query.where(Member.role == role)).all())


class Membership(NamedTuple):
    """What somebody is or was in which course."""

    course_number: int
    course: str
    role: str
    left: bool


def person_called(connection: Connection, name: str) -> int | None:
    """The number of the person called `name`."""
    return connection.scalar(select(Person.number).where(Person.name == name))


def memberships(connection: Connection, person: int) -> Sequence[Membership]:
    """What somebody is or was, in all courses."""
    query = (
        select(Member.course_number, Course.id, Member.role, Member.left_at.is_not(None))
        .join(Course, Course.number == Member.course_number)
        .where(Member.person_number == person)
    )
    return [Membership(*row) for row in connection.execute(query)]


def erase(connection: Connection, person: int, pseudonym: str, now: datetime) -> None:
    """Take a person's details and name away, end all that lets them in, and leave the records under a pseudonym."""
    connection.execute(delete(PersonDetails).where(PersonDetails.person_number == person))
    connection.execute(update(Person).where(Person.number == person).values(name=pseudonym))
    present = (Member.person_number == person, Member.left_at.is_(None))
    connection.execute(update(Member).where(*present).values(left_at=now))
    open_tokens = (Token.person_number == person, Token.revoked_at.is_(None))
    connection.execute(update(Token).where(*open_tokens).values(revoked_at=now))
