"""The CSV that Moodle imports as grades, each with its feedback beside it.

Moodle gives up a whole file over one row that it can't take, so rows are checked here as it would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from app.policy.credit import Credit, ItemCredit
from app.policy.records import Student
from app.reports.cells import Kind, number
from app.reports.importers.handover import Class, Final, Handover, UnfitError, handover, identified
from app.reports.importers.moodle_export import DOWNLOADED, EMAIL, ID_NUMBER, MoodleExport
from app.reports.outline import Outline
from app.reports.table import Column, Row
from app.reports.words import total


def moodle(graded: Class, export: MoodleExport | None = None) -> Handover:
    """The file for Moodle, to be matched by ID number or mail address.

    `Last downloaded` keeps grades there that are newer: than the export, if there is one, else than this file. With an
    export, students whom it does not have are left out.
    """
    checks = _Checks(_repeated(graded.students), export, graded.outline.max_score)
    made = int(graded.now.timestamp())
    seconds = export.seconds if export and export.seconds is not None else made
    return handover(graded, _columns(graded.outline.title), partial(_row, graded.outline, checks, seconds))


def _columns(title: str) -> tuple[Column, ...]:
    who = ("First name", "Surname", ID_NUMBER, "Institution", "Department", EMAIL)
    return (
        *(Column(name, Kind.TEXT, "") for name in who),
        Column(f"Assignment: {title}", Kind.POINTS, ""),
        Column(f"Feedback: {title}", Kind.TEXT, ""),
        Column("Course total", Kind.POINTS, ""),
        Column(DOWNLOADED, Kind.COUNT, ""),
    )


@dataclass(frozen=True, slots=True)
class _Checks:
    """What Moodle would refuse: identities that two students have, students it does not know, scores out of range."""

    repeated: frozenset[str]
    export: MoodleExport | None
    max_score: Decimal

    def check(self, student: Student, score: Decimal) -> None:
        """Raise `UnfitError` for a row that Moodle would refuse."""
        identities = [text for text in (student.details.student_number, student.details.email) if text]
        if not identities:
            raise UnfitError("the roster has neither a student number nor a mail address, by which Moodle knows people")
        identified(*identities)
        if twice := [text for text in identities if text.casefold() in self.repeated]:
            raise UnfitError(f"two students have {twice[0]!a}, so Moodle can't know who it is")
        if self.export and not self.export.has(student):
            raise UnfitError("the export of Moodle does not have this student number and mail address")
        if not 0 <= score <= self.max_score:
            raise UnfitError(f"{score} is not between 0 and {number(self.max_score)}")


def _row(outline: Outline, checks: _Checks, seconds: int, grade: Final) -> Row:
    checks.check(grade.student, grade.score)
    details = grade.student.details
    who = (details.given_name, details.family_name, details.student_number, "", "", details.email)
    return (*who, grade.score, _feedback(outline, grade.credit), None, seconds)


def _repeated(students: Iterable[Student]) -> frozenset[str]:
    """Student numbers and mail addresses that more than one student has."""
    counted: Counter[str] = Counter()
    for student in students:
        counted.update({text.casefold() for text in (student.details.student_number, student.details.email) if text})
    return frozenset(text for text, times in counted.items() if times > 1)


def _feedback(outline: Outline, credit: Credit) -> str:
    """What a student reads beside the grade: each item that lost points, in a sentence."""
    lost = (item for item in credit.items if (item.points or Decimal(0)) < item.max_points)
    return "\n".join([f"{total(credit, outline.max_score)}.", *map(_line, lost)])


def _line(item: ItemCredit) -> str:
    told = item.override.reason if item.override else item.feedback
    return f"{item.id}: {number(item.points or Decimal(0))} of {number(item.max_points)}. {told}"
