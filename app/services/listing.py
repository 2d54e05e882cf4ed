"""Lists of submissions with what became of each, as far as the caller may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.db.listing import Listed, Wanted, submissions
from app.db.page import Page, Slice
from app.policy.lateness import moment
from app.policy.standing import Status
from app.services.overrides import Desk
from app.services.roles import Right, Role
from app.services.standing import standings

LOOKED_THROUGH = 500


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; `statuses` of whatever there is, if there are none."""

    assignment: str | None = None
    student: str | None = None
    statuses: Collection[Status] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A submission of a list."""

    listed: Listed
    status: Status

    @property
    def number(self) -> int:
        """Its place in the order."""
        return self.listed.number


def list_submissions(desk: Desk, filters: Filters, page: Page) -> Slice[Row]:
    """A page of the submissions that the caller may see, newest first.

    By status at most 500 are looked through for a page, which may then be short, or empty, and not the last.
    """
    looked = LOOKED_THROUGH if filters.statuses else page.limit
    with desk.database.reading() as connection:
        found = submissions(connection, _wanted(desk, filters), page.after, looked + 1)
    statuses = _statuses(desk, found[:looked])
    rows = [Row(one, statuses[one.number]) for one in found[:looked]]
    kept = [row for row in rows if not filters.statuses or row.status in filters.statuses]
    if len(kept) > page.limit:
        return Slice(kept[: page.limit], kept[page.limit - 1].number)
    return Slice(kept, rows[-1].number if len(found) > looked else None)


def _wanted(desk: Desk, filters: Filters) -> Wanted:
    """Staff see all, a CI what it sent, a student their own."""
    caller = desk.caller
    since = moment(filters.since, ZoneInfo(caller.course.zone)) if filters.since else None
    wanted = Wanted(caller.course.number, filters.assignment, filters.student, since=since)
    if caller.may(Right.READ_ALL):
        return wanted
    if caller.role is Role.CI:
        return wanted._replace(sender_number=caller.person_number)
    return wanted._replace(student_number=caller.person_number)


def _statuses(desk: Desk, found: Sequence[Listed]) -> Mapping[int, Status]:
    """The status of each of these submissions, and of others by the same students, by number."""
    by_assignment: dict[str, set[int]] = defaultdict(set)
    for one in found:
        by_assignment[one.assignment].add(one.student_number)
    return {
        valued.attempt.number: valued.status
        for assignment, people in by_assignment.items()
        for standing, _ in standings(desk, assignment, people)
        for valued in standing.attempts
    }
