"""What is said of points in sentences, wherever people read them."""

from __future__ import annotations

from decimal import Decimal

from app.policy.credit import Credit
from app.reports.cells import number


def total(credit: Credit, max_score: Decimal) -> str:
    """What an attempt earned, and what lateness took off: `52 of 60 points, less 5.2 for 1 day late`."""
    days = "1 day" if credit.days_late == 1 else f"{credit.days_late} days"
    late = f", less {number(credit.penalty)} for {days} late" if credit.penalty else ""
    return f"{number(credit.earned)} of {number(max_score)} points{late}"


def printable(text: str) -> str:
    """A text without the characters that no XML and no page can show; a student's answer may be quoted in it."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)
