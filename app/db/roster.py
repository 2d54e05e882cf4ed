"""Questions about who is in a course, and what a roster changes there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, case, delete, func, insert, select, update

from app.db.courses import named
from app.db.page import Page, Slice
from app.db.tables import Course, Member, Person, PersonDetails, Token
from app.policy.records import Details
from app.roster.entry import DETAILS, Present
from app.roster.plan import Change

AT_ONCE = 500
Item = TypeVar("Item")


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


def apply(connection: Connection, course: int, changes: Sequence[Change], now: datetime) -> None:
    """Write changes, many at once: memberships with their sections, and what is known of the people."""
    people = _entered(connection, sorted({change.after.id for change in changes}))
    joining = [_row(people, course, change, now) for change in changes if change.before is None]
    staying = [_row(people, course, change, now) for change in changes if change.before is not None]
    if joining:
        connection.execute(insert(Member), joining)
    for row in staying:
        mine = (
            Member.course_number == course,
            Member.person_number == row["person_number"],
            Member.role == row["role"],
        )
        back = case((Member.left_at.is_(None), Member.joined_at), else_=now)
        connection.execute(update(Member).where(*mine).values(section=row["section"], joined_at=back, left_at=None))
    known = {
        people[change.after.id]: change.after.details
        for change in changes
        if change.before is None or change.before.details != change.after.details
    }
    for some in _chunks(list(known)):
        connection.execute(delete(PersonDetails).where(PersonDetails.person_number.in_(some)))
        rows = [{"person_number": person, **asdict(known[person])} for person in some]
        connection.execute(insert(PersonDetails), rows)


def _row(people: Mapping[str, int], course: int, change: Change, now: datetime) -> dict[str, Any]:
    after = change.after
    return {
        "course_number": course,
        "person_number": people[after.id],
        "role": after.role,
        "section": after.section,
        "joined_at": now,
    }


def _entered(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    """The numbers of people by name; those that are new are entered."""
    known = _numbers(connection, names)
    if new := [named(name) for name in names if name not in known]:
        connection.execute(insert(Person), new)
        return _numbers(connection, names)
    return known


def _numbers(connection: Connection, names: Sequence[str]) -> Mapping[str, int]:
    queries = (select(Person.name, Person.number).where(Person.name.in_(some)) for some in _chunks(names))
    return {name: number for query in queries for name, number in connection.execute(query)}


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Parts of a list that a statement can name at once."""
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


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
    connection.execute(update(Person).where(Person.number == person).values(**named(pseudonym)))
    present = (Member.person_number == person, Member.left_at.is_(None))
    connection.execute(update(Member).where(*present).values(left_at=now))
    open_tokens = (Token.person_number == person, Token.revoked_at.is_(None))
    connection.execute(update(Token).where(*open_tokens).values(revoked_at=now))
