"""An export of Moodle's gradebook: whom it knows, and when it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.importers.matching import EMAIL, NUMBER, Key, Keys, present
from app.reports.importers.uploaded import read_uploaded

ID_NUMBER, EMAIL_ADDRESS, DOWNLOADED = "ID number", "Email address", "Last downloaded from this course"


@dataclass(frozen=True, slots=True)
class MoodleRow:
    """A student as Moodle has them."""

    id_number: str
    email: str

    def known_by(self) -> Keys:
        """By what Moodle knows the student."""
        return present(Key(NUMBER, self.id_number), Key(EMAIL, self.email))


@dataclass(frozen=True, slots=True)
class MoodleExport:
    """The students whom Moodle knows; `seconds` is when it was exported, if it says so (Unix time)."""

    rows: Sequence[MoodleRow]
    seconds: int | None


def read_moodle_export(text: str) -> MoodleExport:
    """Read an export. Raises `BadExportError` for a text that is none."""
    uploaded = read_uploaded(text, (ID_NUMBER, EMAIL_ADDRESS), (ID_NUMBER, EMAIL_ADDRESS, DOWNLOADED))
    rows = tuple(MoodleRow(row.get(ID_NUMBER, ""), row.get(EMAIL_ADDRESS, "")) for row in uploaded.rows)
    said = [row[DOWNLOADED] for row in uploaded.rows if row.get(DOWNLOADED, "").isdecimal()]
    return MoodleExport(rows, int(said[0]) if said else None)
