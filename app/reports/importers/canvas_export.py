"""An export of Canvas' gradebook: whom it has, under which numbers, and which columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.reports.importers.matching import LOGIN, NUMBER, Key, Keys, present
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

    def known_by(self) -> Keys:
        """By what Canvas knows the student."""
        return present(Key(NUMBER, self.sis_user_id), Key(LOGIN, self.sis_login_id))


@dataclass(frozen=True, slots=True)
class CanvasExport:
    """An export: its columns, and its students."""

    columns: Sequence[str]
    rows: Sequence[CanvasRow]

    def column(self, title: str) -> str | None:
        """The column of the assignment with this title, whose number Canvas knows it by; None if not exactly one."""
        found = [name for name in self.columns if (match := _NUMBERED.fullmatch(name)) and match["title"] == title]
        return found[0] if len(found) == 1 else None


def read_canvas_export(text: str) -> CanvasExport:
    """Read an export. Raises `BadExportError` for a text that is none."""
    uploaded = read_uploaded(text, ("Student", "ID"), _IDENTITIES)
    return CanvasExport(uploaded.columns, tuple(_rows(uploaded.rows)))


def _rows(rows: Iterable[Mapping[str, str]]) -> Iterator[CanvasRow]:
    """The students; rows without a number of Canvas' are about the columns."""
    for row in rows:
        if row.get("ID"):
            student, own, number, login, section = (row.get(name, "") for name in _IDENTITIES)
            yield CanvasRow(student, own, number, login, section, row)
