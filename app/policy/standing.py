"""Where a student stands with an assignment: which attempt counts, and what it is worth.

Everything here is derived from the records whenever it is read. So an extension that is granted later, a new setting
or a withdrawn override hold at once, for everybody, and nothing has to be computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from zoneinfo import ZoneInfo

from app.policy.credit import Credit, credit
from app.policy.lateness import days_late, due_at
from app.policy.records import Attempt, Student
from app.policy.settings import AssignmentSettings, Counts
from grader.assignment import LatePolicy


class Status(StrEnum):
    """What became of a student's submission; by `graded` alone every point is settled and none waits."""

    MISSING = "missing"
    PENDING = "pending"
    SERVICE_FAILURE = "service_failure"
    PARTLY_GRADED = "partly_graded"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Terms:
    """By what an assignment is counted in a course: its settings, what lateness costs, and the zone of its clocks."""

    settings: AssignmentSettings
    late: LatePolicy
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Valued:
    """An attempt with what it is `worth`, which is worked out only when it is asked for.

    Most attempts of a class are never asked, and reading a report takes longer than all else about it.
    """

    attempt: Attempt
    days_late: int
    worth: Callable[[], Credit | None]

    @property
    def credit(self) -> Credit | None:
        """What it is worth, or None while it has no report."""
        return self.worth()

    @property
    def status(self) -> Status:
        """Where the attempt is on its way to graded."""
        if self.credit is None:
            return Status.SERVICE_FAILURE if self.attempt.failures else Status.PENDING
        return Status.PARTLY_GRADED if self.credit.pending or self.credit.waiting else Status.GRADED


@dataclass(frozen=True, slots=True)
class Standing:
    """A student with the attempt that counts, if there is one, and all attempts, oldest first."""

    student: Student
    due_at: datetime | None
    counted: Valued | None
    attempts: tuple[Valued, ...]

    @property
    def status(self) -> Status:
        """The status of the attempt that counts."""
        return Status.MISSING if self.counted is None else self.counted.status


def standing(student: Student, attempts: Sequence[Attempt], terms: Terms) -> Standing:
    """Where a student stands; `attempts` are oldest first."""
    due = due_at(terms.settings, student.due_at, terms.zone)
    valued = tuple(value(attempt, due, terms) for attempt in attempts)
    return Standing(student, due, _counted(valued, terms.settings.counts), valued)


def value(attempt: Attempt, due: datetime | None, terms: Terms) -> Valued:
    """What one attempt is worth, for a student whose deadline is `due`."""
    late = days_late(attempt.received_at, due, timedelta(minutes=terms.settings.grace_minutes), terms.zone)
    return Valued(attempt, late, cache(partial(credit, attempt, late, terms.late)))


def _counted(valued: Sequence[Valued], counts: Counts) -> Valued | None:
    """The latest, or the best of those that are graded, and among equals the latest."""
    if counts is Counts.BEST and (graded := [one for one in valued if one.credit is not None]):
        return max(graded, key=lambda one: (one.credit.score if one.credit else 0, one.attempt.number))
    return valued[-1] if valued else None
