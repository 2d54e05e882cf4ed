"""Grades on their way to another system, and those that are left out because that system would get them wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from app.policy.credit import Credit
from app.policy.records import Student
from app.policy.standing import Standing, Status, Valued
from app.reports.cells import runs
from app.reports.outline import Outline
from app.reports.table import Column, Row, Table

_CENT = Decimal("0.01")
_OPEN: Mapping[Status, str] = {
    Status.MISSING: "nothing was handed in",
    Status.PENDING: "its grading has not finished",
    Status.SERVICE_FAILURE: "the service failed to grade it",
    Status.PARTLY_GRADED: "points of it are still open",
}


class UnfitError(Exception):
    """A grade that can't be handed over; the message says why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A student without a row, and why."""

    student: str
    reason: str


@dataclass(frozen=True, slots=True)
class Final:
    """A student with the attempt that counts, all of whose points are settled; `score` has two decimals."""

    student: Student
    due_at: datetime | None
    valued: Valued
    credit: Credit
    score: Decimal
    earned: Decimal
    penalty: Decimal


RowOf: TypeAlias = Callable[[Final], Row]


@dataclass(frozen=True, slots=True)
class Class:
    """What is handed over: an assignment's outline, the students, where they stand (read once), and when."""

    outline: Outline
    students: tuple[Student, ...]
    standings: Iterable[Standing]
    now: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """A table to import. `left_out` is complete once all rows are read; `notes` say what else is to be known."""

    table: Table
    left_out: list[LeftOut] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def handover(
    graded: Class, columns: tuple[Column, ...], row: RowOf, first: Iterable[Row] = (), notes: tuple[str, ...] = ()
) -> Handover:
    """A row for each final grade, after the `first`; a student for whom `row` raises `UnfitError` is left out."""
    left_out: list[LeftOut] = []

    def rows() -> Iterator[Row]:
        yield from first
        for standing in graded.standings:
            try:
                yield row(final(standing))
            except UnfitError as error:
                left_out.append(LeftOut(standing.student.name, str(error)))

    table = Table(graded.outline.title, graded.now, columns, rows(), {"assignment": graded.outline.id})
    return Handover(table, left_out, notes)


def final(standing: Standing) -> Final:
    """A student's final grade. Raises `UnfitError` if there is none yet."""
    valued = standing.counted
    if valued is None or valued.credit is None or standing.status in _OPEN:
        raise UnfitError(_OPEN[standing.status])
    credit = valued.credit
    cents = (_cents(points) for points in (credit.score, credit.earned, credit.penalty))
    return Final(standing.student, standing.due_at, valued, credit, *cents)


def identified(*identities: str) -> None:
    """Raise `UnfitError` if something by which a student is to be found would have to be changed in a CSV."""
    for identity in identities:
        if runs(identity):
            raise UnfitError(f"{identity!a} begins like a formula of a spreadsheet, and no student is found by it then")


def _cents(points: Decimal) -> Decimal:
    return points.quantize(_CENT, ROUND_HALF_UP)
