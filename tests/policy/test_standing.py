"""Which attempts are looked at to say where a student stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.policy.records import Attempt, Student
from app.policy.settings import AssignmentSettings, Counts
from app.policy.standing import Standing, Status, Terms, standing
from grader.assignment import LatePolicy

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)
LATEST = json.dumps({
    "rubric_version": "v", "engine_version": "e",
    "items": [{"id": "a", "points": 2, "max_points": 2, "verdict": "correct", "feedback": "", "evidence": None}],
})  # fmt: skip


def stands(counts: Counts) -> Standing:
    attempts = [Attempt(1, "x", NOON, "no JSON"), Attempt(2, "y", NOON, LATEST)]
    terms = Terms(AssignmentSettings(counts=counts), LatePolicy(), ZoneInfo("UTC"))
    return standing(Student(1, "ann"), attempts, terms)


def test_where_the_latest_counts_no_earlier_report_is_read() -> None:
    found = stands(Counts.LATEST)
    assert found.status is Status.GRADED
    assert found.counted
    assert found.counted.credit
    assert found.counted.credit.score == Decimal(2)


def test_where_the_best_counts_all_reports_are_read() -> None:
    with pytest.raises(json.JSONDecodeError):
        stands(Counts.BEST)


def test_a_report_is_read_once_however_often_its_worth_is_asked_for() -> None:
    counted = stands(Counts.LATEST).counted
    assert counted
    assert counted.credit is counted.credit
