"""A regrade as it is shown, before it is applied and after: who changes by how much, and which items do it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.policy.credit import ItemCredit
from app.policy.regrade import Change, ItemChange, Regraded, differences, lost_overrides
from app.policy.standing import Standing
from app.reports.cells import number


@dataclass(frozen=True, slots=True)
class Versions:
    """From which version of the rubric to which, and the engine that graded anew."""

    before: str
    after: str
    engine: str


def outline(assignment: str, versions: Versions, changes: Sequence[Change]) -> dict[str, Any]:
    """The regrade of a class in numbers: what is kept with the version that it lets hold."""
    differing = [one for one in changes if one.changed]
    return {
        "assignment": assignment,
        "from": versions.before,
        "to": versions.after,
        "engine_version": versions.engine,
        "students": _students(changes, differing),
        "items": _items(differing),
    }


def detail(changes: Sequence[Change], found: Mapping[int, Regraded]) -> dict[str, Any]:
    """Student by student: what changes, which overrides stay and which have no item any more, what failed."""
    return {
        "changes": [_student(one) for one in changes if one.changed],
        "overrides_kept": [row for one in changes for row in _overrides(one.after)],
        "overrides_without_item": [
            {"student": one.after.student.name, "item": item} for one in changes for item in lost_overrides(one.after)
        ],
        "failed": [row for one in changes for row in _failed(one.after, found)],
    }


def digest(shown: Mapping[str, Any]) -> str:
    """What stands for a preview: equal as long as the same would be shown."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]


def _students(changes: Sequence[Change], differing: Sequence[Change]) -> dict[str, int]:
    signs = Counter(_sign(one.difference) for one in differing)
    after = Counter(one.after.status.value for one in changes)
    return {
        "all": len(changes),
        "unchanged": len(changes) - len(differing),
        "changed": len(differing),
        "up": signs["up"],
        "down": signs["down"],
        **{f"{status}_after": after[status] for status in ("missing", "pending", "service_failure")},
    }


def _sign(difference: Decimal | None) -> str:
    if not difference:
        return "same"
    return "up" if difference > 0 else "down"


def _items(differing: Sequence[Change]) -> list[dict[str, Any]]:
    by_item: dict[str, list[ItemChange]] = defaultdict(list)
    for item in (item for one in differing for item in one.items if item.changed):
        by_item[item.id].append(item)
    return [_item_summary(name, found) for name, found in by_item.items()]


def _item_summary(name: str, found: Sequence[ItemChange]) -> dict[str, Any]:
    points = differences(found)
    return {
        "id": name,
        "changed": len(found),
        "up": sum(one > 0 for one in points),
        "down": sum(one < 0 for one in points),
        "most": number(max(points, key=abs)) if points else 0,
    }


def _student(one: Change) -> dict[str, Any]:
    return {
        "student": one.after.student.name,
        "difference": None if one.difference is None else number(one.difference),
        "before": _standing(one.before),
        "after": _standing(one.after),
        "items": [
            {"id": item.id, "before": _item(item.before), "after": _item(item.after)}
            for item in one.items
            if item.changed
        ],
    }


def _standing(standing: Standing) -> dict[str, Any]:
    counted = standing.counted
    credit = counted.credit if counted else None
    return {
        "submission": counted.attempt.id if counted else None,
        "status": standing.status.value,
        "score": number(credit.score) if credit else None,
    }


def _item(item: ItemCredit | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "points": None if item.points is None else number(item.points),
        "max_points": number(item.max_points),
        "verdict": item.verdict,
        "overridden": item.override is not None,
    }


def _overrides(standing: Standing) -> list[dict[str, Any]]:
    credit = standing.counted.credit if standing.counted else None
    overridden = [(item.id, item.override) for item in credit.items if item.override] if credit else []
    return [
        {"student": standing.student.name, "item": item, "points": number(override.points)}
        for item, override in overridden
    ]


def _failed(standing: Standing, found: Mapping[int, Regraded]) -> list[dict[str, Any]]:
    broken = [(one.attempt.id, found[one.attempt.number]) for one in standing.attempts if one.attempt.number in found]
    return [
        {"student": standing.student.name, "submission": submission, "reason": regraded.fault}
        for submission, regraded in broken
        if regraded.report is None
    ]
