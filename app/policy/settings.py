"""A course's settings for an assignment: deadlines, attempts, what counts, what is shown when."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, NaiveDatetime

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


Moment = Annotated[
    AwareDatetime | NaiveDatetime, Field(description="without an offset: by the clocks of the course's zone")
]
ItemKind = Literal["value", "formula", "derivation"]


class AssignmentSettings(Frozen):
    """What a course decides about an assignment. Without a `due` moment nothing is late.

    `grace_minutes` after `due` count as in time. `attempts` is how many each student has. `late` stands in for the
    rubric's own. With `merge`, answers that a submission leaves out are taken from the one before it. `feedback` is by
    kind of item, and `released` opens what is to be released by hand.
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
