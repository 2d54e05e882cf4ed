"""A second set of books: every student's score worked out from the append-only tables alone.

Nothing here comes from app.policy or app.db: plain SQL, plain Python. The course's clocks show UTC, and attempts are
not merged.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from pathlib import Path
from typing import Any

_LAST = "SELECT * FROM {table} WHERE assignment = 'hw6' ORDER BY number DESC LIMIT 1"
WAIT = {"unreadable", "undecided", "service_failure"}
_REPORTS = """
    SELECT s.number, s.student_number, s.received_at, r.body,
           (SELECT count(*) FROM failures f WHERE f.submission_number = s.number) AS failures
    FROM submissions s LEFT JOIN reports r ON r.number =
        (SELECT max(number) FROM reports WHERE submission_number = s.number AND rubric_version = ?)
    WHERE s.assignment = 'hw6' ORDER BY s.number
"""


@dataclass(frozen=True)
class Entry:
    """What a student has: `score` is None where there is none; `waiting` is how many answers wait for a person."""

    status: str
    score: Decimal | None = None
    waiting: int = 0


def books(file: Path) -> Mapping[str, Entry]:
    """Every student's entry, by name."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        names = dict(
            tuple(row)
            for row in database.execute(
                "SELECT p.number, p.name FROM members m JOIN people p ON p.number = m.person_number"
                " WHERE m.role = 'student'"
            )
        )
        settings = _settings(database)
        version = database.execute(_LAST.format(table="activations")).fetchone()["rubric_version"]
        words, due = _words(database), _extensions(database)
        attempts: dict[int, list[Entry]] = defaultdict(list)
        for row in database.execute(_REPORTS, (version,)):
            own_due = due.get(row["student_number"])
            attempts[row["student_number"]].append(_entry(row, words, settings, own_due))
    return {name: _counted(attempts[number], settings) for number, name in names.items()}


def _settings(database: sqlite3.Connection) -> Mapping[str, Any]:
    row = database.execute(_LAST.format(table="assignment_settings")).fetchone()
    return json.loads(row["body"]) if row else {}


def _words(database: sqlite3.Connection) -> Mapping[tuple[int, str], str | None]:
    """The last word on each item of each submission: points as text, or None where it was taken back."""
    rows = database.execute("SELECT submission_number, item, points FROM overrides ORDER BY number")
    return {(row["submission_number"], row["item"]): row["points"] for row in rows}


def _extensions(database: sqlite3.Connection) -> Mapping[int, datetime | None]:
    rows = database.execute("SELECT person_number, due_at FROM extensions WHERE assignment = 'hw6' ORDER BY number")
    return {row["person_number"]: row["due_at"] and _moment(row["due_at"]) for row in rows}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def _entry(
    row: sqlite3.Row, words: Mapping[tuple[int, str], str | None], settings: Mapping[str, Any], own: datetime | None
) -> Entry:
    if row["body"] is None:
        return Entry("service_failure" if row["failures"] else "pending")
    points, waiting = [], 0
    for item in json.loads(row["body"], parse_float=Decimal)["items"]:
        word = words.get((row["number"], item["id"]))
        points.append(item["points"] if word is None else Decimal(word))
        waiting += word is None and item["verdict"] in WAIT and item["max_points"] > 0
    earned = sum((Decimal(one) for one in points if one is not None), Decimal(0))
    score = earned - _cost(earned, _days(_moment(row["received_at"]), settings, own), settings.get("late"))
    return Entry("partly_graded" if None in points or waiting else "graded", score, waiting)


def _days(received: datetime, settings: Mapping[str, Any], own: datetime | None) -> int:
    if not settings.get("due"):
        return 0
    due = max(_moment(settings["due"]), own) if own else _moment(settings["due"])
    over = received - due
    return ceil(over / timedelta(days=1)) if over > timedelta(minutes=settings["grace_minutes"]) else 0


def _cost(earned: Decimal, days: int, late: Mapping[str, Any] | None) -> Decimal:
    if not late:
        return Decimal(0)
    if late["cut_off_days"] is not None and days > late["cut_off_days"]:
        return earned
    percent = min(Decimal(str(late["per_day"])) * days, Decimal(str(late["at_most"])))
    return (max(earned, Decimal(0)) * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _counted(attempts: list[Entry], settings: Mapping[str, Any]) -> Entry:
    if not attempts:
        return Entry("missing")
    scored = [one for one in attempts if one.score is not None]
    if settings.get("counts") == "best" and scored:
        return max(reversed(scored), key=lambda one: one.score or 0)
    return attempts[-1]


def final_grades(entries: Mapping[str, Entry], *, zeros_meant: bool = False) -> Mapping[str, Decimal]:
    """What a gradebook may have: the scores of those for whom nothing waits, or of all where zeros are meant."""
    return {
        name: entry.score.quantize(Decimal("0.01"), ROUND_HALF_UP)
        for name, entry in entries.items()
        if entry.score is not None and (entry.status == "graded" or (zeros_meant and entry.waiting))
    }


def waiting(entries: Mapping[str, Entry]) -> Mapping[str, int]:
    """How many answers wait, and of how many students."""
    counts = [entry.waiting for entry in entries.values() if entry.waiting]
    return {"answers": sum(counts), "students": len(counts)}
