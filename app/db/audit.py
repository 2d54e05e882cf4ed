"""The audit log: who did what, when. Each entry is written in the transaction of the act that it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, insert, select

from app.db.courses import CourseRecord
from app.db.page import Page, Slice
from app.db.tables import AuditEntry, Person, Token


class Actor(Protocol):
    """Whoever acts by a token in a course: every caller."""

    @property
    def token_number(self) -> int:
        """The token."""

    @property
    def course(self) -> CourseRecord:
        """The token's course."""


class Act(NamedTuple):
    """What was done (`token.revoke`), to what or whom, and what else is to be known of it; no secret, no name or mail.

    `course_number` is for acts on another course than the actor's, or by nobody in particular.
    """

    action: str
    subject: str
    detail: Mapping[str, Any] = {}
    course_number: int | None = None


class Entry(NamedTuple):
    """An entry as it is read: `actor` and `role` are absent where it was done on the command line."""

    number: int
    at: datetime
    actor: str | None
    role: str | None
    action: str
    subject: str
    detail: str


def add_entry(connection: Connection, actor: Actor | None, act: Act, now: datetime) -> None:
    """Append an entry; without an actor an operator did it on the command line, or the service by itself."""
    course = act.course_number or (actor.course.number if actor else None)
    row = {
        "at": now,
        "token_number": actor.token_number if actor else None,
        "course_number": course,
        "action": act.action,
        "subject": act.subject[:200],
        "detail": json.dumps(act.detail, ensure_ascii=False, default=str),
    }
    connection.execute(insert(AuditEntry), row)


def entries(connection: Connection, course: int, page: Page) -> Slice[Entry]:
    """The entries of a course, newest first."""
    query = (
        select(
            AuditEntry.number, AuditEntry.at, Person.name, Token.role,
            AuditEntry.action, AuditEntry.subject, AuditEntry.detail,
        )
        .outerjoin(Token, Token.number == AuditEntry.token_number)
        .outerjoin(Person, Person.number == Token.person_number)
        .where(AuditEntry.course_number == course)
        .order_by(AuditEntry.number.desc())
        .limit(page.fetched)
    )  # fmt: skip
    if page.after is not None:
        query = query.where(AuditEntry.number < page.after)
    return page.of([Entry(*row) for row in connection.execute(query)])
