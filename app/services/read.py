"""Reading what is stored, as far as the caller may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.db import submissions
from app.db.attempts import parts
from app.db.book import Offered, overrides_of, settings_of
from app.db.database import Connection, Database
from app.db.submissions import Found
from app.db.terms import extension_of
from app.errors import NotFoundError
from app.policy.lateness import due_at
from app.policy.records import Attempt
from app.policy.release import released, withheld
from app.policy.standing import Terms, Valued, value
from app.reports.asked import asked
from app.reports.standing import instant, waiting
from app.reports.submission import shown
from app.services.roles import Caller, Right, Role
from app.services.rubrics import Shelf
from grader.assignment import Assignment
from grader.submission import read_submission


@dataclass(frozen=True, slots=True)
class Looked:
    """A submission as its reader may see it: what is known of it, and its report, or open points without one."""

    about: Mapping[str, Any]
    report: Mapping[str, Any]
    graded: bool


def look_at(database: Database, shelf: Shelf, caller: Caller, submission_id: str, now: datetime) -> Looked:
    """A submission that the caller may see.

    Raises `NotFoundError` for any other, in the same words whether it exists or not, so that ids can't be probed.
    """
    with database.reading() as connection:
        found = submissions.find(connection, caller.course.number, submission_id)
        if found is None or not _may_see(caller, found):
            raise NotFoundError(
                f"got the id {submission_id[:80]!r}; there is no such submission among those that you may see"
            )
        assignment = shelf.active(caller.course.number, found.assignment).assignment
        page = _page(connection, caller, found, assignment)
        sources = _sources(connection, found, assignment)
    staff = caller.may(Right.READ_ALL)
    valued = page.valued if staff else page.as_released(assignment, now)
    about = {
        "id": found.id,
        "student": found.student,
        "submitted_at": instant(found.received_at),
        "status": valued.status,
        "days_late": valued.days_late,
        "syntax": found.syntax,
        "body": found.body,
        **({"answers_from": sources} if sources else {}),
    }
    if found.report is None or valued.credit is None:
        return Looked(about, waiting(asked(assignment), valued.status), graded=False)
    return Looked(about, shown(found.report, valued.credit, to_staff=staff), graded=True)


@dataclass(frozen=True, slots=True)
class _Page:
    """An attempt by the terms that hold for its student."""

    valued: Valued
    terms: Terms
    due: datetime | None

    def as_released(self, assignment: Assignment, now: datetime) -> Valued:
        settings = self.terms.settings
        closes = self.due + timedelta(minutes=settings.grace_minutes) if self.due else None
        return released(self.valued, withheld(settings, closes, now), assignment, self.terms.late)
