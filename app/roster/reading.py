"""A roster file as entries, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.errors.access import LineFault, RosterError
from app.policy.names import composed
from app.roster.entry import Entry
from app.roster.layouts import Layout, recognised
from app.roster.plan import shared_by_two
from app.roster.separated import BadTableError, read_table

MAX_ROWS = 10_000
ROLES = ("student", "ta", "instructor", "ci", "admin")
LENGTHS: Mapping[str, int] = {
    "id": 200, "given_name": 200, "family_name": 200, "email": 320, "student_number": 100, "section": 80,
}  # fmt: skip
_EXPECTED = "id,given_name,family_name,email,student_number,section,role"


def read_roster(text: str) -> Sequence[Entry]:
    """The entries of a CSV file with `,`, `;` or tabs between its cells. Raises `RosterError` with all faults."""
    table = _table(text)
    layout, header = _layout(table)
    reading = _Reading()
    for line, cells in table[1:]:
        if not _skipped(cells, layout):
            reading.take(line, _fields(layout, header, cells), extra=len(cells) - len(header))
    entries = tuple(reading.entries.values())
    if faults := [*reading.faults, *shared_by_two(entries)]:
        raise RosterError(sorted(faults, key=lambda fault: fault.line))
    return entries


@dataclass(slots=True)
class _Reading:
    """The entries and faults so far; of each entry also the line that it stands in."""

    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)

    def take(self, line: int, fields: dict[str, str], *, extra: int) -> None:
        """Add one row."""
        found = list(_faults(fields))
        if extra > 0:
            found.append(f"got {extra} cells more than the header has; quote cells that contain the separator")
        person, role = fields.pop("id", ""), fields.pop("role", "student").lower()
        if (person, role) in self.lines:
            found.append(f"{person!a} is there as {role} in line {self.lines[person, role]} already; keep one of them")
        self.faults.extend(LineFault(line, message) for message in found)
        self.entries[person, role] = Entry(person, role, fields, line)
        self.lines.setdefault((person, role), line)


def _table(text: str) -> Sequence[tuple[int, Sequence[str]]]:
    """The rows that hold something, with their lines."""
    try:
        table = list(read_table(text, lambda cells: recognised(_lowered(cells)) is not None))
    except BadTableError as error:
        raise RosterError([LineFault(error.line, f"no CSV: {error}; see to the quotation marks")]) from None
    if len(table) > MAX_ROWS + 1:
        raise RosterError(
            [LineFault(table[MAX_ROWS + 1][0], f"got {len(table) - 1} rows; at most {MAX_ROWS} are read")]
        )
    return table


def _layout(table: Sequence[tuple[int, Sequence[str]]]) -> tuple[Layout, Sequence[str]]:
    if not table:
        raise RosterError(
            [LineFault(1, f"got no header; the first line is `{_EXPECTED}`, or fewer of these with `id`")]
        )
    line, cells = table[0]
    header = _lowered(cells)
    layout = recognised(header)
    if layout is None:
        message = f"got the header {','.join(cells)[:200]!a}; expected `{_EXPECTED}`, Canvas' or Moodle's"
        raise RosterError([LineFault(line, message)])
    if unknown := layout.unknown(header):
        raise RosterError([LineFault(line, f"got the columns {unknown!a}; known are `{_EXPECTED}`")])
    return layout, header


def _lowered(cells: Sequence[str]) -> Sequence[str]:
    return [cell.lower() for cell in cells]


def _skipped(cells: Sequence[str], layout: Layout) -> bool:
    return cells[0].lower() in layout.skipped


def _fields(layout: Layout, header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """What a row says, by field; blank cells say nothing."""
    by_column = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
    fields = {layout.columns[name]: cell for name, cell in by_column.items() if name in layout.columns}
    family, comma, given = fields.pop("sorted_name", "").partition(", ")
    fields |= {"family_name": family, "given_name": given} if comma else {"family_name": family} if family else {}
    person = next((by_column[name] for name in layout.ids if name in by_column), "")
    return fields | {"id": composed(person)}


def _faults(fields: Mapping[str, str]) -> Iterator[str]:
    """What is wrong in one row."""
    if not fields["id"]:
        yield "got no id; each person needs one, under which scores are kept"
    if fields.get("role", "student").lower() not in ROLES:
        yield f"got the role {fields['role'][:40]!a}; there are {', '.join(ROLES)}"
    for name, cell in fields.items():
        if not cell.isprintable() or len(cell) > LENGTHS.get(name, 200):
            yield f"got {cell[:40]!a} as {name}; it has at most {LENGTHS.get(name, 200)} printable characters"
    if "email" in fields and not _is_address(fields["email"]):
        yield f"got the mail address {fields['email'][:80]!a}; it has one @ and no blanks"


def _is_address(text: str) -> bool:
    name, at, host = text.partition("@")
    return bool(name and at and host) and "@" not in host and " " not in text
