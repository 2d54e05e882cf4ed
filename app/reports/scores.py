"""The scores of a class: one row a student, of the submission that counts, as values and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.policy.credit import ItemCredit
from app.policy.standing import Standing, Status
from app.reports.standing import instant

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "student", "status", "score", "max_score", "pending_points", "days_late", "penalty",
    "attempts", "submission", "submitted_at",
)  # fmt: skip


def scores(asked: Mapping[str, Any], standings: Sequence[Standing]) -> Mapping[str, Any]:
    """The scores as values: for each student the total, and for each item its points and verdict."""
    return {
        "assignment": asked["id"],
        "max_score": asked["max_score"],
        "items": [{"id": item["id"], "max_points": item["points"]} for item in asked["items"]],
        "students": [_student(asked, standing) for standing in standings],
    }


def scores_csv(asked: Mapping[str, Any], standings: Sequence[Standing]) -> str:
    """The scores as CSV.

    An item's cell is a number where it is graded, the status where it is not (`pending`, `service_failure`), and
    empty where there is no submission.
    """
    rows = [_student(asked, standing) for standing in standings]
    known = [item["id"] for item in asked["items"]]
    extra = sorted({name for row in rows for name in row["items"]} - set(known))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([*_COLUMNS, *map(defused, [*known, *extra])])
    for row in rows:
        table.writerow([*(defused(row[name]) for name in _COLUMNS), *(_cell(row, name) for name in [*known, *extra])])
    return text.getvalue()


def defused(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers, also negative ones."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def _student(asked: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    counted = standing.counted
    credit = counted.credit if counted else None
    return {
        "student": standing.student.name,
        "status": standing.status.value,
        "score": number(credit.score) if credit else None,
        "max_score": asked["max_score"],
        "pending_points": number(credit.pending) if credit else None,
        "days_late": counted.days_late if counted else None,
        "penalty": number(credit.penalty) if credit else None,
        "attempts": len(standing.attempts),
        "submission": counted.attempt.id if counted else None,
        "submitted_at": instant(counted.attempt.received_at) if counted else None,
        "items": {item.id: _item(item) for item in credit.items} if credit else {},
    }


def _item(item: ItemCredit) -> dict[str, Any]:
    return {"points": number(item.points) if item.points is not None else None, "verdict": item.verdict}


def _cell(row: Mapping[str, Any], item: str) -> Any:
    if row["status"] in {Status.PENDING, Status.SERVICE_FAILURE}:
        return row["status"]
    found = row["items"].get(item)
    if found is None:
        return None
    return _word(found["verdict"]) if found["points"] is None else found["points"]


def _word(verdict: str) -> str:
    return "service_failure" if verdict == "service_failure" else "pending"


def number(points: Decimal) -> int | float:
    """Points as JSON and spreadsheets have them: a whole number where they are one."""
    return int(points) if points == int(points) else float(points)
