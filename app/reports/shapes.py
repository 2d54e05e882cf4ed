"""The three tables of a class: one row a student; one row a student and item; one row a student, attempt and item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeAlias

from app.policy.standing import Standing
from app.reports.answers import answer_table, attempt_table
from app.reports.sheet import Sheet
from app.reports.students import student_table
from app.reports.table import Table


class Shape(StrEnum):
    """What one row is about."""

    STUDENTS = "students"
    ITEMS = "items"
    LONG = "long"


_Tabulate: TypeAlias = Callable[[Sheet, Iterable[Standing]], Table]
_SHAPES: Mapping[Shape, _Tabulate] = {
    Shape.STUDENTS: student_table,
    Shape.ITEMS: answer_table,
    Shape.LONG: attempt_table,
}


def table(shape: Shape, sheet: Sheet, standings: Iterable[Standing]) -> Table:
    """The table of this shape over the standings, which are read once, as the rows are."""
    return _SHAPES[shape](sheet, standings)
