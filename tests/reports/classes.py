"""A small class for tests of its tables: every status, an override, lateness, names that spreadsheets would run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from app.policy.records import Attempt, Details, Override, Student
from app.policy.settings import AssignmentSettings
from app.policy.standing import Standing, Terms, standing
from app.reports.identities import Naming, identities
from app.reports.outline import Outline
from app.reports.sheet import Sheet
from app.reports.table import Table, Writer
from grader.assignment import LatePolicy

OUTLINE = Outline("hw", "Homework", Decimal(5), (("a", Decimal(2)), ("b", Decimal(3))), ("deduction",))
WHEN = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)
DUE = WHEN - timedelta(hours=30)
IN_TIME = Terms(AssignmentSettings(), LatePolicy(), ZoneInfo("UTC"))
LATE = Terms(AssignmentSettings(due=DUE), LatePolicy(per_day=Decimal(10)), ZoneInfo("UTC"))
KEY = "the course's key"
SHEET = Sheet(OUTLINE, identities(Naming.IDS, KEY), WHEN)
MOST = {"a": 2, "b": 3}


def report(a: float | None, b: float | None, verdicts: Mapping[str, str] | None = None, **extra: float) -> str:
    """A report as it is stored: points of the items, None where a person is to decide; other `verdicts` by item."""
    usual = {None: "undecided", 0: "incorrect"}
    items = [
        {
            "id": key,
            "points": points,
            "verdict": (verdicts or {}).get(key, usual.get(points, "correct")),
            "max_points": MOST.get(key, 0),
            "feedback": f"What is said of {key}.",
            "evidence": {"kind": "comparison", "misreadings": ["the bias is left out"]} if points == 0 else None,
        }
        for key, points in {"a": a, "b": b, **extra}.items()
    ]
    return json.dumps({"rubric_version": "v1", "engine_version": "e1", "items": items})


def stands(student: str | Student, *reports: str | None, terms: Terms = IN_TIME, **attempt: Any) -> Standing:
    """Where a student stands who handed in once for each report."""
    who = student if isinstance(student, Student) else Student(crc32(student.encode()), student)
    attempts = [Attempt(n, f"{who.name}{n}", WHEN, text, **attempt) for n, text in enumerate(reports, 1)]
    return standing(who, attempts, terms)


OVERRIDE = Override(Decimal(1), "the sketch is right", "tina", WHEN)
FULL = Student(7, "gus", "B", Details("Gustav", "Ölmüller", "gus@example.org", "00123"))
STANDINGS = (
    stands("=ada", None, None, report(2, 1.5)),
    stands("bob, the 2nd", report(0, 0)),
    stands("cyd", report(2, None)),
    stands("dee", None),
    stands("eve", None, failures=1),
    stands("fay"),
    stands(FULL, report(2, 3, deduction=-2)),
    stands("hal", report(2, 0), overrides={"b": OVERRIDE}, terms=LATE),
)


def written(write: Writer, table: Table) -> bytes:
    """A table as it is written."""
    out = BytesIO()
    write(table, out)
    return out.getvalue()


def by_student(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows by their student."""
    return {row["student"]: row for row in rows}
