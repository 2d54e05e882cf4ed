"""Taking in a submission: refused as a whole, or on disk."""

from __future__ import annotations

import re
from datetime import datetime

from app.db.database import Database
from app.errors import ForbiddenError, StudentNeededError
from app.errors.submitting import BadKeyError
from app.policy.names import composed
from app.services.roles import Caller, Right, Role, checked_name
from app.services.store import Entry, Posted, Stored, store
from grader.assignment import Assignment
from grader.submission import read_submission

_KEY = re.compile(r"[\x20-\x7e]{1,200}")


def submit(database: Database, caller: Caller, assignment: Assignment, posted: Posted, now: datetime) -> Stored:
    """Store a submission durably, or find it if it was sent before under the same key.

    Raises `EnvelopeError` for a bad envelope, `ForbiddenError`, `StudentNeededError` or `BadNameError` for a bad
    `student`, and what `store` raises; then nothing is stored.
    """
    entry = checked(caller, assignment, posted)
    with database.writing() as connection:
        return store(connection, caller, assignment, entry, now)


def checked(caller: Caller, assignment: Assignment, posted: Posted) -> Entry:
    """A submission that may be stored as far as can be told from itself; raises as `submit` does."""
    caller.demand(Right.SUBMIT if caller.role is Role.STUDENT else Right.SUBMIT_FOR_OTHERS)
    if posted.key is not None and not _KEY.fullmatch(posted.key):
        raise BadKeyError(f"got the idempotency key {posted.key[:80]!a}; a key has 1 to 200 printable ASCII characters")
    envelope = read_submission(posted.text, assignment.answer_ids, syntax=posted.syntax)
    named = {composed(name) for name in (envelope.student, posted.student) if name is not None}
    if len(named) > 1:
        raise StudentNeededError(f"got two students, {' and '.join(sorted(map(ascii, named)))}; name one of them")
    return Entry(posted, _student(caller, next(iter(named), None)))


def _student(caller: Caller, named: str | None) -> str:
    if caller.role is not Role.STUDENT:
        if named is None:
            raise StudentNeededError(f"got no `student` from a token of the role {caller.role}; name the student whose"
                                ' submission it is: {"student": "...", "answers": {...}}')  # fmt: skip
        return checked_name(named)
    if named is not None and composed(named) != composed(caller.name):
        raise ForbiddenError(
            "got a `student` other than yourself; a student hands in for themselves: leave the key out"
        )
    return caller.name
