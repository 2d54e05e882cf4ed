"""Questions about the versions of an assignment's rubric: where each came from, since when it held, its key's audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, insert, or_, select

from app.db.tables import Activation, KeyAudit, Person, Rubric, RubricSource, Token


class NewSource(NamedTuple):
    """Where a version came from; without a course it is the operator's folder. `key` is the author's own answers."""

    rubric_version: str
    course_number: int | None
    token_number: int | None
    kept_at: datetime
    reason: str
    key: str | None


class Source(NamedTuple):
    """A version of a rubric as a course sees it: `by` is absent where the service loaded it by itself."""

    rubric_version: str
    kept_at: datetime
    by: str | None
    reason: str
    key: str | None


class Held(NamedTuple):
    """A version that held from a moment on, by whom, and why; `summary` is JSON."""

    number: int
    rubric_version: str
    since: datetime
    by: str | None
    reason: str
    summary: str


class Keyed(NamedTuple):
    """A version and a key that came with it."""

    rubric_version: str
    key: str


class NewKeyAudit(NamedTuple):
    """What one engine found in a key; `body` is the audit as JSON."""

    rubric_version: str
    engine_version: str
    audited_at: datetime
    key: str
    body: str


def add_source(connection: Connection, assignment: str, new: NewSource) -> bool:
    """Append where a version came from, unless it came with this key before; says whether it was new."""
    known = [
        one for one in sources(connection, new.course_number, assignment) if one.rubric_version == new.rubric_version
    ]
    if known and new.key in {None, known[-1].key}:
        return False
    connection.execute(insert(RubricSource), new._asdict())
    return True


def sources(connection: Connection, course: int | None, assignment: str) -> Sequence[Source]:
    """Where the versions came from that a course may use, in the order in which they came; None is the folder."""
    query = _sources().where(Rubric.assignment == assignment, _seen_by(course)).order_by(RubricSource.number)
    return [Source(*row) for row in connection.execute(query)]


def seen_text(connection: Connection, course: int, assignment: str, version: str) -> str | None:
    """The text of a version of an assignment, if the course may use it."""
    seen = exists().where(RubricSource.rubric_version == Rubric.version, _seen_by(course))
    return connection.scalar(
        select(Rubric.text).where(Rubric.version == version, Rubric.assignment == assignment, seen)
    )


def held(connection: Connection, course: int, assignment: str) -> Sequence[Held]:
    """Which versions held, oldest first; the last one holds."""
    query = (
        select(
            Activation.number, Activation.rubric_version, Activation.activated_at, Person.name,
            Activation.reason, Activation.summary,
        )
        .outerjoin(Token, Token.number == Activation.token_number)
        .outerjoin(Person, Person.number == Token.person_number)
        .where(Activation.course_number == course, Activation.assignment == assignment)
        .order_by(Activation.number)
    )  # fmt: skip
    return [Held(*row) for row in connection.execute(query)]


def unaudited(connection: Connection, engine_version: str) -> Sequence[Keyed]:
    """The keys that this engine has not audited, in the order in which they came."""
    same = and_(
        KeyAudit.rubric_version == RubricSource.rubric_version,
        KeyAudit.key == RubricSource.key,
        KeyAudit.engine_version == engine_version,
    )
    query = select(RubricSource.rubric_version, RubricSource.key).where(RubricSource.key.is_not(None))
    rows = connection.execute(query.where(~exists().where(same)).order_by(RubricSource.number))
    return list(dict.fromkeys(Keyed(version, key) for version, key in rows if key is not None))


def add_key_audit(connection: Connection, new: NewKeyAudit) -> None:
    """Append what was found in a key."""
    connection.execute(insert(KeyAudit), new._asdict())


def newest_key_audit(connection: Connection, keyed: Keyed) -> NewKeyAudit | None:
    """The last audit of a version's key."""
    query = select(
        KeyAudit.rubric_version, KeyAudit.engine_version, KeyAudit.audited_at, KeyAudit.key, KeyAudit.body
    ).where(KeyAudit.rubric_version == keyed.rubric_version, KeyAudit.key == keyed.key)
    row = connection.execute(query.order_by(KeyAudit.number.desc()).limit(1)).one_or_none()
    return NewKeyAudit(*row) if row else None


def _seen_by(course: int | None) -> ColumnElement[bool]:
    return or_(RubricSource.course_number.is_(None), RubricSource.course_number == course)


def _sources() -> Select[str, datetime, str | None, str, str | None]:
    return (
        select(RubricSource.rubric_version, RubricSource.kept_at, Person.name, RubricSource.reason, RubricSource.key)
        .join(Rubric, Rubric.version == RubricSource.rubric_version)
        .outerjoin(Token, Token.number == RubricSource.token_number)
        .outerjoin(Person, Person.number == Token.person_number)
    )
