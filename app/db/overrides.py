"""Questions about what people decided on single items of submissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, Select, func, insert, select

from app.db.tables import Override, Person, Token


class NewOverride(NamedTuple):
    """A person's word on an item on its way into the records; without points it takes back what was said before."""

    submission_number: int
    item: str
    points: Decimal | None
    reason: str
    made_at: datetime
    token_number: int


class OverrideRow(NamedTuple):
    """A word on an item, whose it was, and in which role it was said."""

    number: int
    item: str
    points: Decimal | None
    reason: str
    made_at: datetime
    by: str
    role: str


def add_override(connection: Connection, new: NewOverride) -> int:
    """Append a word on an item; returns the record's number."""
    return connection.execute(insert(Override).returning(Override.number), new._asdict()).scalar_one()


def override_history(connection: Connection, submission: int, item: str) -> Sequence[OverrideRow]:
    """All that was said on an item of a submission, oldest first."""
    rows = connection.execute(_rows().where(Override.submission_number == submission, Override.item == item))
    return [OverrideRow(*row) for row in rows]


def last_word(connection: Connection, submission: int, item: str) -> OverrideRow | None:
    """The last word on an item, which may be that nothing holds any more."""
    mine = (Override.submission_number == submission, Override.item == item)
    newest = select(func.max(Override.number)).where(*mine).scalar_subquery()
    row = connection.execute(_rows().where(Override.number == newest)).one_or_none()
    return OverrideRow(*row) if row else None


def _rows() -> Select[int, str, Decimal | None, str, datetime, str, str]:
    return (
        select(
            Override.number, Override.item, Override.points, Override.reason, Override.made_at, Person.name, Token.role
        )
        .join(Token, Token.number == Override.token_number)
        .join(Person, Person.number == Token.person_number)
        .order_by(Override.number)
    )
