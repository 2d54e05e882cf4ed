"""An export of Canvas' gradebook: whom it has, under which numbers, and which columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.policy.records import Student
from app.reports.importers.uploaded import read_uploaded

_IDENTITIES = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_NUMBERED = re.compile(r"(?P<title>.*) \(\d+\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CanvasRow:
    """A student as Canvas has them; `scores` are the other cells, by column."""

    student: str
    id: str
    sis_user_id: str
    sis_login_id: str
    section: str
    scores: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CanvasExport:
    """An export: its columns, and its students by what they may be known by here; None where two have the same."""

    columns: Sequence[str]
    rows: Mapping[tuple[str, str], CanvasRow | None]

    def find(self, student: Student) -> CanvasRow | None:
        """A student's row, by student number, else by id or mail address as the login."""
        keys = _keys(student.details.student_number, student.name, student.details.email)
        return next((self.rows[key] for key in keys if key in self.rows), None)

    def column(self, title: str) -> str | None:
        """The column of the assignment with this title, whose number Canvas knows it by; None if not exactly one."""
        found = [name for name in self.columns if (match := _NUMBERED.fullmatch(name)) and match["title"] == title]
        return found[0] if len(found) == 1 else None


def read_canvas_export(text: str) -> CanvasExport:
    """Read an export. Raises `BadExportError` for a text that is none."""
    uploaded = read_uploaded(text, ("Student", "ID"))
    return CanvasExport(uploaded.columns, _by_key(_rows(uploaded.rows)))


def _rows(rows: Iterable[Mapping[str, str]]) -> Iterator[CanvasRow]:
    """The students; rows without a number of Canvas' are about the columns."""
    for row in rows:
        if row.get("ID"):
            student, own, number, login, section = (row.get(name, "") for name in _IDENTITIES)
            yield CanvasRow(student, own, number, login, section, row)


def _by_key(rows: Iterator[CanvasRow]) -> Mapping[tuple[str, str], CanvasRow | None]:
    found: dict[tuple[str, str], CanvasRow | None] = {}
    for row in rows:
        for key in _keys(row.sis_user_id, row.sis_login_id):
            found[key] = None if key in found else row
    return found


def _keys(number: str, *logins: str) -> Iterator[tuple[str, str]]:
    if number:
        yield "number", number
    yield from (("login", login.casefold()) for login in logins if login)
