"""A submission without a report, and moments, as they are shown: missing, pending, failed and zero are four things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.policy.standing import Status
from grader.report import Verdict

_WAITING: Mapping[Status, tuple[Verdict, str]] = {
    Status.PENDING: (
        Verdict.NOT_GRADED_YET,
        "Your submission is stored; its grading has not finished. Ask again shortly.",
    ),
    Status.SERVICE_FAILURE: (
        Verdict.SERVICE_FAILURE,
        "The service failed to grade this; your submission is stored. That is no zero: it is tried again, or a TA's.",
    ),
}


def instant(moment: datetime | None) -> str | None:
    """A moment in UTC, ISO 8601, to the millisecond."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def open_verdict(status: Status) -> str | None:
    """The verdict on each item of a submission without a report; nothing for any other status."""
    return _WAITING[status][0].value if status in _WAITING else None


def open_words(status: Status) -> tuple[str, str]:
    """The verdict and the sentence for each item of a submission without a report."""
    verdict, words = _WAITING[status]
    return verdict.value, words


def waiting(asked: Mapping[str, Any], status: Status) -> Mapping[str, Any]:
    """A report's shape for a submission without one: every point open, none of them zero."""
    verdict, feedback = open_words(status)
    open_points: dict[str, Any] = {"points": None, "verdict": verdict, "feedback": feedback, "evidence": None}
    waits = Verdict(verdict).waits
    open_points |= {"waiting": True} if waits else {}
    items = [{"id": item["id"], "max_points": item["points"], **open_points} for item in asked["items"]]
    return {
        "assignment": asked["id"],
        "rubric_version": asked["rubric_version"],
        "engine_version": None,
        "score": None,
        "max_score": asked["max_score"],
        "pending_points": asked["max_score"],
        "waiting_points": asked["max_score"] if waits else 0,
        "items": items,
    }
