"""What was handed in and what became of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables.base import Base, Points, UtcDateTime


class Submission(Base):
    """A body as it was sent. `number` is the order of arrival, `id` is what the world calls it.

    `base_number` is the earlier submission whose answers hold where this one has none, in a course that merges.
    `variant` names the student's own variant of the homework, where it has variants.
    """

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_offered", "course_number", "assignment"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    course_number: Mapped[int] = mapped_column(ForeignKey("courses.number"))
    assignment: Mapped[str] = mapped_column(String(80))
    student_number: Mapped[int] = mapped_column(ForeignKey("people.number"), index=True)
    token_number: Mapped[int] = mapped_column(ForeignKey("tokens.number"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    base_number: Mapped[int | None] = mapped_column(ForeignKey("submissions.number"))
    variant: Mapped[str | None] = mapped_column(String(80))
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


class Override(Base):
    """A person's word on one item of a submission: the last one written counts, and one without points takes it back.

    It stands beside the reports and outlives them: a regrade changes reports only.
    """

    __tablename__ = "overrides"

    number: Mapped[int] = mapped_column(primary_key=True)
    submission_number: Mapped[int] = mapped_column(ForeignKey("submissions.number"), index=True)
    item: Mapped[str] = mapped_column(String(80))
    points: Mapped[Decimal | None] = mapped_column(Points)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_number: Mapped[int] = mapped_column(ForeignKey("tokens.number"))


class IdempotencyKey(Base):
    """A key that a sender gave to a submission, with the digest of what was sent under it."""

    __tablename__ = "idempotency_keys"

    person_number: Mapped[int] = mapped_column(ForeignKey("people.number"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    submission_number: Mapped[int] = mapped_column(ForeignKey("submissions.number"))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
