"""What a student has handed in before, and the keys by which a repeat is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select

from app.db.book import Offered
from app.db.tables import IdempotencyKey, Submission


class Earlier(NamedTuple):
    """How often a student has handed in, and the number of their last submission."""

    times: int
    last: int | None


class Part(NamedTuple):
    """One of the bodies that are graded together."""

    id: str
    syntax: str
    body: str


class Body(NamedTuple):
    """A body as it was sent, whose it is, and the submission whose answers hold where it has none."""

    number: int
    student_number: int
    base_number: int | None
    syntax: str
    body: str


class Kept(NamedTuple):
    """A key that was used: the digest of what was sent under it, and the submission."""

    digest: str
    number: int
    id: str


_EARLIER = select(func.count(), func.max(Submission.number)).where(
    Submission.student_number == bindparam("person"),
    Submission.course_number == bindparam("course"),
    Submission.assignment == bindparam("assignment"),
)
_KEPT = (
    select(IdempotencyKey.digest, Submission.number, Submission.id)
    .join(Submission, Submission.number == IdempotencyKey.submission_number)
    .where(IdempotencyKey.person_number == bindparam("person"), IdempotencyKey.key == bindparam("key"))
)
_ADD_KEY = insert(IdempotencyKey)


def earlier(connection: Connection, offered: Offered, person: int) -> Earlier:
    """What a student has handed in so far."""
    return Earlier(*connection.execute(_EARLIER, {"person": person, **offered._asdict()}).one())


def parts(connection: Connection, number: int) -> Sequence[Part]:
    """A submission and those whose answers hold where it has none, oldest first."""
    link = select(Submission.number, Submission.base_number)
    chain = link.where(Submission.number == number).cte("chain", recursive=True)
    chain = chain.union_all(link.join(chain, chain.c.base_number == Submission.number))
    query = select(Submission.id, Submission.syntax, Submission.body).join(chain, chain.c.number == Submission.number)
    return [Part(*row) for row in connection.execute(query.order_by(Submission.number))]


def bodies_of(connection: Connection, offered: Offered, people: Collection[int]) -> Sequence[Body]:
    """All that these people handed in, oldest first."""
    query = select(
        Submission.number, Submission.student_number, Submission.base_number, Submission.syntax, Submission.body
    ).where(
        Submission.course_number == offered.course,
        Submission.assignment == offered.assignment,
        Submission.student_number.in_(people),
    )
    return [Body(*row) for row in connection.execute(query.order_by(Submission.number))]


def kept_under(connection: Connection, person: int, key: str) -> Kept | None:
    """What a sender has sent under a key."""
    row = connection.execute(_KEPT, {"person": person, "key": key}).one_or_none()
    return Kept(*row) if row else None


def keep_key(connection: Connection, person: int, key: str, kept: Kept, now: datetime) -> None:
    """Append that a sender has used a key."""
    row = {
        "person_number": person,
        "key": key,
        "digest": kept.digest,
        "submission_number": kept.number,
        "used_at": now,
    }
    connection.execute(_ADD_KEY, row)
