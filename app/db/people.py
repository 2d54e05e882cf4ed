"""Questions about people and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

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


def person_number(session: Session, name: str) -> int:
    """The number of the person called `name`, who is entered if new."""
    found = session.scalar(select(Person.number).where(Person.name == name))
    if found is not None:
        return found
    person = Person(name=name)
    session.add(person)
    session.flush()
    return person.number


def add_token(session: Session, digest: str, role: str, person: int, now: datetime) -> None:
    """Keep a new token's digest."""
    session.add(Token(digest=digest, role=role, person_number=person, created_at=now))


def valid_token(session: Session, digest: str) -> TokenRecord | None:
    """The token with this digest, unless it was revoked."""
    row = session.execute(_TOKEN.where(Token.digest == digest, Token.revoked_at.is_(None))).one_or_none()
    return TokenRecord(*row) if row else None


def tokens(session: Session) -> Sequence[TokenRecord]:
    """All tokens, in the order of their making."""
    return [TokenRecord(*row) for row in session.execute(_TOKEN.order_by(Token.number))]


def revoke_token(session: Session, number: int, now: datetime) -> bool:
    """End a token; says whether there was one to end."""
    ended = session.execute(
        update(Token)
        .where(Token.number == number, Token.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Token.number)
    )
    return ended.first() is not None
