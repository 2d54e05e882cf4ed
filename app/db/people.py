"""Questions about people and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from app.db.courses import COURSE_COLUMNS, CourseRecord
from app.db.page import Page, Slice
from app.db.tables import Course, Member, Person, Token


class TokenRecord(NamedTuple):
    """A token without its secret, which nobody has."""

    number: int
    role: str
    person_number: int
    name: str
    course: CourseRecord
    scopes: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewToken(NamedTuple):
    """A token on its way into the records; without `scopes` it has all rights of its role."""

    digest: str
    role: str
    person_number: int
    course_number: int
    created_at: datetime
    scopes: str | None = None
    expires_at: datetime | None = None


_TOKEN = (
    select(
        Token.number, Token.role, Token.person_number, Person.name,
        *COURSE_COLUMNS, Token.scopes, Token.created_at, Token.expires_at, Token.revoked_at,
    )
    .join_from(Token, Person, Person.number == Token.person_number)
    .join(Course, Course.number == Token.course_number)
)  # fmt: skip
_MEMBERSHIP = (
    select(Member.number)
    .where(
        Member.course_number == Token.course_number,
        Member.person_number == Token.person_number,
        Member.role == Token.role,
        Member.left_at.is_(None),
    )
    .correlate(Token)
    .exists()
)
_VALID_TOKEN = _TOKEN.where(
    Token.digest == bindparam("digest"),
    Token.revoked_at.is_(None),
    Token.expires_at.is_(None) | (Token.expires_at > bindparam("now")),
    _MEMBERSHIP,
)


def _token(row: Sequence[Any]) -> TokenRecord:
    (number, role, person, name), course = row[:4], CourseRecord(*row[4:-4])
    scopes, created, expires, revoked = row[-4:]
    narrowed = None if scopes is None else frozenset(scopes.split())
    return TokenRecord(number, role, person, name, course, narrowed, created, expires, revoked)


def add_token(connection: Connection, new: NewToken) -> int:
    """Keep a new token's digest, and what it is good for; returns the token's number."""
    return connection.execute(insert(Token).returning(Token.number), new._asdict()).scalar_one()


def valid_token(connection: Connection, digest: str, now: datetime) -> TokenRecord | None:
    """The token with this digest, unless it was revoked, has expired, or its bearer has left the course."""
    row = connection.execute(_VALID_TOKEN, {"digest": digest, "now": now}).one_or_none()
    return _token(row) if row else None


def tokens(connection: Connection) -> Sequence[TokenRecord]:
    """All tokens, in the order of their making."""
    return [_token(row) for row in connection.execute(_TOKEN.order_by(Token.number))]


def course_tokens(connection: Connection, course: int, page: Page) -> Slice[TokenRecord]:
    """The tokens of a course, in the order of their making."""
    query = _TOKEN.where(Token.course_number == course, Token.number > (page.after or 0))
    return page.of([_token(row) for row in connection.execute(query.order_by(Token.number).limit(page.fetched))])


def token_numbered(connection: Connection, number: int) -> TokenRecord | None:
    """The token of this number, valid or not."""
    row = connection.execute(_TOKEN.where(Token.number == number)).one_or_none()
    return _token(row) if row else None


def revoke_token(connection: Connection, number: int, now: datetime) -> bool:
    """End a token; says whether there was one to end."""
    ended = connection.execute(
        update(Token)
        .where(Token.number == number, Token.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Token.number)
    )
    return ended.first() is not None
