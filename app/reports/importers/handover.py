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
    """What is handed over: an assignment's outline, the students, where they stand (read once), and when.

    `students` are all of the course, so that who is like another is known; `standings` may be of some. With
    `zeros_meant`, an answer that waits for a person is handed over as what it has by now, which is a zero.
    """

    outline: Outline
    students: tuple[Student, ...]
    standings: Iterable[Standing]
    now: datetime
    zeros_meant: bool = False


@dataclass(slots=True)
class Waiting:
    """How many answers wait for a person, and of how many students."""

    answers: int = 0
    students: int = 0

    def add(self, answers: int) -> None:
        """Count one student's."""
        self.answers += answers
        self.students += answers > 0


@dataclass(frozen=True, slots=True)
class Handover:
    """A table to import. `left_out` and `waiting` are complete once all rows are read.

    `notes` say what else is to be known.
    """

    table: Table
    left_out: list[LeftOut] = field(default_factory=list)
    waiting: Waiting = field(default_factory=Waiting)
    notes: tuple[str, ...] = ()


def handover(
    graded: Class, columns: tuple[Column, ...], row: RowOf, first: Iterable[Row] = (), notes: tuple[str, ...] = ()
) -> Handover:
    """A row for each final grade, after the `first`; a student for whom `row` raises `UnfitError` is left out."""
    left_out: list[LeftOut] = []
    waiting = Waiting()

    def rows() -> Iterator[Row]:
        yield from first
        for standing in graded.standings:
            waiting.add(answers_waiting(standing))
            try:
                yield row(final(standing, zeros_meant=graded.zeros_meant))
            except UnfitError as error:
                left_out.append(LeftOut(standing.student.name, str(error)))

    table = Table(graded.outline.title, graded.now, columns, rows(), {"assignment": graded.outline.id})
    return Handover(table, left_out, waiting, notes)


def answers_waiting(standing: Standing) -> int:
    """How many answers of the attempt that counts wait for a person; 0 while there is no report."""
    credit = standing.counted.credit if standing.counted else None
    return credit.answers_waiting if credit else 0


def final(standing: Standing, *, zeros_meant: bool = False) -> Final:
    """A student's final grade. Raises `UnfitError` if there is none yet.

    With `zeros_meant` an answer that waits counts as what it has by now. A submission that the service has not graded
    at all is no zero even then: nobody has looked at it.
    """
    valued = standing.counted
    if valued is None or valued.credit is None:
        raise UnfitError(_OPEN[standing.status])
    credit = valued.credit
    demand_settled(credit, zeros_meant=zeros_meant)
    cents = (_cents(points) for points in (credit.score, credit.earned, credit.penalty))
    return Final(standing.student, standing.due_at, valued, credit, *cents)


def demand_settled(credit: Credit, *, zeros_meant: bool) -> None:
    """Raise `UnfitError` while answers wait for a person, unless zeros are meant, or points are open otherwise."""
    waiting = credit.answers_waiting
    if waiting and not zeros_meant:
        raise UnfitError(f"{waiting} {'answer waits' if waiting == 1 else 'answers wait'} for a person")
    if any(item.points is None and not item.waiting for item in credit.items):
        raise UnfitError("points of it are still open")


def identified(*identities: str) -> None:
    """Raise `UnfitError` if something by which a student is to be found would have to be changed in a CSV."""
    for identity in identities:
        if runs(identity):
            raise UnfitError(f"{identity!a} begins like a formula of a spreadsheet, and no student is found by it then")


def _cents(points: Decimal) -> Decimal:
    return points.quantize(_CENT, ROUND_HALF_UP)
