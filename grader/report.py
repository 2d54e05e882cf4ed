"""What grading gives: a report with one result for each item, and an audit with one line for each printed figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, PlainSerializer

from grader.frozen import Frozen


def _as_number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


Points = Annotated[Decimal, PlainSerializer(_as_number, when_used="json")]
"""Points are decimals in Python and plain numbers in JSON (multiples of 0.5 are exact in both)."""


class Verdict(StrEnum):
    """What was found of an item's answer; the last three leave its points open."""

    CORRECT = "correct"
    FOLLOW_THROUGH = "follow_through"
    SLIP = "slip"
    MINOR_MISTAKE = "minor_mistake"
    INCORRECT = "incorrect"
    NOT_WORKED_OUT = "not_worked_out"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNDECIDED = "undecided"
    NOT_GRADED_YET = "not_graded_yet"
    SERVICE_FAILURE = "service_failure"

    @property
    def pending(self) -> bool:
        """Whether the item's points are still open."""
        return self in {Verdict.UNDECIDED, Verdict.NOT_GRADED_YET, Verdict.SERVICE_FAILURE}


class ItemResult(Frozen):
    """One item's points, verdict, sentence for the student, and the evidence behind it."""

    id: str
    points: Points | None
    max_points: Points
    verdict: Verdict
    feedback: str
    evidence: Mapping[str, Any] | None = None


class GradeReport(Frozen):
    """The whole of a graded submission; equal submissions, rubrics and engines give equal reports, byte for byte.

    `variant` stands in it only where the student has numbers of their own.
    """

    assignment: str
    rubric_version: str
    engine_version: str
    score: Points
    max_score: Points
    pending_points: Points
    items: tuple[ItemResult, ...]
    variant: str | None = Field(default=None, exclude_if=lambda name: name is None)


class FigureVerdict(StrEnum):
    """What an audit finds of one printed figure."""

    RIGHT = "right"
    TRUNCATED = "truncated"
    CARRIED = "carried"
    FOLLOWS = "follows"
    WRONG = "wrong"


class Figure(Frozen):
    """One printed number of a key: as printed, as it should be printed, and what explains a difference.

    `from` names the figures that a `carried` or `follows` figure was computed from.
    """

    key: str
    printed: str
    right: str
    verdict: FigureVerdict
    from_: tuple[str, ...] = Field(default=(), serialization_alias="from")
    note: str = ""


class Audit(Frozen):
    """A key's figures, and the report that the key would earn as a submission."""

    figures: tuple[Figure, ...]
    items: tuple[ItemResult, ...]
    score: Points
    max_score: Points
