"""Questions about people and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from app.db.tables import Person, Token


class TokenRecord(NamedTuple):
    """A token without its secret, which nobody has."""

    number: int
    role: str
    person_number: int
    name: str
    created_at: datetime
    revoked_at: datetime | None


_TOKEN = select(
    Token.number, Token.role, Token.person_number, Person.name, Token.created_at, Token.revoked_at
).join_from(Token, Person)


def person_number(connection: Connection, name: str) -> int:
    """The number of the person called `name`, who is entered if new."""
    found = connection.scalar(select(Person.number).where(Person.name == name))
    if found is not None:
        return found
    return connection.execute(insert(Person).returning(Person.number), {"name": name}).scalar_one()


def add_token(connection: Connection, digest: str, role: str, person: int, now: datetime) -> None:
    """Keep a new token's digest."""
    row = {"digest": digest, "role": role, "person_number": person, "created_at": now}
    connection.execute(insert(Token), row)


def valid_token(connection: Connection, digest: str) -> TokenRecord | None:
    """The token with this digest, unless it was revoked."""
    row = connection.execute(_TOKEN.where(Token.digest == digest, Token.revoked_at.is_(None))).one_or_none()
    return TokenRecord(*row) if row else None


def tokens(connection: Connection) -> Sequence[TokenRecord]:
    """All tokens, in the order of their making."""
    return [TokenRecord(*row) for row in connection.execute(_TOKEN.order_by(Token.number))]


def revoke_token(connection: Connection, number: int, now: datetime) -> bool:
    """End a token; says whether there was one to end."""
    ended = connection.execute(
        update(Token)
        .where(Token.number == number, Token.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Token.number)
    )
    return ended.first() is not None
