"""Cells of tables: of which kinds they are, and what keeps a spreadsheet from taking a text for a formula."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

_QUOTE = "'"
_MINUS = "\N{MINUS SIGN}"
_STARTERS = frozenset("=+-@")
_CONTROLS = ("\t", "\r", "\n")


class Kind(StrEnum):
    """What the cells of a column are. A mark is points where there are some, and a word where there are none yet."""

    TEXT = "text"
    COUNT = "count"
    POINTS = "points"
    MOMENT = "moment"
    FLAG = "flag"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one item earned: points, or None while they are open, and the verdict."""

    points: Decimal | None
    verdict: str

    @property
    def cell(self) -> Decimal | str:
        """The points, or why there are none: `service_failure` where the service failed, `pending` otherwise."""
        if self.points is not None:
            return self.points
        return "service_failure" if self.verdict == "service_failure" else "pending"


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
