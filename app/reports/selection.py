"""Which students a table has, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from app.policy.records import Student
from app.policy.standing import Standing, Status

_Key: TypeAlias = Callable[[Standing], Any]


class Sort(StrEnum):
    """By what rows are sorted; `-` in front turns it round. Students without what is sorted by come last either way."""

    STUDENT = "student"
    SECTION = "section"
    SCORE = "score"
    SUBMITTED_AT = "submitted_at"
    STUDENT_DOWN = "-student"
    SECTION_DOWN = "-section"
    SCORE_DOWN = "-score"
    SUBMITTED_AT_DOWN = "-submitted_at"


_KEYS: Mapping[str, _Key] = {
    Sort.STUDENT: lambda one: one.student.name,
    Sort.SECTION: lambda one: one.student.section or None,
    Sort.SCORE: lambda one: one.counted.credit.score if one.counted and one.counted.credit else None,
    Sort.SUBMITTED_AT: lambda one: one.counted.attempt.received_at if one.counted else None,
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Students of these sections and of these statuses (empty: all), who handed something in at or after `since`."""

    sections: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()
    since: datetime | None = None

    def has_student(self, student: Student) -> bool:
        """Whether a student may be in it, as far as can be said without looking at what they handed in."""
        return not self.sections or student.section in self.sections

    def has(self, standing: Standing) -> bool:
        """Whether a student is in it."""
        return (
            self.has_student(standing.student)
            and (not self.statuses or standing.status in self.statuses)
            and (self.since is None or any(self.is_new(one.attempt.received_at) for one in standing.attempts))
        )

    def is_new(self, received_at: datetime) -> bool:
        """Whether something that was received then is recent enough."""
        return self.since is None or received_at >= self.since


def in_order(standings: Iterable[Standing], sort: Sort) -> list[Student]:
    """The students in the order that is asked for; equals stay as they come. Only keys are held, not the standings."""
    down = sort.startswith("-")
    key = _KEYS[sort.removeprefix("-")]
    keyed = [(key(one), one.student) for one in standings]
    ranked = sorted((pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=down)
    return [student for _, student in ranked] + [student for value, student in keyed if value is None]
