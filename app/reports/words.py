"""What is said of points in sentences, wherever people read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.policy.credit import Credit
from app.reports.cells import number
from grader.answers import Number, dump


def total(credit: Credit, max_score: Decimal) -> str:
    """What an attempt earned, and what lateness took off: `52 of 60 points, less 5.2 for 1 day late`."""
    days = "1 day" if credit.days_late == 1 else f"{credit.days_late} days"
    late = f", less {number(credit.penalty)} for {days} late" if credit.penalty else ""
    return f"{number(credit.earned)} of {number(max_score)} points{late}"


def readable(answer: Any) -> str:
    """An answer as a person reads it: a text as it was written, a list of texts a line each, all else as JSON."""
    if isinstance(answer, str):
        return answer
    is_lines = isinstance(answer, tuple | list) and answer and all(map(_is_text, answer))
    return "\n".join(answer) if is_lines else dump(answer)


def _is_text(answer: Any) -> bool:
    return isinstance(answer, str) and not isinstance(answer, Number)


def printable(text: str) -> str:
    """A text without the characters that no XML and no page can show; a student's answer may be quoted in it."""
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)
