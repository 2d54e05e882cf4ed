"""What a course decides about an assignment: its settings, and the students' own deadlines."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select
from sqlalchemy.orm import aliased

from app.db.book import Offered
from app.db.page import Page, Slice
from app.db.tables import Extension, Person, SettingsRecord, Token
from app.policy.settings import AssignmentSettings


class NewExtension(NamedTuple):
    """A student's own deadline on its way into the records; without `due_at` it takes the one before it back."""

    person_number: int
    due_at: datetime | None
    reason: str
    granted_at: datetime
    token_number: int


class ExtensionRecord(NamedTuple):
    """An extension that holds, and who granted it."""

    number: int
    student: str
    due_at: datetime | None
    reason: str
    granted_at: datetime
    by: str | None


def add_settings(
    connection: Connection, offered: Offered, settings: AssignmentSettings, token_number: int, now: datetime
) -> int:
    """Append settings, which hold from now on; returns the record's number."""
    row = {
        "course_number": offered.course,
        "assignment": offered.assignment,
        "body": settings.model_dump_json(),
        "set_at": now,
        "token_number": token_number,
    }
    return connection.execute(insert(SettingsRecord).returning(SettingsRecord.number), row).scalar_one()


def add_extension(connection: Connection, offered: Offered, new: NewExtension) -> None:
    """Append a student's own deadline, or that there is none any more."""
    row = {"course_number": offered.course, "assignment": offered.assignment, **new._asdict()}
    connection.execute(insert(Extension), row)


def extension_of(connection: Connection, offered: Offered, person: int) -> datetime | None:
    """A student's own deadline, if one holds."""
    query = select(Extension.due_at).where(*_mine(offered), Extension.person_number == person)
    return connection.scalar(query.order_by(Extension.number.desc()).limit(1))


def extensions(connection: Connection, offered: Offered, page: Page) -> Slice[ExtensionRecord]:
    """The extensions that hold, in the order in which they were granted."""
    newest = select(func.max(Extension.number)).where(*_mine(offered)).group_by(Extension.person_number)
    granter = aliased(Person)
    query = (
        select(
            Extension.number, Person.name, Extension.due_at, Extension.reason, Extension.granted_at, granter.name
        )
        .join_from(Extension, Person, Person.number == Extension.person_number)
        .outerjoin(Token, Token.number == Extension.token_number)
        .outerjoin(granter, granter.number == Token.person_number)
        .where(Extension.number.in_(newest), Extension.due_at.is_not(None))
        .order_by(Extension.number)
        .limit(page.fetched)
    )  # fmt: skip
    if page.after is not None:
        query = query.where(Extension.number > page.after)
    return page.of([ExtensionRecord(*row) for row in connection.execute(query)])


def _mine(offered: Offered) -> tuple[ColumnElement[bool], ...]:
    return (Extension.course_number == offered.course, Extension.assignment == offered.assignment)
