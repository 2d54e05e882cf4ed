"""The tables. Submissions, reports and failures are appended and never changed; the engine refuses to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Executable,
    ForeignKey,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Update,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in Python, naive UTC in the database, whatever the database makes of zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Take the zone off, in UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Put UTC back."""
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """The base of all tables; constraints have names so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Person(Base):
    """Somebody who submits or looks. Records point here, so that a name can be erased and the records stay."""

    __tablename__ = "people"

    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Token(Base):
    """A way in, for one person in one role. Only the token's SHA-256 digest is kept."""

    __tablename__ = "tokens"

    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    person_number: Mapped[int] = mapped_column(ForeignKey("people.number"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Rubric(Base):
    """A version of an assignment's rubric, kept so that a report can be read beside what it was graded by."""

    __tablename__ = "rubrics"

    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    assignment: Mapped[str] = mapped_column(String(80), index=True)
    text: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Submission(Base):
    """A body as it was sent. `number` is the order of arrival, `id` is what the world calls it."""

    __tablename__ = "submissions"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    assignment: Mapped[str] = mapped_column(String(80), index=True)
    student_number: Mapped[int] = mapped_column(ForeignKey("people.number"), index=True)
    token_number: Mapped[int] = mapped_column(ForeignKey("tokens.number"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    syntax: Mapped[str] = mapped_column(String(4))
    body: Mapped[str] = mapped_column(Text)


class Report(Base):
    """What a submission earned by one rubric version and one engine version: a function of the three, so kept once."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("submission_number", "rubric_version", "engine_version"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    submission_number: Mapped[int] = mapped_column(ForeignKey("submissions.number"))
    rubric_version: Mapped[str] = mapped_column(ForeignKey("rubrics.version"))
    engine_version: Mapped[str] = mapped_column(String(20))
    graded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)


class Failure(Base):
    """A grading that broke: a fault of the service, never a grade."""

    __tablename__ = "failures"

    number: Mapped[int] = mapped_column(primary_key=True)
    submission_number: Mapped[int] = mapped_column(ForeignKey("submissions.number"), index=True)
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)


APPENDED_ONLY = frozenset(kind.__tablename__ for kind in (Rubric, Submission, Report, Failure))


@event.listens_for(Engine, "before_execute")
def _append_only(_connection: Connection, statement: Executable, *_: Any) -> None:
    if isinstance(statement, Update | Delete) and statement.table.description in APPENDED_ONLY:
        raise TypeError(f"{statement.table.description} is append-only: write a new record instead of changing one")
