from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.policy.credit import penalty
from app.policy.lateness import days_late, due_at, moment
from app.policy.settings import AssignmentSettings
from grader.assignment import LatePolicy

ZURICH = ZoneInfo("Europe/Zurich")
NO_GRACE = timedelta(0)

# Clocks go forward on 28 March 2027 (a day of 23 hours) and back on 31 October 2027 (one of 25).
LATE = [
    ("2027-03-27 20:00", "2027-03-27 20:00", 0),
    ("2027-03-27 20:00", "2027-03-27 20:01", 1),
    ("2027-03-27 20:00", "2027-03-28 20:00", 1),
    ("2027-03-27 20:00", "2027-03-28 20:01", 2),
    ("2027-10-30 20:00", "2027-10-31 20:00", 1),
    ("2027-10-30 20:00", "2027-10-31 20:01", 2),
    ("2027-06-01 00:00", "2027-06-01 23:59", 1),
    ("2027-06-01 00:00", "2027-06-08 00:00", 7),
    ("2027-06-01 23:59", "2027-06-11 12:00", 10),
]


def local(text: str) -> datetime:
    return moment(datetime.fromisoformat(text), ZURICH)


@pytest.mark.parametrize(("due", "received", "days"), LATE)
def test_a_day_ends_when_the_clocks_of_the_zone_show_the_same_hour(due: str, received: str, days: int) -> None:
    assert days_late(local(received), local(due), NO_GRACE, ZURICH) == days


def test_utc_alone_would_count_a_day_too_many_in_autumn() -> None:
    due, received = local("2027-10-30 20:00"), local("2027-10-31 20:00")
    assert days_late(received, due, NO_GRACE, ZoneInfo("UTC")) == 2


def test_within_the_grace_nothing_is_late_and_after_it_the_deadline_counts() -> None:
    due = local("2027-06-01 20:00")
    grace = timedelta(minutes=30)
    assert days_late(due + grace, due, grace, ZURICH) == 0
    assert days_late(due + grace + timedelta(seconds=1), due, grace, ZURICH) == 1


def test_a_deadline_without_an_offset_is_by_the_clocks_of_the_course() -> None:
    settings = AssignmentSettings.model_validate_json('{"due": "2027-01-10T20:00:00"}')
    assert due_at(settings, None, ZURICH) == datetime(2027, 1, 10, 19, tzinfo=UTC)
    offset = AssignmentSettings.model_validate_json('{"due": "2027-01-10T20:00:00+03:00"}')
    assert due_at(offset, None, ZURICH) == datetime(2027, 1, 10, 17, tzinfo=UTC)


def test_an_extension_gives_more_time_and_never_less() -> None:
    settings = AssignmentSettings.model_validate_json('{"due": "2027-01-10T20:00:00"}')
    later, earlier = datetime(2027, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert due_at(settings, later, ZURICH) == later
    assert due_at(settings, earlier, ZURICH) == datetime(2027, 1, 10, 19, tzinfo=UTC)


@pytest.mark.parametrize(("days", "cost"), [(0, "0"), (1, "1.23"), (2, "2.45"), (3, "3.68"), (4, "3.68"), (5, "12.25")])
def test_lateness_costs_by_the_day_up_to_a_part_and_then_everything(days: int, cost: str) -> None:
    late = LatePolicy(per_day=Decimal(10), at_most=Decimal(30), cut_off_days=4)
    assert penalty(Decimal("12.25"), days, late) == Decimal(cost)
