"""Workloads: a CI's job that proves what it is by its CI's identity token, in place of a secret that could leak."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from app.clock import Clock
from app.db import courses, people, workloads
from app.db.audit import Act, add_entry
from app.db.database import Database
from app.db.people import NewToken
from app.errors import UnknownCourseError
from app.errors.access import BadIdentityError
from app.oidc.keys import KeyRing
from app.oidc.verifying import LEEWAY_SECONDS, Workload, verify
from app.services.roles import MAX_NAME, Caller, Role
from app.services.tokens import PREFIX, Made, digest, identify
from app.settings import TrustedIssuer

LIFE = timedelta(hours=1)
_LEEWAY = timedelta(seconds=LEEWAY_SECONDS)


class Workloads:
    """Lets workloads in: each identity token once, for one request or for a token of an hour."""

    def __init__(self, database: Database, trusted: Sequence[TrustedIssuer], clock: Clock) -> None:
        self._database = database
        self._trusted = tuple(trusted)
        self._clock = clock
        self._ring = KeyRing(clock)

    def admit(self, identity: str) -> Caller:
        """Who sends this identity token, for one request.

        Raises `BadIdentityError`, also for one that was used, or `IssuerUnreachableError`.
        """
        now = self._clock()
        workload = verify(identity, self._trusted, self._ring, now)
        made = self._token(workload, now, workload.expires_at + _LEEWAY)
        return identify(self._database, made.token, now)

    def exchange(self, identity: str) -> Made:
        """A token of an hour for an identity token, for jobs that ask more than once. Raises as `admit` does."""
        now = self._clock()
        return self._token(verify(identity, self._trusted, self._ring, now), now, now + LIFE)

    def _token(self, workload: Workload, now: datetime, ends: datetime) -> Made:
        """A token of the role ci for a workload, whose identity token is used up by it."""
        token = PREFIX + secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            workloads.forget(connection, now - 2 * _LEEWAY)
            if not workloads.spend(connection, workload.issuer, _key(workload.jti), workload.expires_at):
                raise BadIdentityError(
                    "got an identity token that was used already; each is good once: ask your CI for a new one,"
                    " or exchange one for a token of an hour (POST /api/v1/workload-tokens)"
                )
            course = courses.course_called(connection, workload.course)
            if course is None:
                raise UnknownCourseError(f"the settings let you into the course {workload.course!a}; there is none")
            person = courses.person_number(connection, name_of(workload))
            courses.join(connection, course.number, person, Role.CI, now)
            number = people.add_token(
                connection, NewToken(digest(token), Role.CI, person, course.number, now, expires_at=ends)
            )
            act = Act("workload.admit", f"token {number}", {"subject": workload.subject}, course.number)
            add_entry(connection, None, act, now)
        return Made(token, number, ends)


def name_of(workload: Workload) -> str:
    """The id under which a workload's submissions are kept: its issuer's host and its subject."""
    name = f"{urlsplit(workload.issuer).netloc}/{workload.subject}"
    plain = "".join(sign if sign.isprintable() else "?" for sign in name).strip()
    if plain == name and len(name) <= MAX_NAME:
        return name
    return f"{plain[: MAX_NAME - 13]}#{digest(name)[:12]}"


def _key(jti: str) -> str:
    """What a `jti` is remembered by: itself, or its digest if it is long."""
    return jti if len(jti) <= MAX_NAME else digest(jti)
