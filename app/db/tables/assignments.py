"""What is asked in a course: versions of rubrics, which of them holds, the course's settings, extensions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables.base import Base, UtcDateTime


class Rubric(Base):
    """A version of an assignment's rubric, kept so that a report can be read beside what it was graded by."""

    __tablename__ = "rubrics"

    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    assignment: Mapped[str] = mapped_column(String(80), index=True)
    text: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RubricSource(Base):
    """Where a version came from: the operator's folder, for every course, or somebody in a course, for that course.

    `key` is the author's own answers that came with it, as YAML or JSON; the last one written is audited.
    """

    __tablename__ = "rubric_sources"

    number: Mapped[int] = mapped_column(primary_key=True)
    rubric_version: Mapped[str] = mapped_column(ForeignKey("rubrics.version"), index=True)
    course_number: Mapped[int | None] = mapped_column(ForeignKey("courses.number"))
    token_number: Mapped[int | None] = mapped_column(ForeignKey("tokens.number"))
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    key: Mapped[str | None] = mapped_column(Text)


class KeyAudit(Base):
    """What the engine found in the key that came with a rubric's version; `body` is the audit as JSON."""

    __tablename__ = "key_audits"

    number: Mapped[int] = mapped_column(primary_key=True)
    rubric_version: Mapped[str] = mapped_column(ForeignKey("rubrics.version"), index=True)
    engine_version: Mapped[str] = mapped_column(String(20))
    audited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    key: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class Activation(Base):
    """From now on a rubric's version holds for an assignment of a course: the last one written counts.

    `token_number` is absent where the service did it by itself, for the first version of an assignment. `summary` is
    JSON: what the regrade that came with it changed.
    """

    __tablename__ = "activations"
    __table_args__ = (Index("ix_activations_offered", "course_number", "assignment"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    course_number: Mapped[int] = mapped_column(ForeignKey("courses.number"))
    assignment: Mapped[str] = mapped_column(String(80))
    rubric_version: Mapped[str] = mapped_column(ForeignKey("rubrics.version"))
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_number: Mapped[int | None] = mapped_column(ForeignKey("tokens.number"))
    reason: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)


class SettingsRecord(Base):
    """A course's settings for an assignment, as JSON: the last one written counts."""

    __tablename__ = "assignment_settings"
    __table_args__ = (Index("ix_assignment_settings_offered", "course_number", "assignment"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    course_number: Mapped[int] = mapped_column(ForeignKey("courses.number"))
    assignment: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_number: Mapped[int | None] = mapped_column(ForeignKey("tokens.number"))


class Extension(Base):
    """A student's own deadline: the last one written counts, and one without `due_at` takes it back."""

    __tablename__ = "extensions"
    __table_args__ = (Index("ix_extensions_offered", "course_number", "assignment"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    course_number: Mapped[int] = mapped_column(ForeignKey("courses.number"))
    assignment: Mapped[str] = mapped_column(String(80))
    person_number: Mapped[int] = mapped_column(ForeignKey("people.number"))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token_number: Mapped[int | None] = mapped_column(ForeignKey("tokens.number"))
