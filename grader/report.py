"""What grading gives: a report with one result for each item, and an audit with one line for each printed figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, PlainSerializer

from grader.frozen import Frozen


def _as_number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


Points = Annotated[Decimal, PlainSerializer(_as_number, when_used="json")]
"""Points are decimals in Python and plain numbers in JSON (multiples of 0.5 are exact in both)."""


class Tone(StrEnum):
    """What a verdict is to its reader, whatever colour or sign a page or a terminal has for it."""

    GOOD = "good"
    PART = "part"
    BAD = "bad"
    ABSENT = "absent"
    OPEN = "open"
    FAULT = "fault"


class _Found(StrEnum):
    """What is found of an answer or a figure: a row has its word, its tone, and what it leaves undone.

    `pending`: the item's points are open. `waits`: a person has to look, or the student to hand in again; whatever
    points the item has by then, it is no zero.
    """

    tone: Tone
    pending: bool
    waits: bool

    def __new__(cls, word: str, tone: Tone = Tone.OPEN, *undone: str) -> Self:
        """A row of the table; `Verdict(word)` finds one, for which type checkers want a tone by default."""
        found = str.__new__(cls, word)
        found._value_ = word
        found.tone = tone
        found.pending, found.waits = "pending" in undone, "waits" in undone
        return found


class Verdict(_Found):
    """What was found of an item's answer."""

    CORRECT = "correct", Tone.GOOD
    FOLLOW_THROUGH = "follow_through", Tone.GOOD
    SLIP = "slip", Tone.PART
    MINOR_MISTAKE = "minor_mistake", Tone.PART
    INCORRECT = "incorrect", Tone.BAD
    NOT_WORKED_OUT = "not_worked_out", Tone.BAD
    MISSING = "missing", Tone.ABSENT
    UNREADABLE = "unreadable", Tone.BAD, "waits"
    UNDECIDED = "undecided", Tone.OPEN, "pending", "waits"
    NOT_GRADED_YET = "not_graded_yet", Tone.OPEN, "pending"
    SERVICE_FAILURE = "service_failure", Tone.FAULT, "pending", "waits"


class ItemResult(Frozen):
    """One item's points, verdict, sentence for the student, and the evidence behind it.

    `waiting` is the verdict's, and stands in JSON only where it is true.
    """

    id: str
    points: Points | None
    max_points: Points
    verdict: Verdict
    feedback: str
    evidence: Mapping[str, Any] | None = None
    waiting: bool = Field(default_factory=lambda known: known["verdict"].waits, exclude_if=lambda waits: not waits)


class GradeReport(Frozen):
    """The whole of a graded submission; equal submissions, rubrics and engines give equal reports, byte for byte.

    `pending_points` are those of items whose points are open, `waiting_points` those of items that wait for a person.
    `variant` stands in it only where the student has numbers of their own.
    """

    assignment: str
    rubric_version: str
    engine_version: str
    score: Points
    max_score: Points
    pending_points: Points
    waiting_points: Points
    items: tuple[ItemResult, ...]
    variant: str | None = Field(default=None, exclude_if=lambda name: name is None)


class FigureVerdict(_Found):
    """What an audit finds of one printed figure."""

    RIGHT = "right", Tone.GOOD
    TRUNCATED = "truncated", Tone.GOOD
    CARRIED = "carried", Tone.GOOD
    FOLLOWS = "follows", Tone.PART
    WRONG = "wrong", Tone.BAD


_TONES: Mapping[str, Tone] = {verdict: verdict.tone for verdict in (*Verdict, *FigureVerdict)}


def tone_of(verdict: str) -> Tone:
    """The tone of a verdict by its word; what is no verdict, such as `not_released`, is open."""
    return _TONES.get(verdict, Tone.OPEN)


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
