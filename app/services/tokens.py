"""Tokens: 256 random bits, shown once, kept as a digest, revocable, never good for more than their maker's."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import courses, people
from app.db.audit import Act, add_entry
from app.db.courses import DEFAULT
from app.db.database import Connection, Database
from app.db.page import Page, Slice
from app.db.people import NewToken, TokenRecord
from app.errors import ForbiddenError, NoTokenError, UnknownCourseError
from app.errors.access import BadGrantError, UnknownTokenError
from app.services.roles import Caller, Right, Role, checked_name, demand, lacking, rights_of
from app.services.store import demand_no_typo

PREFIX = "gb_"
SCOPES = frozenset(right.scope for right in Right)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is to be good for: a role in a course, narrowed to `scopes`, until `expires_at`."""

    role: Role
    course: str = DEFAULT
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None

    def check(self, by: Caller | None) -> None:
        """Raise `BadGrantError` for unknown scopes, `ForbiddenError` for more than the maker has."""
        if unknown := (self.scopes or frozenset()) - SCOPES:
            raise BadGrantError(f"got the scopes {sorted(unknown)!a}; known are: {', '.join(sorted(SCOPES))}")
        if by is None:
            return
        by.demand(Right.MANAGE_TOKENS)
        if self.course != by.course.id:
            by.demand(Right.MANAGE_COURSES)
        if more := lacking(by.rights, rights_of(self.role, self.scopes)):
            raise ForbiddenError(f"a token can't be good for more than yours, which can't {more[0]}; narrow it")

    def end(self, maker: TokenRecord | None) -> datetime | None:
        """When it ends: not later than its maker, unless an operator made it."""
        ends = [end for end in (self.expires_at, maker.expires_at if maker else None) if end is not None]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class Made:
    """A new token: its only copy, its number, and its end, if it has one."""

    token: str
    number: int
    expires_at: datetime | None


def create_token(database: Database, grant: Grant, name: str, now: datetime) -> str:
    """Make a token for `name` as an operator; returns its only copy. Raises as `make_token` does."""
    return make_token(database, grant, name, now).token


def make_token(database: Database, grant: Grant, name: str, now: datetime, by: Caller | None = None) -> Made:
    """Make a token for `name`, who is entered, and made a member of the course, if new.

    Raises `BadNameError`, `BadGrantError`, `ForbiddenError`, `UnknownCourseError` or `LikelyTypoError`.
    """
    grant.check(by)
    token = PREFIX + secrets.token_urlsafe(32)
    with database.writing() as connection:
        course = courses.course_called(connection, grant.course)
        if course is None:
            raise UnknownCourseError(f"got the course {grant.course[:80]!r}; there is none of this id")
        person = _person(connection, course.number, grant.role, checked_name(name))
        courses.join(connection, course.number, person, grant.role, now)
        scopes = None if grant.scopes is None else " ".join(sorted(grant.scopes))
        ends = grant.end(people.token_numbered(connection, by.token_number) if by else None)
        new = NewToken(digest(token), grant.role, person, course.number, now, scopes, ends)
        number = people.add_token(connection, new)
        detail = {"role": grant.role, "scopes": scopes, "expires_at": ends, "person": person}
        add_entry(connection, by, Act("token.create", f"token {number}", detail, course.number), now)
    return Made(token, number, ends)


def _person(connection: Connection, course: int, role: Role, name: str) -> int:
    """Whose a token is. Raises `LikelyTypoError` for a new student who has almost another's name."""
    if role is Role.STUDENT:
        alike = courses.students_like(connection, course, name)
        if known := courses.student_among(alike, name):
            return known.number
        demand_no_typo(alike, name)
    return courses.person_number(connection, name)


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


def tokens_of_course(database: Database, caller: Caller, page: Page) -> Slice[TokenRecord]:
    """The tokens of the caller's course, without their secrets. Raises `ForbiddenError`."""
    caller.demand(Right.MANAGE_TOKENS)
    with database.reading() as connection:
        return people.course_tokens(connection, caller.course.number, page)


def revoke_token(database: Database, number: int, now: datetime, by: Caller | None = None) -> None:
    """End a token from now on; who is not an operator may end those of their course that can't do more than theirs.

    Raises `ForbiddenError` or `UnknownTokenError`.
    """
    demand(by, Right.MANAGE_TOKENS)
    with database.writing() as connection:
        found = people.token_numbered(connection, number)
        if found is None or (by and found.course.number != by.course.number) or found.revoked_at is not None:
            raise UnknownTokenError(f"got the token number {number}; there is no valid token of this number")
        if by and (more := lacking(by.rights, rights_of(Role(found.role), found.scopes))):
            raise ForbiddenError(f"token {number} can {more[0]}, and yours can't: ask somebody whose token can")
        people.revoke_token(connection, number, now)
        add_entry(connection, by, Act("token.revoke", f"token {number}", {}, found.course.number), now)


def digest(token: str) -> str:
    """What is kept of a token. SHA-256 without salt or stretching is right for 256 random bits: nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
