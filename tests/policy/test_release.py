"""Release by kind: totals are of what is shown, and a hidden deduction leaves no trace."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from app.policy.credit import credit
from app.policy.records import Attempt
from app.policy.release import released, withheld
from app.policy.settings import AssignmentSettings
from app.policy.standing import Status, Valued
from grader.assignment import LatePolicy
from tests.homework6 import hw6

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)
HALF = LatePolicy(per_day=Decimal(50))


def item(name: str, points: float | None, most: float, verdict: str = "correct") -> dict[str, object]:
    return {"id": name, "points": points, "max_points": most, "verdict": verdict, "feedback": "", "evidence": None}


REPORT = json.dumps({
    "assignment": "hw6", "rubric_version": "v", "engine_version": "e", "score": 4, "max_score": 6, "pending_points": 1,
    "items": [
        item("p1.forward.h0.value", 2, 2),
        item("p1.forward.h0.formula", None, 1, "undecided"),
        item("p3.jensen", 4, 4),
        item("p3.deduction", -2, 0, "incorrect"),
    ],
})  # fmt: skip


def seen(*kinds: str, late: LatePolicy = HALF, days: int = 1) -> Valued:
    attempt = Attempt(1, "x", NOON, REPORT)
    valued = Valued(attempt, days, lambda: credit(attempt, days, late))
    return released(valued, dict.fromkeys(kinds, "later"), hw6(), late)


def test_all_totals_are_of_what_is_shown() -> None:
    found = seen("derivation").credit
    assert found
    assert (found.earned, found.pending, found.penalty, found.score) == (2, 1, 1, 1)


def test_a_deduction_is_hidden_with_the_derivation_and_leaves_no_trace() -> None:
    found = seen("derivation").credit
    assert found
    assert [one.id for one in found.items] == ["p1.forward.h0.value", "p1.forward.h0.formula", "p3.jensen"]
    other = seen("value").credit
    assert other
    assert other.items[-1].points == -2


def test_an_undecided_item_that_is_hidden_does_not_show_in_the_status() -> None:
    assert seen("value").status is Status.PARTLY_GRADED
    assert seen("formula").status is Status.GRADED


def test_nothing_withheld_is_everything_as_it_was() -> None:
    found = seen()
    assert found.attempt == Attempt(1, "x", NOON, REPORT)
    assert found.credit == credit(found.attempt, 1, HALF)


def test_without_a_deadline_what_waits_for_it_stays_hidden() -> None:
    settings = AssignmentSettings.model_construct(feedback={"value": "after_deadline"})
    assert withheld(settings, None, NOON) == {"value": "Handed in and kept. It is shown after your deadline."}
