"""What an attempt is worth: its report, the overrides, and what lateness takes off. Decimals throughout."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.policy.records import Attempt, Override
from grader.assignment import LatePolicy
from grader.report import Verdict

_CENT = Decimal("0.01")
_NOTHING = Decimal(0)
_WAITING = frozenset(verdict for verdict in Verdict if verdict.waits)


@dataclass(frozen=True, slots=True)
class ItemCredit:
    """One item of a graded attempt: `points` is None while it is open, `graded` is what the report says."""

    id: str
    max_points: Decimal
    points: Decimal | None
    graded: Decimal | None
    verdict: str
    feedback: str
    evidence: Mapping[str, Any] | None
    override: Override | None = None

    @property
    def waiting(self) -> bool:
        """Whether it waits for a person: its points, where it has any by now, are no zero yet."""
        return self.verdict in _WAITING and self.override is None


@dataclass(frozen=True, slots=True)
class Credit:
    """What a graded attempt is worth: points earned, points still open, days late, what they cost, and the rest.

    The versions are those of the rubric and the engine that graded it. What waits is told by the items' verdicts, so
    that it is of reports too that an engine wrote which did not say it.
    """

    items: tuple[ItemCredit, ...]
    earned: Decimal
    pending: Decimal
    days_late: int
    penalty: Decimal
    rubric_version: str
    engine_version: str

    @property
    def waiting(self) -> Decimal:
        """The points of the items that wait for a person, whether they are open or a zero so far."""
        return _sum(item.max_points for item in self.items if item.waiting)

    @property
    def answers_waiting(self) -> int:
        """How many items wait on which points depend."""
        return sum(item.waiting and item.max_points > 0 for item in self.items)

    @property
    def score(self) -> Decimal:
        """What counts."""
        return self.earned - self.penalty


def credit(attempt: Attempt, days_late: int, late: LatePolicy) -> Credit | None:
    """The credit of an attempt, or None while it has no report."""
    return None if attempt.report is None else credit_by(attempt.report, attempt.overrides, days_late, late)


def credit_by(text: str, overrides: Mapping[str, Override], days_late: int, late: LatePolicy) -> Credit:
    """The credit by one report, as JSON."""
    report = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    items = tuple(_item(item, overrides.get(item["id"])) for item in report["items"])
    earned = _sum(item.points for item in items if item.points is not None)
    pending = _sum(item.max_points for item in items if item.points is None)
    versions = report["rubric_version"], report["engine_version"]
    return Credit(items, earned, pending, days_late, penalty(earned, days_late, late), *versions)


def penalty(earned: Decimal, days_late: int, late: LatePolicy) -> Decimal:
    """The points that lateness costs, to two decimals."""
    if late.cut_off_days is not None and days_late > late.cut_off_days:
        return earned
    percent = min(late.per_day * days_late, late.at_most)
    return (max(earned, _NOTHING) * percent / 100).quantize(_CENT, ROUND_HALF_UP)


def _item(item: Mapping[str, Any], override: Override | None) -> ItemCredit:
    graded = item["points"]
    points = graded if override is None else override.points
    return ItemCredit(
        item["id"], item["max_points"], points, graded, item["verdict"], item["feedback"], item["evidence"], override
    )


def _sum(points: Iterable[Decimal]) -> Decimal:
    return sum(points, _NOTHING)
