"""The CSV that Moodle imports as grades, each with its feedback beside it.

Moodle gives up a whole file over one row that it can't take, so rows are checked here as it would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from app.policy.credit import Credit, ItemCredit
from app.policy.records import Student
from app.reports.cells import Kind, number
from app.reports.importers.handover import Class, Final, Handover, UnfitError, handover, identified
from app.reports.outline import Outline
from app.reports.table import Column, Row
from app.reports.words import total


def moodle(graded: Class) -> Handover:
    """The file for Moodle, to be matched by ID number or mail address; `Last downloaded` keeps newer grades there."""
    row = partial(_row, graded, _repeated(graded.students))
    return handover(graded, _columns(graded.outline.title), row)


def _columns(title: str) -> tuple[Column, ...]:
    who = ("First name", "Surname", "ID number", "Institution", "Department", "Email address")
    return (
        *(Column(name, Kind.TEXT, "") for name in who),
        Column(f"Assignment: {title}", Kind.POINTS, ""),
        Column(f"Feedback: {title}", Kind.TEXT, ""),
        Column("Course total", Kind.POINTS, ""),
        Column("Last downloaded from this course", Kind.COUNT, ""),
    )


def _row(graded: Class, repeated: frozenset[str], grade: Final) -> Row:
    details = grade.student.details
    _check_student(grade.student, repeated)
    if not 0 <= grade.score <= graded.outline.max_score:
        raise UnfitError(f"{grade.score} is not between 0 and {number(graded.outline.max_score)}")
    who = (details.given_name, details.family_name, details.student_number, "", "", details.email)
    seconds = int(graded.now.timestamp())
    return (*who, grade.score, _feedback(graded.outline, grade.credit), None, seconds)


def _check_student(student: Student, repeated: frozenset[str]) -> None:
    identities = [text for text in (student.details.student_number, student.details.email) if text]
    if not identities:
        raise UnfitError("the roster has neither a student number nor a mail address, so Moodle can't know who it is")
    identified(*identities)
    if twice := [text for text in identities if text.casefold() in repeated]:
        raise UnfitError(f"two students have {twice[0]!a}, so Moodle can't know who it is")


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
