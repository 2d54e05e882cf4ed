"""One row a student: where they stand, and a column for each item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from app.policy.credit import Credit
from app.policy.standing import Standing, Valued
from app.reports.cells import Cell, Kind, Mark, number
from app.reports.outline import Outline
from app.reports.sheet import DAYS_LATE, SECTION, STATUS, SUBMITTED_AT, Sheet
from app.reports.standing import open_verdict
from app.reports.table import Column, Field, Row, Table
from grader.report import Verdict


def student_table(sheet: Sheet, standings: Iterable[Standing]) -> Table:
    """The table; in JSON the items of a student are an object of their own, with points and verdicts."""
    outline = sheet.outline
    fields = (*_before(outline), *_AFTER)
    head = {
        "assignment": outline.id,
        "max_score": number(outline.max_score),
        "items": [{"id": name, "max_points": number(points)} for name, points in outline.items],
    }
    columns = (*sheet.first_columns, *(field.column for field in fields), *_mark_columns(outline))
    return Table(outline.title, sheet.made_at, columns, _rows(sheet, fields, standings), head, "students")


def _rows(sheet: Sheet, fields: Sequence[Field[Standing]], standings: Iterable[Standing]) -> Iterator[Row]:
    for standing in standings:
        own = (field.read(standing) for field in fields)
        yield (*sheet.first_cells(standing), *own, *_marks(sheet.outline, standing))


def _mark_columns(outline: Outline) -> Iterator[Column]:
    for name, points in outline.items:
        meaning = f"of {number(points)} points; waiting, pending or service_failure are no zero; empty: nothing there"
        yield Column(name, Kind.MARK, meaning)
    for name in outline.deductions:
        yield Column(name, Kind.MARK, "points taken off; empty where none are")


def _marks(outline: Outline, standing: Standing) -> Iterator[Mark | None]:
    """The marks of the attempt that counts; none where nothing was handed in, nor where nothing is deducted."""
    credit = standing.counted.credit if standing.counted else None
    found = {item.id: Mark(item.points, item.verdict, item.waiting) for item in credit.items} if credit else {}
    waiting = open_verdict(standing.status)
    open_mark = Mark(None, waiting, Verdict(waiting).waits) if waiting else None
    yield from (found.get(name, open_mark) for name, _ in outline.items)
    yield from (found.get(name) for name in outline.deductions)


def _of_counted(read: Callable[[Valued], Cell]) -> Callable[[Standing], Cell]:
    """A cell that is about the attempt that counts, and empty where there is none."""
    return lambda standing: read(standing.counted) if standing.counted else None


def _of_credit(read: Callable[[Credit], Cell]) -> Callable[[Standing], Cell]:
    """A cell that is about what the attempt that counts is worth, and empty where that isn't known."""
    return _of_counted(lambda valued: read(valued.credit) if valued.credit else None)


def _overridden(credit: Credit) -> int:
    return sum(item.override is not None for item in credit.items)


def _before(outline: Outline) -> tuple[Field[Standing], ...]:
    return (
        Field("status", Kind.TEXT, STATUS, lambda standing: standing.status.value),
        Field("score", Kind.POINTS, "settled points less the penalty; empty: none yet", _of_credit(lambda c: c.score)),
        Field("max_score", Kind.POINTS, "points that can be earned", lambda _: outline.max_score),
    )


_AFTER: tuple[Field[Standing], ...] = (
    Field("pending_points", Kind.POINTS, "points that are open, not yet in the score", _of_credit(lambda c: c.pending)),
    Field("days_late", Kind.COUNT, DAYS_LATE, _of_counted(lambda valued: valued.days_late)),
    Field("penalty", Kind.POINTS, "points that lateness costs", _of_credit(lambda credit: credit.penalty)),
    Field("attempts", Kind.COUNT, "how many times something was handed in", lambda standing: len(standing.attempts)),
    Field("submission", Kind.TEXT, "the id of the one that counts", _of_counted(lambda valued: valued.attempt.id)),
    Field("submitted_at", Kind.MOMENT, SUBMITTED_AT, _of_counted(lambda valued: valued.attempt.received_at)),
    Field("section", Kind.TEXT, SECTION, lambda standing: standing.student.section),
    Field("overridden", Kind.COUNT, "how many of its items a person overrode", _of_credit(_overridden)),
    Field("waiting_points", Kind.POINTS, "points of answers that wait for a person", _of_credit(lambda c: c.waiting)),
    Field("answers_waiting", Kind.COUNT, "how many such answers there are", _of_credit(lambda c: c.answers_waiting)),
)
