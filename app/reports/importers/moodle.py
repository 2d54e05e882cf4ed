"""The CSV that Moodle imports as grades, each with its feedback beside it.

Moodle gives up a whole file over one row that it can't take, so rows are checked here as it would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from app.policy.credit import Credit, ItemCredit
from app.policy.records import Student
from app.reports.cells import Kind, number
from app.reports.importers.handover import Class, Final, Handover, UnfitError, handover, identified
from app.reports.importers.matching import EMAIL, NUMBER, Key, Keys, matched, present, shared
from app.reports.importers.moodle_export import DOWNLOADED, EMAIL_ADDRESS, ID_NUMBER, MoodleExport, MoodleRow
from app.reports.outline import Outline
from app.reports.table import Column, Row
from app.reports.words import total

_ABSENT = "the export of Moodle does not have this student number and mail address of one person"


def moodle(graded: Class, export: MoodleExport | None = None) -> Handover:
    """The file for Moodle, to be matched by ID number or mail address.

    `Last downloaded` keeps grades there that are newer: than the export, if there is one, else than this file. With an
    export, students whom it does not have are left out.
    """
    find = partial(_alone, shared(graded.students, _keys)) if export is None else _finder(graded, export)
    made = int(graded.now.timestamp())
    seconds = export.seconds if export and export.seconds is not None else made
    return handover(graded, _columns(graded.outline.title), partial(_row, graded.outline, find, seconds))


def _columns(title: str) -> tuple[Column, ...]:
    who = ("First name", "Surname", ID_NUMBER, "Institution", "Department", EMAIL_ADDRESS)
    return (
        *(Column(name, Kind.TEXT, "") for name in who),
        Column(f"Assignment: {title}", Kind.POINTS, ""),
        Column(f"Feedback: {title}", Kind.TEXT, ""),
        Column("Course total", Kind.POINTS, ""),
        Column(DOWNLOADED, Kind.COUNT, ""),
    )


def _keys(student: Student) -> Keys:
    return present(Key(NUMBER, student.details.student_number), Key(EMAIL, student.details.email))


def _alone(known: Mapping[Key, Sequence[Student]], student: Student) -> MoodleRow:
    """A student by the roster. Raises `UnfitError` for one who has a number or an address that another has too.

    Moodle may be told to match by either.
    """
    if twice := [key for key in _keys(student) if len(known[key.loose]) > 1]:
        raise UnfitError(f"two students have {twice[0].text!a}, so Moodle can't know who it is")
    return MoodleRow(student.details.student_number, student.details.email)


def _finder(graded: Class, export: MoodleExport) -> Callable[[Student], MoodleRow]:
    """What finds a student in an export: by all that is known of them, as Moodle may be told to match by either."""
    by_keys = matched(graded.students, export.rows, (_keys, MoodleRow.known_by), _ABSENT)

    def find(student: Student) -> MoodleRow:
        found = by_keys.row(student)
        if {key.loose for key in _keys(student)} - {key.loose for key in found.known_by()}:
            raise UnfitError(_ABSENT)
        return found

    return find


def _row(outline: Outline, find: Callable[[Student], MoodleRow], seconds: int, grade: Final) -> Row:
    """A row. Raises `UnfitError` for one that Moodle would refuse."""
    details = grade.student.details
    if not _keys(grade.student):
        raise UnfitError("the roster has neither a student number nor a mail address, by which Moodle knows people")
    identified(details.student_number, details.email)
    found = find(grade.student)
    if not 0 <= grade.score <= outline.max_score:
        raise UnfitError(f"{grade.score} is not between 0 and {number(outline.max_score)}")
    who = (details.given_name, details.family_name, found.id_number, "", "", found.email)
    return (*who, grade.score, _feedback(outline, grade.credit), None, seconds)


def _feedback(outline: Outline, credit: Credit) -> str:
    """What a student reads beside the grade: each item that lost points, in a sentence."""
    lost = (item for item in credit.items if (item.points or Decimal(0)) < item.max_points)
    return "\n".join([f"{total(credit, outline.max_score)}.", *map(_line, lost)])


def _line(item: ItemCredit) -> str:
    told = item.override.reason if item.override else item.feedback
    return f"{item.id}: {number(item.points or Decimal(0))} of {number(item.max_points)}. {told}"
