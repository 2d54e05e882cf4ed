"""How a submission stands: missing, pending, failed and zero are four different things, here and in every export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """What became of a student's submission; with `graded` alone every point is settled."""

    MISSING = "missing"
    PENDING = "pending"
    SERVICE_FAILURE = "service_failure"
    PARTLY_GRADED = "partly_graded"
    GRADED = "graded"


_WAITING: Mapping[Status, tuple[str, str]] = {
    Status.PENDING: ("not_graded_yet", "Your submission is stored; its grading has not finished. Ask again shortly."),
    Status.SERVICE_FAILURE: (
        "service_failure",
        "The service failed to grade this; your submission is stored. That is no zero: it is tried again, or a TA's.",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A student's submission to an assignment and its outcome; `report` is JSON, and everything else may be absent."""

    student: str
    attempts: int = 1
    id: str | None = None
    received_at: datetime | None = None
    report: str | None = None
    failures: int = 0

    @property
    def status(self) -> Status:
        """Where the submission is on its way from missing to graded."""
        if self.id is None:
            return Status.MISSING
        if self.report is None:
            return Status.SERVICE_FAILURE if self.failures else Status.PENDING
        return Status.PARTLY_GRADED if self.outcome["pending_points"] else Status.GRADED

    @property
    def outcome(self) -> Mapping[str, Any]:
        """The report, parsed; empty without one."""
        return json.loads(self.report) if self.report else {}

    @property
    def submitted_at(self) -> str | None:
        """When it arrived: UTC, ISO 8601, to the millisecond."""
        if self.received_at is None:
            return None
        return self.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def waiting(asked: Mapping[str, Any], status: Status) -> Mapping[str, Any]:
    """A report's shape for a submission without one: every point open, none of them zero."""
    verdict, feedback = _WAITING[status]
    open_points = {"points": None, "verdict": verdict, "feedback": feedback, "evidence": None}
    items = [{"id": item["id"], "max_points": item["points"], **open_points} for item in asked["items"]]
    return {
        "assignment": asked["id"],
        "rubric_version": asked["rubric_version"],
        "engine_version": None,
        "score": None,
        "max_score": asked["max_score"],
        "pending_points": asked["max_score"],
        "items": items,
    }
