"""The rules by which a submission is kept: known already, too early, one too many, or merged with the one before it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.db import attempts, courses, submissions
from app.db.attempts import Kept
from app.db.book import Offered, settings_of
from app.db.courses import StudentRecord
from app.db.database import Connection
from app.db.submissions import NewSubmission, Owned
from app.errors.submitting import (
    KeyReusedError,
    LikelyTypoError,
    NoAttemptsLeftError,
    NotOpenError,
    UnknownStudentError,
)
from app.policy.lateness import moment
from app.policy.names import nearest
from app.policy.release import releases_all_at_once
from app.policy.settings import AssignmentSettings
from app.services.roles import Caller, Right
from app.services.variants import variant_of
from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Posted:
    """A body as it came, and whether it is `json` or `yaml`; the student and the idempotency key that came with it."""

    text: str
    syntax: str
    student: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission that is on disk: its number inside, its id outside, and its student's number.

    It may have been there before (`repeated`); `open` says that what its sender sees is the
    report as it is: nothing withheld, and no override carried over from a submission that it is merged with.
    """

    number: int
    id: str
    student: int
    repeated: bool
    open: bool

    @property
    def owned(self) -> Owned:
        """As it is put in line."""
        return Owned(self.number, self.student)


class Entry(NamedTuple):
    """A submission that can be read, and whose it is."""

    posted: Posted
    student: str


def store(connection: Connection, caller: Caller, assignment: Assignment, entry: Entry, now: datetime) -> Stored:
    """Append a submission in a unit of work.

    Raises `KeyReusedError`, `NotOpenError`, `UnknownStudentError`, `LikelyTypoError` or `NoAttemptsLeftError`.
    """
    offered = Offered(caller.course.number, assignment.id)
    settings = settings_of(connection, offered)[1]
    shown = caller.may(Right.READ_ALL) or releases_all_at_once(settings)
    digest = _digest(offered, entry)
    known = _known(connection, caller, entry.posted.key, digest)
    if known:
        whose = submissions.whose(connection, known.number)
        return Stored(known.number, known.id, whose, repeated=True, open=shown)
    _check_open(caller, settings, now)
    student = _student(connection, caller, settings, entry.student, now)
    base = _base(connection, offered, student.number, settings)
    new = NewSubmission(
        id=uuid.uuid4().hex,
        course_number=caller.course.number,
        assignment=assignment.id,
        student_number=student.number,
        token_number=caller.token_number,
        received_at=now,
        base_number=base,
        variant=variant_of(caller.course.id, assignment, student.name),
        syntax=entry.posted.syntax,
        body=entry.posted.text,
    )
    number = submissions.add_submission(connection, new)
    if entry.posted.key is not None:
        kept = Kept(digest, number, new.id)
        attempts.keep_key(connection, caller.person_number, entry.posted.key, kept, now)
    return Stored(number, new.id, student.number, repeated=False, open=shown and base is None)


def _student(
    connection: Connection, caller: Caller, settings: AssignmentSettings, name: str, now: datetime
) -> StudentRecord:
    """The student called `name`, who is enrolled if new.

    Raises `LikelyTypoError` for a new name that is almost a student's, and `UnknownStudentError` for any beside a
    roster, unless the settings let new ones in.
    """
    alike = courses.students_like(connection, caller.course.number, name)
    if known := courses.student_among(alike, name):
        return known
    demand_no_typo(alike, name)
    if caller.course.roster_at and not settings.enrol_unknown:
        raise UnknownStudentError(_unknown(name, courses.student_names(connection, caller.course.number)))
    return StudentRecord(courses.enrol(connection, caller.course.number, name, now), name)


def demand_no_typo(alike: Sequence[StudentRecord], name: str) -> None:
    """Raise `LikelyTypoError` for a new name where students have almost the same."""
    if alike:
        raise LikelyTypoError(
            f"got the student {name!a}, and there is {alike[0].name!a}: they differ by case, form or blanks alone, so"
            " this is likely a typo; send the id as the course has it. If they are two people, let a roster bring both"
        )


def _unknown(name: str, known: Sequence[str]) -> str:
    like = nearest(name, known)
    hint = f"; the nearest known one is {like!a}" if like is not None else ""
    return (
        f"got the student {name!a}, who is not on the course's roster{hint}. Send an id of the roster, have it brought"
        " up to date, or let the assignment's setting `enrol_unknown` take in whoever is new"
    )


def _digest(offered: Offered, entry: Entry) -> str:
    """What makes two posts the same."""
    posted = entry.posted
    said = "\0".join((str(offered.course), offered.assignment, entry.student, posted.syntax, posted.text))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _known(connection: Connection, caller: Caller, key: str | None, digest: str) -> Kept | None:
    kept = attempts.kept_under(connection, caller.person_number, key) if key is not None else None
    if kept and kept.digest != digest:
        raise KeyReusedError(
            f"got the idempotency key {str(key)[:80]!r} again, with something else than before; take a new key for new"
            " answers"
        )
    return kept


def _check_open(caller: Caller, settings: AssignmentSettings, now: datetime) -> None:
    if settings.opens is None or caller.may(Right.READ_ALL):
        return
    opens = moment(settings.opens, ZoneInfo(caller.course.zone))
    if now < opens:
        raise NotOpenError(f"got a submission at {now:%Y-%m-%d %H:%M} UTC; this opens at {opens:%Y-%m-%d %H:%M} UTC")


def _base(connection: Connection, offered: Offered, person: int, settings: AssignmentSettings) -> int | None:
    """The submission that this one is merged with. Raises `NoAttemptsLeftError` if this one is one too many."""
    allowed = settings.attempts_allowed
    if allowed is None:
        return None
    earlier = attempts.earlier(connection, offered, person)
    if earlier.times >= allowed:
        raise NoAttemptsLeftError(
            f"got attempt {earlier.times + 1}; each student has {allowed} here, so this one was not kept. What was"
            " handed in before counts as it stands"
        )
    return earlier.last if settings.merge else None
