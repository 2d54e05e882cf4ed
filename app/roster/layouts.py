"""The headers of roster files: our own, and those of the files that Canvas and Moodle export."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a kind of file mean.

    It is recognised by the columns that are `needed`. A person's id is the first of `ids` that a row has; other
    `columns` go to fields. A column that is neither is a fault in a file that is `closed`, and left out otherwise. Rows
    whose first cell is one of `skipped` are no people.
    """

    name: str
    needed: frozenset[str]
    ids: tuple[str, ...]
    columns: Mapping[str, str]
    closed: bool = False
    skipped: frozenset[str] = field(default_factory=frozenset)

    def unknown(self, header: Collection[str]) -> list[str]:
        """The columns of a header that mean nothing here."""
        return [name for name in header if self.closed and name and name not in {*self.ids, *self.columns}]


_FIELDS = ("given_name", "family_name", "email", "student_number", "section", "role")
OWN = Layout("ours", frozenset({"id"}), ("id",), {name: name for name in _FIELDS}, closed=True)
LAYOUTS = (
    Layout(
        "Canvas",
        frozenset({"student", "sis login id"}),
        ("sis login id",),
        {"student": "sorted_name", "sis user id": "student_number", "section": "section"},
        skipped=frozenset({"points possible", "student, test", ""}),
    ),
    Layout(
        "Moodle",
        frozenset({"first name", "email address"}),
        ("username", "id number", "email address"),
        {
            "first name": "given_name",
            "surname": "family_name",
            "last name": "family_name",
            "id number": "student_number",
            "email address": "email",
            "group": "section",
            "groups": "section",
        },
    ),
    OWN,
)


def recognised(header: Collection[str]) -> Layout | None:
    """The layout of a file by its header, in lower case."""
    return next((layout for layout in LAYOUTS if layout.needed <= set(header)), None)
