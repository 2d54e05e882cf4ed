"""All reports of a submission: one by each version of the rubric and of the engine that graded it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.db import regrades, rubrics
from app.db.database import Database
from app.db.regrades import KeptReport
from app.db.submissions import Found
from app.errors.grades import UnknownVersionError
from app.reports.standing import instant
from app.services.read import read_submission_record
from app.services.roles import Caller, Right


def list_reports(database: Database, caller: Caller, submission_id: str) -> dict[str, Any]:
    """By which versions a submission was graded, when, and what it has by each.

    Raises `ForbiddenError` or `NotFoundError`.
    """
    found, kept, holds = _kept(database, caller, submission_id)
    current = [one.number for one in kept if one.rubric_version == holds][-1:]
    return {
        "submission": found.id,
        "assignment": found.assignment,
        "student": found.student,
        "reports": [_described(one, holds=one.number in current) for one in kept],
    }


def read_report(database: Database, caller: Caller, submission_id: str, version: str) -> str:
    """The last report by a version of the rubric, as JSON. Raises as `list_reports` does, or `UnknownVersionError`."""
    _, kept, _ = _kept(database, caller, submission_id)
    bodies = [one.body for one in kept if one.rubric_version == version]
    if not bodies:
        known = ", ".join(dict.fromkeys(one.rubric_version for one in kept)) or "none yet"
        raise UnknownVersionError(f"got the version {version[:80]!r}; the submission has reports by: {known}")
    return bodies[-1]


def _kept(database: Database, caller: Caller, submission_id: str) -> tuple[Found, Sequence[KeptReport], str | None]:
    caller.demand(Right.READ_ALL)
    found = read_submission_record(database, caller, submission_id)
    with database.reading() as connection:
        kept = regrades.reports_of(connection, found.id)
        return found, kept, rubrics.active_version(connection, caller.course.number, found.assignment)


def _described(one: KeptReport, *, holds: bool) -> dict[str, Any]:
    report = json.loads(one.body)
    return {
        "rubric_version": one.rubric_version,
        "engine_version": one.engine_version,
        "graded_at": instant(one.graded_at),
        "score": report["score"],
        "max_score": report["max_score"],
        "pending_points": report["pending_points"],
        "holds": holds,
    }
