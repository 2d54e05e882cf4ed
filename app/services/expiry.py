"""When a token is to end: after a while, with a day, or at a moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors.access import BadGrantError

_WHILE = re.compile(r"([1-9][0-9]{0,3})([hdw])", re.ASCII)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def expiry(text: str, now: datetime, zone: str) -> datetime:
    """The moment that `12h`, `30d`, `4w`, a date (the end of that day in `zone`) or an ISO 8601 moment stands for.

    Raises `BadGrantError` for other text and for what is over.
    """
    found = _after(text, now) or _moment(text, ZoneInfo(zone))
    if found is None:
        raise BadGrantError(
            f"got the end {text[:40]!a}; give a while (12h, 30d, 4w), a date, or a moment with its zone"
        )
    if found <= now:
        raise BadGrantError(f"got the end {text[:40]!a}, which is over; give one that is to come")
    return found


def _after(text: str, now: datetime) -> datetime | None:
    found = _WHILE.fullmatch(text)
    return now + int(found[1]) * _UNITS[found[2]] if found else None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        if len(text) == len("2026-01-31"):
            next_day = date.fromisoformat(text) + timedelta(days=1)
            return datetime.combine(next_day, time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
