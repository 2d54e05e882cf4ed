"""The CSV that Canvas imports into its gradebook.

A student who is left out keeps what Canvas has: a row with an empty cell would count there as a change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from app.policy.records import Student
from app.reports.cells import Kind
from app.reports.importers.canvas_export import CanvasExport, CanvasRow
from app.reports.importers.handover import Class, Final, Handover, UnfitError, handover, identified
from app.reports.importers.matching import LOGIN, NUMBER, Key, Keys, matched, present, shared
from app.reports.table import Column, Row

_ABSENT = "the export of Canvas has no such student number, login or mail address"
POINTS_POSSIBLE = "    Points Possible"
_RESERVED = re.compile(r"\b(Current|Final|Override)[ ](Score|Points|Grade|Status)\b", re.IGNORECASE)
_MEANINGS: Mapping[str, str] = {
    "Student": "as the gradebook sorts them",
    "ID": "Canvas' own number",
    "SIS User ID": "the student number",
    "SIS Login ID": "the student's id",
    "Section": "",
}


def canvas(graded: Class, export: CanvasExport | None = None) -> Handover:
    """The file for Canvas: students as an export of its gradebook has them, or as the roster does without one.

    With an export, scores go to its column of the same title; otherwise Canvas asks where they are to go.
    """
    title, notes = _title(graded.outline.title)
    header = (export.column(title) if export else None) or title
    columns = (*(Column(name, Kind.TEXT, told) for name, told in _MEANINGS.items()), Column(header, Kind.POINTS, ""))
    possible: Row = (POINTS_POSSIBLE, "", "", "", "", graded.outline.max_score)
    find = partial(_from_roster, shared(graded.students, _keys)) if export is None else _finder(graded, export, header)

    def row(grade: Final) -> Row:
        found = find(grade.student)
        identified(found.id, found.sis_user_id, found.sis_login_id)
        return (found.student, found.id, found.sis_user_id, found.sis_login_id, found.section, grade.score)

    return handover(graded, columns, row, (possible,), notes)


def _title(title: str) -> tuple[str, tuple[str, ...]]:
    """The title as Canvas takes it: it drops columns whose titles it uses itself, without a word."""
    changed = _RESERVED.sub(r"\1-\2", title)
    return changed, () if changed == title else (f"the title {title!r} is {changed!r} there: Canvas drops the former",)


def _keys(student: Student) -> Keys:
    return present(Key(NUMBER, student.details.student_number), Key(LOGIN, student.name))


def _from_roster(known: Mapping[Key, Sequence[Student]], student: Student) -> CanvasRow:
    """A row by the roster. Raises `UnfitError` for a student whom Canvas would take for another.

    Canvas looks for the number first, and reads logins whatever their case.
    """
    first = _keys(student)[0]
    if others := [other.name for other in known[first.loose] if other is not student]:
        raise UnfitError(f"{others[0]!a} may have the same {first.kind} in Canvas; an export of it may tell them apart")
    details = student.details
    sorted_name = ", ".join(name for name in (details.family_name, details.given_name) if name)
    return CanvasRow(sorted_name or student.name, "", details.student_number, student.name, student.section)


def _finder(graded: Class, export: CanvasExport, header: str) -> Callable[[Student], CanvasRow]:
    """What finds a student's row in an export."""
    by_keys = matched(graded.students, export.rows, (_exported_keys, CanvasRow.known_by), _ABSENT)

    def find(student: Student) -> CanvasRow:
        found = by_keys.row(student)
        if found.scores.get(header) == "EX":
            raise UnfitError("excused in Canvas")
        return found

    return find


def _exported_keys(student: Student) -> Keys:
    """By what an export may have a student: a mail address may be the login there."""
    return present(*_keys(student), Key(LOGIN, student.details.email))
