"""Tokens: 256 random bits, shown once, kept as a digest, revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from app.db import people
from app.db.database import Database
from app.db.people import TokenRecord
from app.errors import NoTokenError
from app.services.roles import Caller, Role, checked_name

PREFIX = "gb_"


def create_token(database: Database, role: Role, name: str) -> str:
    """Make a token for `name`, who is entered if new; returns its only copy. Raises `BadNameError`."""
    token = PREFIX + secrets.token_urlsafe(32)
    with database.writing() as connection:
        person = people.person_number(connection, checked_name(name))
        people.add_token(connection, digest(token), role, person, datetime.now(UTC))
    return token


def identify(database: Database, token: str) -> Caller:
    """Who sent this token. Raises `NoTokenError` if it is unknown or revoked."""
    with database.reading() as connection:
        found = people.valid_token(connection, digest(token))
    if found is None:
        raise NoTokenError("got a token that is unknown or revoked; ask for a new one (`gradebound token create`)")
    return Caller(found.number, found.person_number, found.name, Role(found.role))


def list_tokens(database: Database) -> Sequence[TokenRecord]:
    """All tokens ever made, without their secrets."""
    with database.reading() as connection:
        return people.tokens(connection)


def revoke_token(database: Database, number: int) -> bool:
    """End a token from now on; says whether it was valid until now."""
    with database.writing() as connection:
        return people.revoke_token(connection, number, datetime.now(UTC))


def digest(token: str) -> str:
    """What is kept of a token. SHA-256 without salt or stretching is right for 256 random bits: nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
