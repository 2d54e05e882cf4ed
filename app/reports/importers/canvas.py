"""The CSV that Canvas imports into its gradebook.

A student who is left out keeps what Canvas has: a row with an empty cell would count there as a change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from app.policy.records import Student
from app.reports.cells import Kind
from app.reports.importers.canvas_export import CanvasExport, CanvasRow
from app.reports.importers.handover import Class, Final, Handover, UnfitError, handover, identified
from app.reports.table import Column, Row

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
    find = _from_roster if export is None else partial(_from_export, export, header)
    taken: set[tuple[str, str, str]] = set()

    def row(grade: Final) -> Row:
        found = find(grade.student)
        _take(found, taken)
        return (found.student, found.id, found.sis_user_id, found.sis_login_id, found.section, grade.score)

    return handover(graded, columns, row, (possible,), notes)


def _title(title: str) -> tuple[str, tuple[str, ...]]:
    """The title as Canvas takes it: it drops columns whose titles it uses itself, without a word."""
    changed = _RESERVED.sub(r"\1-\2", title)
    return changed, () if changed == title else (f"the title {title!r} is {changed!r} there: Canvas drops the former",)


def _take(found: CanvasRow, taken: set[tuple[str, str, str]]) -> None:
    """Raise `UnfitError` for a student whom Canvas would not find, or would take for one who has a row already."""
    identity = (found.id, found.sis_user_id, found.sis_login_id)
    identified(*identity)
    if identity in taken:
        raise UnfitError("another student's row goes to the same student of Canvas")
    taken.add(identity)


def _from_roster(student: Student) -> CanvasRow:
    details = student.details
    sorted_name = ", ".join(name for name in (details.family_name, details.given_name) if name)
    return CanvasRow(sorted_name or student.name, "", details.student_number, student.name, student.section)


def _from_export(export: CanvasExport, header: str, student: Student) -> CanvasRow:
    found = export.find(student)
    if found is None:
        raise UnfitError("the export of Canvas has no such student number, login or mail address, or has it twice")
    if found.scores.get(header) == "EX":
        raise UnfitError("excused in Canvas")
    return found
