"""All reports of a submission: one by each version of the rubric and of the engine that graded it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db import regrades, rubrics
from app.db.database import Connection
from app.db.regrades import KeptReport
from app.db.submissions import Found
from app.errors.grades import UnknownVersionError
from app.policy.credit import credit_by
from app.policy.release import released_credit, withheld
from app.reports.standing import instant
from app.reports.submission import shown
from app.services.overrides import Desk
from app.services.read import read_submission_record, terms_for
from app.services.roles import Right


def list_reports(desk: Desk, submission_id: str) -> dict[str, Any]:
    """By which versions a submission was graded, when, and what it has by each, as far as the caller may see it.

    Raises `NotFoundError`.
    """
    found, kept, holds = _kept(desk, submission_id)
    current = [one.number for one in kept if one.rubric_version == holds][-1:]
    return {
        "submission": found.id,
        "assignment": found.assignment,
        "student": found.student,
        "reports": [
            _described(one, report, holds=one.number in current)
            for one, report in zip(kept, _seen(desk, found, kept), strict=True)
        ],
    }


def read_report(desk: Desk, submission_id: str, version: str) -> Mapping[str, Any]:
    """The last report by a version of the rubric. Raises as `list_reports` does, or `UnknownVersionError`."""
    found, kept, _ = _kept(desk, submission_id)
    by_version = [one for one in kept if one.rubric_version == version]
    if not by_version:
        known = ", ".join(dict.fromkeys(one.rubric_version for one in kept)) or "none yet"
        raise UnknownVersionError(f"got the version {version[:80]!r}; the submission has reports by: {known}")
    (report,) = _seen(desk, found, by_version[-1:])
    return report


def _kept(desk: Desk, submission_id: str) -> tuple[Found, Sequence[KeptReport], str | None]:
    found = read_submission_record(desk.database, desk.caller, submission_id)
    with desk.database.reading() as connection:
        kept = regrades.reports_of(connection, found.id)
        return found, kept, rubrics.active_version(connection, desk.caller.course.number, found.assignment)


def _seen(desk: Desk, found: Found, kept: Sequence[KeptReport]) -> Sequence[Mapping[str, Any]]:
    """Reports as the caller may see them: staff the whole of each, others what is released of its version's items."""
    with desk.database.reading() as connection:
        return [_released(desk, connection, found, one) for one in kept]


def _released(desk: Desk, connection: Connection, found: Found, one: KeptReport) -> Mapping[str, Any]:
    assignment = desk.shelf.version(one.rubric_version).assignment
    terms, due = terms_for(connection, desk.caller.course, assignment, found)
    whole = credit_by(one.body, {}, 0, terms.late)
    staff = desk.caller.may(Right.READ_ALL)
    hidden = {} if staff else withheld(terms.settings, due, desk.now)
    return shown(one.body, released_credit(whole, hidden, assignment, terms.late), to_staff=staff)


def _described(one: KeptReport, report: Mapping[str, Any], *, holds: bool) -> dict[str, Any]:
    withheld_points = {key: report[key] for key in ("not_released_points",) if key in report}
    return {
        "rubric_version": one.rubric_version,
        "engine_version": one.engine_version,
        "graded_at": instant(one.graded_at),
        "score": report["score"],
        "max_score": report["max_score"],
        "pending_points": report["pending_points"],
        "waiting_points": report["waiting_points"],
        **withheld_points,
        "holds": holds,
    }
