"""What is on record of a student's work on an assignment, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Details:
    """Personal data from a roster; empty where it was erased or never known."""

    given_name: str = ""
    family_name: str = ""
    email: str = ""
    student_number: str = ""


@dataclass(frozen=True, slots=True)
class Student:
    """A student of a course: `name` is the id that everybody uses; `due_at` is an extension."""

    number: int
    name: str
    section: str = ""
    details: Details = Details()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A person's word on an item: it stands in for the report's points. `by` is who said so."""

    points: Decimal
    reason: str
    by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission; `report` is JSON by the version that holds, if there is one; overrides are by item id."""

    number: int
    id: str
    received_at: datetime
    report: str | None = None
    failures: int = 0
    overrides: Mapping[str, Override] = field(default_factory=dict)
