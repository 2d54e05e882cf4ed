"""The longer tables: one row a student and item, and one row a student, attempt and item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.policy.credit import Credit, ItemCredit
from app.policy.standing import Standing, Status, Valued
from app.reports.cells import Cell, Kind, number
from app.reports.outline import Outline
from app.reports.sheet import DAYS_LATE, SECTION, STATUS, SUBMITTED_AT, Sheet
from app.reports.standing import open_verdict
from app.reports.table import Field, Row, Table
from grader.report import Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row is about: a student's answer to an item in an attempt, whose place is counted from 1.

    Without anything handed in there is no attempt; without a report there is no `credit`.
    """

    standing: Standing
    place: int
    valued: Valued | None
    item: str | None
    max_points: Decimal | None
    credit: ItemCredit | None

    @property
    def status(self) -> Status:
        """What became of the attempt."""
        return self.valued.status if self.valued else Status.MISSING


def answer_table(sheet: Sheet, standings: Iterable[Standing]) -> Table:
    """One row a student and item, of the attempt that counts."""
    return _table(sheet, (*_ATTEMPT[:-1], *_ITEM), _counted(sheet.outline, standings))


def attempt_table(sheet: Sheet, standings: Iterable[Standing]) -> Table:
    """One row a student, attempt and item: of all attempts that are recent enough."""
    return _table(sheet, (*_ATTEMPT, *_ITEM, *_GRADED_BY), _all(sheet, standings))


def _table(sheet: Sheet, fields: Sequence[Field[Answer]], answers: Iterable[Answer]) -> Table:
    rows: Iterable[Row] = (
        (*sheet.first_cells(answer.standing), *(field.read(answer) for field in fields)) for answer in answers
    )
    columns = (*sheet.first_columns, *(field.column for field in fields))
    head = {"assignment": sheet.outline.id, "max_score": number(sheet.outline.max_score)}
    return Table(sheet.outline.title, sheet.made_at, columns, rows, head)


def _counted(outline: Outline, standings: Iterable[Standing]) -> Iterator[Answer]:
    for standing in standings:
        if standing.counted is None:
            yield from (Answer(standing, 0, None, name, points, None) for name, points in outline.items)
        else:
            place = standing.attempts.index(standing.counted) + 1
            yield from _answers(outline, standing, place, standing.counted)


def _all(sheet: Sheet, standings: Iterable[Standing]) -> Iterator[Answer]:
    """A student who handed nothing in has one row, without an item."""
    for standing in standings:
        if not standing.attempts:
            yield Answer(standing, 0, None, None, None, None)
        for place, valued in enumerate(standing.attempts, 1):
            if sheet.is_new(valued.attempt.received_at):
                yield from _answers(sheet.outline, standing, place, valued)


def _answers(outline: Outline, standing: Standing, place: int, valued: Valued) -> Iterator[Answer]:
    if valued.credit is None:
        yield from (Answer(standing, place, valued, name, points, None) for name, points in outline.items)
    else:
        for item in valued.credit.items:
            yield Answer(standing, place, valued, item.id, item.max_points, item)


def _of_attempt(read: Callable[[Valued], Cell]) -> Callable[[Answer], Cell]:
    return lambda answer: read(answer.valued) if answer.valued else None


def _of_whole(read: Callable[[Credit], Cell]) -> Callable[[Answer], Cell]:
    return _of_attempt(lambda valued: read(valued.credit) if valued.credit else None)


def _of_item(read: Callable[[ItemCredit], Cell]) -> Callable[[Answer], Cell]:
    return lambda answer: read(answer.credit) if answer.credit else None


def _verdict(answer: Answer) -> Cell:
    return answer.credit.verdict if answer.credit else open_verdict(answer.status)


def _waiting(answer: Answer) -> Cell:
    if answer.credit is not None:
        return answer.credit.waiting
    verdict = open_verdict(answer.status)
    return None if verdict is None else Verdict(verdict).waits


def _counts(answer: Answer) -> Cell:
    return None if answer.valued is None else answer.valued is answer.standing.counted


def _evidence(item: ItemCredit) -> Cell:
    return (item.evidence or {}).get("kind")


def _misreadings(item: ItemCredit) -> Cell:
    return "; ".join((item.evidence or {}).get("misreadings", ())) or None


_ATTEMPT: tuple[Field[Answer], ...] = (
    Field("section", Kind.TEXT, SECTION, lambda answer: answer.standing.student.section),
    Field("status", Kind.TEXT, STATUS, lambda answer: answer.status.value),
    Field("attempt", Kind.COUNT, "its place among the student's, from 1", lambda answer: answer.place or None),
    Field("submission", Kind.TEXT, "the attempt's id", _of_attempt(lambda valued: valued.attempt.id)),
    Field("submitted_at", Kind.MOMENT, SUBMITTED_AT, _of_attempt(lambda valued: valued.attempt.received_at)),
    Field("days_late", Kind.COUNT, DAYS_LATE, _of_attempt(lambda valued: valued.days_late)),
    Field("counts", Kind.FLAG, "whether this attempt counts", _counts),
)
_ITEM: tuple[Field[Answer], ...] = (
    Field("item", Kind.TEXT, "the item's id; a deduction has a row where it takes points off", lambda a: a.item),
    Field("max_points", Kind.POINTS, "points that it can earn", lambda answer: answer.max_points),
    Field("points", Kind.POINTS, "points that count; empty while they are open", _of_item(lambda item: item.points)),
    Field("verdict", Kind.TEXT, "what grading found; empty where nothing is handed in", _verdict),
    Field("graded_points", Kind.POINTS, "points before any override", _of_item(lambda item: item.graded)),
    Field("overridden", Kind.FLAG, "whether a person overrode it", _of_item(lambda item: item.override is not None)),
    Field("waiting", Kind.FLAG, "whether it waits for a person: then no points are no zero", _waiting),
)
_GRADED_BY: tuple[Field[Answer], ...] = (
    Field("evidence", Kind.TEXT, "of which kind the verdict's evidence is", _of_item(_evidence)),
    Field("misreadings", Kind.TEXT, "known wrong ways of working that explain the answer", _of_item(_misreadings)),
    Field("rubric_version", Kind.TEXT, "by which it was graded", _of_whole(lambda whole: whole.rubric_version)),
    Field("engine_version", Kind.TEXT, "by which it was graded", _of_whole(lambda whole: whole.engine_version)),
)
