"""What a class's table is made from, and what its tables have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.policy.records import Student
from app.policy.standing import Standing
from app.reports.outline import Outline
from app.reports.table import Column, Field, Row

STATUS = "missing (nothing handed in), pending, service_failure (no grade), partly_graded or graded (there 0 is a zero)"
SECTION = "the student's section"
SUBMITTED_AT = "when it was received, in UTC"
DAYS_LATE = "days late, each day begun counting"


@dataclass(frozen=True, slots=True)
class Sheet:
    """An assignment, how students are named, and which attempts are recent enough for a table of attempts."""

    outline: Outline
    identities: tuple[Field[Student], ...]
    made_at: datetime
    is_new: Callable[[datetime], bool] = lambda _: True

    @property
    def first_columns(self) -> tuple[Column, ...]:
        """The columns that say who a row is about."""
        return tuple(field.column for field in self.identities)

    def first_cells(self, standing: Standing) -> Row:
        """Their cells."""
        return tuple(field.read(standing.student) for field in self.identities)
