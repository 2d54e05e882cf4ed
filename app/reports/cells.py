"""Cells of tables: of which kinds they are, and what keeps a spreadsheet from taking a text for a formula."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from grader.report import Verdict

_QUOTE = "'"
_MINUS = "\N{MINUS SIGN}"
_STARTERS = frozenset("=+-@")
_CONTROLS = ("\t", "\r", "\n")


class Kind(StrEnum):
    """What the cells of a column are. A mark is points, or a word where there are none to count with."""

    TEXT = "text"
    COUNT = "count"
    POINTS = "points"
    MOMENT = "moment"
    FLAG = "flag"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one item earned: points, or None while they are open, the verdict, and whether it waits for a person."""

    points: Decimal | None
    verdict: str
    waiting: bool = False

    @property
    def cell(self) -> Decimal | str:
        """The points, or why they are none to count with: `service_failure`, `waiting` for a person, or `pending`."""
        if self.points is None and self.verdict == Verdict.SERVICE_FAILURE:
            return "service_failure"
        if self.waiting:
            return "waiting"
        return "pending" if self.points is None else self.points


Cell: TypeAlias = str | int | bool | Decimal | datetime | Mark | None


def number(points: Decimal) -> int | float:
    """Points as JSON and spreadsheets have them: a whole number where they are one."""
    return int(points) if points == int(points) else float(points)


def runs(text: str) -> bool:
    """Whether some spreadsheet would take a text for a formula, in full width too, behind blanks and apostrophes too.

    A tab or a line's end at the beginning counts, as it may be dropped when a file is opened. So does an apostrophe
    before any of these: then one more in front of it can be told from the text's own and taken off again.
    """
    bare = text.lstrip(_QUOTE)
    start = bare.lstrip()[:1]
    return bare.startswith(_CONTROLS) or start == _MINUS or unicodedata.normalize("NFKC", start)[:1] in _STARTERS


def defused(text: str) -> str:
    """A text with an apostrophe in front if it would run: spreadsheets show what follows as it stands."""
    return _QUOTE + text if runs(text) else text
