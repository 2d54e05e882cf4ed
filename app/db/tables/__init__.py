"""The tables. What was handed in, graded or decided is appended and never changed; the engine refuses to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Delete, Engine, Executable, Update, event

from app.db.tables.assignments import Activation, Extension, KeyAudit, Rubric, RubricSource, SettingsRecord
from app.db.tables.base import Base
from app.db.tables.people import AuditEntry, Course, Member, Person, PersonDetails, SpentIdentity, Token
from app.db.tables.records import Failure, IdempotencyKey, Override, Report, Submission

__all__ = [
    "APPENDED_ONLY",
    "Activation",
    "AuditEntry",
    "Base",
    "Course",
    "Extension",
    "Failure",
    "IdempotencyKey",
    "KeyAudit",
    "Member",
    "Override",
    "Person",
    "PersonDetails",
    "Report",
    "Rubric",
    "RubricSource",
    "SettingsRecord",
    "SpentIdentity",
    "Submission",
    "Token",
]

_APPENDED = (
    Rubric, RubricSource, KeyAudit, Activation, SettingsRecord, Extension,
    Submission, Report, Failure, Override, IdempotencyKey, AuditEntry,
)  # fmt: skip
APPENDED_ONLY = frozenset(kind.__tablename__ for kind in _APPENDED)


@event.listens_for(Engine, "before_execute")
def _append_only(_connection: Connection, statement: Executable, *_: Any) -> None:
    if isinstance(statement, Update | Delete) and statement.table.description in APPENDED_ONLY:
        raise TypeError(f"{statement.table.description} is append-only: write a new record instead of changing one")
