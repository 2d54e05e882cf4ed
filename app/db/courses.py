"""Questions about courses, and who is what in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from app.db.tables import Course, Member, Person
from app.policy.names import composed, folded

DEFAULT = "default"


class CourseRecord(NamedTuple):
    """A course; days end in its `zone`, and `pseudonym_key` never leaves the service.

    `roster_at` is when its students were last read from a roster, if ever.
    """

    number: int
    id: str
    title: str
    zone: str
    pseudonym_key: str
    roster_at: datetime | None = None


class StudentRecord(NamedTuple):
    """A student of a course: the number inside, and the id that everybody uses."""

    number: int
    name: str


class NewCourse(NamedTuple):
    """A course on its way into the records."""

    id: str
    title: str
    zone: str
    pseudonym_key: str
    created_at: datetime


COURSE_COLUMNS = (Course.number, Course.id, Course.title, Course.zone, Course.pseudonym_key, Course.roster_at)
_COURSE = select(*COURSE_COLUMNS)
_ADD_PERSON = insert(Person).returning(Person.number)
_PERSON = select(Person.number).where(Person.name == bindparam("name"))
_MEMBER = select(Member.number, Member.left_at).where(
    Member.course_number == bindparam("course"),
    Member.person_number == bindparam("person"),
    Member.role == bindparam("role"),
)
_LIKE = (
    select(Person.number, Person.name)
    .join(Member, Member.person_number == Person.number)
    .where(Person.folded == bindparam("folded"), Member.course_number == bindparam("course"), Member.role == "student")
)
_ADD_MEMBER = insert(Member).returning(Member.number)


def courses(connection: Connection) -> Sequence[CourseRecord]:
    """All courses, in the order of their making."""
    return [CourseRecord(*row) for row in connection.execute(_COURSE.order_by(Course.number))]


def course_called(connection: Connection, course_id: str) -> CourseRecord | None:
    """The course of this id."""
    row = connection.execute(_COURSE.where(Course.id == course_id)).one_or_none()
    return CourseRecord(*row) if row else None


def add_course(connection: Connection, new: NewCourse) -> int:
    """Enter a course; returns its number."""
    return connection.execute(insert(Course).returning(Course.number), new._asdict()).scalar_one()


def person_number(connection: Connection, name: str) -> int:
    """The number of the person called `name`, who is entered if new."""
    found = connection.scalar(_PERSON, {"name": name})
    if found is not None:
        return found
    return connection.execute(_ADD_PERSON, named(name)).scalar_one()


def named(name: str) -> dict[str, str]:
    """The columns of a person that hold the name."""
    return {"name": name, "folded": folded(name)}


def join(connection: Connection, course: int, person: int, role: str, now: datetime) -> int:
    """Make a person a member in a role, again if they had left; returns the membership's number."""
    found = connection.execute(_MEMBER, {"course": course, "person": person, "role": role}).one_or_none()
    if found is None:
        return _add_member(connection, course, person, role, now)
    if found.left_at is not None:
        again = update(Member).where(Member.number == found.number)
        connection.execute(again.values(left_at=None, joined_at=now))
    number: int = found.number
    return number


def enrol(connection: Connection, course: int, name: str, now: datetime) -> int:
    """The number of the person called `name`, who is entered if new, and a student of the course from now on.

    Who has left stays away: work that is handed in for them is kept, and lets nobody in again.
    """
    person = person_number(connection, name)
    if connection.scalar(_MEMBER, {"course": course, "person": person, "role": "student"}) is None:
        _add_member(connection, course, person, "student", now)
    return person


def _add_member(connection: Connection, course: int, person: int, role: str, now: datetime) -> int:
    row = {"course_number": course, "person_number": person, "role": role, "section": "", "joined_at": now}
    return connection.execute(_ADD_MEMBER, row).scalar_one()


def students_like(connection: Connection, course: int, name: str) -> Sequence[StudentRecord]:
    """The students whom the course has or had whose names differ from `name` by case, form or blanks at most."""
    rows = connection.execute(_LIKE, {"course": course, "folded": folded(name)})
    return [StudentRecord(*row) for row in rows]


def student_among(alike: Sequence[StudentRecord], name: str) -> StudentRecord | None:
    """The student called `name`: exactly so, or else the only one whose name is composed of the same characters."""
    exact = [one for one in alike if one.name == name]
    same = exact or [one for one in alike if composed(one.name) == composed(name)]
    return same[0] if len(same) == 1 else None


def student_called(connection: Connection, course: int, name: str) -> int | None:
    """The number of the student called `name`, if the course has or had one."""
    found = student_among(students_like(connection, course, name), name)
    return found.number if found else None


def student_names(connection: Connection, course: int) -> Sequence[str]:
    """The names of all whom the course has or had as students."""
    query = select(Person.name).join(Member, Member.person_number == Person.number)
    return connection.scalars(query.where(Member.course_number == course, Member.role == "student")).all()


def read_from_roster(connection: Connection, course: int, now: datetime) -> None:
    """Note that a course's students come from a roster."""
    connection.execute(update(Course).where(Course.number == course).values(roster_at=now))
