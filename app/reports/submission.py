"""A submission's report as it is shown: with what people decided about it, as far as it is released."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.policy.credit import Credit, ItemCredit
from app.policy.records import Override
from app.policy.release import NOT_RELEASED
from app.reports.cells import number
from app.reports.standing import instant


def shown(report: str, credit: Credit, *, to_staff: bool) -> Mapping[str, Any]:
    """A stored report by what its items are worth to the reader; `score`, `pending_points` and `waiting_points`
    are of what is shown.

    Where something is not, `not_released_points` says how many points that is. Overridden items have an `override`.
    """
    stored: dict[str, Any] = json.loads(report)
    evidence = {item["id"]: item["evidence"] for item in stored["items"]}
    hidden = sum((item.max_points for item in credit.items if item.verdict == NOT_RELEASED), Decimal(0))
    items = [_item(item, evidence[item.id], to_staff=to_staff) for item in credit.items]
    points = {"score": credit.earned, "pending_points": credit.pending, "waiting_points": credit.waiting}
    totals = {name: number(one) for name, one in points.items()} | {"items": items}
    return stored | totals | ({"not_released_points": number(hidden)} if hidden else {})


def _item(item: ItemCredit, evidence: Any, *, to_staff: bool) -> Mapping[str, Any]:
    return {
        "id": item.id,
        "points": None if item.points is None else number(item.points),
        "max_points": number(item.max_points),
        "verdict": item.verdict,
        "feedback": item.feedback,
        "evidence": None if item.verdict == NOT_RELEASED else evidence,
        **({"waiting": True} if item.waiting else {}),
        **({"override": _override(item.override, to_staff=to_staff)} if item.override else {}),
    }


def _override(override: Override, *, to_staff: bool) -> Mapping[str, Any]:
    """A person's word on the item, which stands in for the report's points; staff also see whose it is."""
    told = {"points": number(override.points), "reason": override.reason, "made_at": instant(override.made_at)}
    return told | ({"by": override.by} if to_staff else {})
