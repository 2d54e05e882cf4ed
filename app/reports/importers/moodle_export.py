"""An export of Moodle's gradebook: whom it knows, and when it was made."""

from __future__ import annotations

from dataclasses import dataclass

from app.policy.records import Student
from app.reports.importers.uploaded import read_uploaded

ID_NUMBER, EMAIL, DOWNLOADED = "ID number", "Email address", "Last downloaded from this course"


@dataclass(frozen=True, slots=True)
class MoodleExport:
    """ID numbers and mail addresses that Moodle knows; `seconds` is when it was exported, if it says so (Unix time)."""

    known: frozenset[str]
    seconds: int | None

    def has(self, student: Student) -> bool:
        """Whether Moodle knows a student by all that it would be given, so that either can be matched by."""
        given = [text.casefold() for text in (student.details.student_number, student.details.email) if text]
        return self.known.issuperset(given)


def read_moodle_export(text: str) -> MoodleExport:
    """Read an export. Raises `BadExportError` for a text that is none."""
    rows = read_uploaded(text, (ID_NUMBER, EMAIL)).rows
    known = {row[name].casefold() for row in rows for name in (ID_NUMBER, EMAIL) if row.get(name)}
    said = [row[DOWNLOADED] for row in rows if row.get(DOWNLOADED, "").isdecimal()]
    return MoodleExport(frozenset(known), int(said[0]) if said else None)
