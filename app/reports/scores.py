"""The scores of a class: one row a student, of the submission that counts (the latest), as values and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from app.reports.standing import Standing, Status

COUNTS = "latest"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = ("student", "status", "score", "max_score", "pending_points", "attempts", "submission", "submitted_at")


def scores(asked: Mapping[str, Any], standings: Sequence[Standing]) -> Mapping[str, Any]:
    """The scores as values: for each student the total, and for each item its points and verdict."""
    return {
        "assignment": asked["id"],
        "counts": COUNTS,
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
    report = standing.outcome
    return {
        "student": standing.student,
        "status": standing.status.value,
        "score": report.get("score"),
        "max_score": asked["max_score"],
        "pending_points": report.get("pending_points"),
        "attempts": standing.attempts,
        "submission": standing.id,
        "submitted_at": standing.submitted_at,
        "items": {item["id"]: {key: item[key] for key in ("points", "verdict")} for item in report.get("items", ())},
    }


def _cell(row: Mapping[str, Any], item: str) -> Any:
    if row["status"] in {Status.PENDING, Status.SERVICE_FAILURE}:
        return row["status"]
    found = row["items"].get(item)
    if found is None:
        return None
    return _word(found["verdict"]) if found["points"] is None else found["points"]


def _word(verdict: str) -> str:
    return "service_failure" if verdict == "service_failure" else "pending"
