"""How late something is, by the clocks of the course."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.policy.settings import AssignmentSettings


def moment(written: datetime, zone: ZoneInfo) -> datetime:
    """A moment as it was written, in UTC; without an offset it is by the clocks of the zone."""
    return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)


def due_at(settings: AssignmentSettings, extension: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment that holds for a student, in UTC: the later of the deadline and an extension."""
    if settings.due is None:
        return None
    deadline = moment(settings.due, zone)
    return deadline if extension is None else max(deadline, extension)


def days_late(received: datetime, due: datetime | None, grace: timedelta, zone: ZoneInfo) -> int:
    """How many days late, each day begun counting; 0 up to the end of the grace.

    A day ends when the clocks of the zone show the hour of the deadline again, so that one with 23 or 25 hours, when
    clocks are changed, is a day.
    """
    if due is None or received <= due + grace:
        return 0
    local = due.astimezone(zone)
    days = max(0, (received.astimezone(zone).date() - local.date()).days - 1)
    while received > (local + timedelta(days=days)).astimezone(UTC):
        days += 1
    return days
