"""A student's standing with an assignment: the deadline that holds, attempts, which one counts and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.policy.lateness import moment
from app.policy.settings import Counts
from app.policy.standing import Standing, Terms, Valued
from app.reports.cells import number
from app.reports.standing import instant

_WHY = {
    Counts.LATEST: "the latest attempt counts",
    Counts.BEST: "the best attempt counts, and of equal ones the latest; one that is not graded yet counts only alone",
}
_NOT_TOLD = "the best attempt counts; which one it is shows when all results are released"


def own(standing: Standing, terms: Terms) -> Mapping[str, Any]:
    """The standing as values. Moments are in UTC, points are of what is released."""
    settings = terms.settings
    counted = standing.counted
    latest = standing.attempts[-1] if standing.attempts else None
    allowed, used = settings.attempts_allowed, len(standing.attempts)
    return {
        "student": standing.student.name,
        "status": (counted or latest).status if latest else standing.status,
        "zone": terms.zone.key,
        "opens_at": instant(moment(settings.opens, terms.zone)) if settings.opens else None,
        "due_at": instant(standing.due_at),
        "extended_to": instant(standing.student.due_at),
        "grace_minutes": settings.grace_minutes,
        "attempts_allowed": allowed,
        "attempts_used": used,
        "attempts_left": None if allowed is None else max(0, allowed - used),
        "merges": settings.merge,
        "counts": counted.attempt.id if counted else None,
        "why": _NOT_TOLD if latest and not counted else _WHY[settings.counts],
        "attempts": [_attempt(one, counts=one is counted if counted else None) for one in standing.attempts],
    }


def _attempt(one: Valued, *, counts: bool | None) -> Mapping[str, Any]:
    """An attempt; `score` is what is left of `earned` after the `penalty`, all null while there is no report."""
    credit = one.credit
    return {
        "id": one.attempt.id,
        "href": f"/api/v1/submissions/{one.attempt.id}",
        "submitted_at": instant(one.attempt.received_at),
        "status": one.status,
        "days_late": one.days_late,
        "earned": number(credit.earned) if credit else None,
        "penalty": number(credit.penalty) if credit else None,
        "score": number(credit.score) if credit else None,
        "pending_points": number(credit.pending) if credit else None,
        "waiting_points": number(credit.waiting) if credit else None,
        "counts": counts,
    }
