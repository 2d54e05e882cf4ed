"""A course's settings for an assignment: deadlines, attempts, what counts, what is shown when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from grader.assignment import LatePolicy
from grader.frozen import Frozen


class Counts(StrEnum):
    """Which of a student's attempts counts."""

    LATEST = "latest"
    BEST = "best"


class Feedback(StrEnum):
    """When a student sees the points, verdicts and feedback of items of one kind."""

    AT_ONCE = "at_once"
    AFTER_DEADLINE = "after_deadline"
    BY_HAND = "by_hand"


_DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def _day_and_time(written: Any) -> Any:
    """Demand both: a day alone would be read as its first moment, which hardly anybody means by a deadline."""
    if isinstance(written, datetime) or (isinstance(written, str) and _DAY_AND_TIME.match(written)):
        return written
    raise ValueError("write a day and a time, as in 2026-11-30T23:59, by the clocks of the course, or with an offset,"
                     " as in 2026-11-30T23:59+01:00")  # fmt: skip


Moment = Annotated[
    datetime,
    BeforeValidator(_day_and_time),
    Field(description="without an offset: by the clocks of the course's zone", examples=["2026-11-30T23:59"]),
]
ItemKind = Literal["value", "formula", "derivation"]


MAX_MERGED = 200


class AssignmentSettings(Frozen):
    """What a course decides about an assignment. Without a `due` moment nothing is late.

    `grace_minutes` after `due` count as in time. `attempts` is how many each student has. `late` stands in for the
    rubric's own. With `merge`, answers that a submission leaves out are taken from the one before it. `feedback` is by
    kind of item, and `released` opens what is to be released by hand. With `enrol_unknown`, work for somebody who is
    not on the course's roster makes them a student; without, it is refused.
    """

    opens: Moment | None = None
    due: Moment | None = None
    grace_minutes: int = Field(default=0, ge=0, le=10_080)
    late: LatePolicy | None = None
    attempts: int | None = Field(default=None, ge=1, le=10_000)
    counts: Counts = Counts.LATEST
    merge: bool = False
    feedback: Mapping[ItemKind, Feedback] = Field(default_factory=dict)
    released: bool = False
    enrol_unknown: bool = False

    @model_validator(mode="after")
    def _deadline_to_wait_for(self) -> AssignmentSettings:
        if Feedback.AFTER_DEADLINE in self.feedback.values() and self.due is None:
            raise ValueError("`feedback` is to be shown after the deadline, and there is none; set `due` too")
        return self

    @property
    def attempts_allowed(self) -> int | None:
        """How many attempts each student has: with `merge` never more than 200, as each is read with all before it."""
        if not self.merge:
            return self.attempts
        return min(self.attempts or MAX_MERGED, MAX_MERGED)
