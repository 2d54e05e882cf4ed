"""Tokens: 256 random bits, shown once, kept as a digest, revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import courses, people
from app.db.courses import DEFAULT
from app.db.database import Database
from app.db.people import NewToken, TokenRecord
from app.errors import NoTokenError, UnknownCourseError
from app.services.roles import Caller, Role, checked_name

PREFIX = "gb_"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is to be good for: a role in a course, narrowed to `scopes`, until `expires_at`."""

    role: Role
    course: str = DEFAULT
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None


def create_token(database: Database, grant: Grant, name: str, now: datetime) -> str:
    """Make a token for `name`, who is entered, and made a member of the course, if new; returns its only copy.

    Raises `BadNameError`, or `UnknownCourseError`.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    with database.writing() as connection:
        course = courses.course_called(connection, grant.course)
        if course is None:
            raise UnknownCourseError(f"got the course {grant.course[:80]!r}; there is none of this id")
        person = courses.person_number(connection, checked_name(name))
        courses.join(connection, course.number, person, grant.role, now)
        scopes = None if grant.scopes is None else " ".join(sorted(grant.scopes))
        new = NewToken(digest(token), grant.role, person, course.number, now, scopes, grant.expires_at)
        people.add_token(connection, new)
    return token


def identify(database: Database, token: str, now: datetime) -> Caller:
    """Who sent this token. Raises `NoTokenError` if it is unknown, expired or revoked."""
    with database.reading() as connection:
        found = people.valid_token(connection, digest(token), now)
    if found is None:
        raise NoTokenError(
            "got a token that is unknown, expired or revoked; ask for a new one (`gradebound token create`)"
        )
    return Caller(found.number, found.person_number, found.name, Role(found.role), found.course, found.scopes)


def list_tokens(database: Database) -> Sequence[TokenRecord]:
    """All tokens ever made, without their secrets."""
    with database.reading() as connection:
        return people.tokens(connection)


def revoke_token(database: Database, number: int, now: datetime) -> bool:
    """End a token from now on; says whether it was valid until now."""
    with database.writing() as connection:
        return people.revoke_token(connection, number, now)


def digest(token: str) -> str:
    """What is kept of a token. SHA-256 without salt or stretching is right for 256 random bits: nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
