"""A table that another system has exported, as it was uploaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from app.errors import BadExportError
from app.roster.separated import BadTableError, read_table

MAX_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The columns of an export, and its rows by column, without blanks at the ends of cells."""

    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]]


def read_uploaded(text: str, needed: Sequence[str], once: Collection[str]) -> Uploaded:
    """Read a table with at least the columns that are `needed`, and none of those twice that may stand there `once`.

    What may stand between its cells is what may in a roster. Raises `BadExportError`.
    """
    try:
        table = [cells for _, cells in islice(read_table(text, set(needed).issubset), MAX_ROWS + 2)]
    except BadTableError as error:
        raise BadExportError(f"line {error.line} is no CSV: {error}; export the grades again") from None
    header = table[0] if table else []
    if missing := [name for name in needed if name not in header]:
        raise BadExportError(f"got no column {missing[0]!r} in the first line; send the export as it came")
    if twice := [name for name in header if name in once and header.count(name) > 1]:
        raise BadExportError(f"got the column {twice[0]!r} twice, so it can't be told who is who; export it again")
    if len(table) > MAX_ROWS + 1:
        raise BadExportError(f"got more than {MAX_ROWS} rows; export one section or group at a time")
    return Uploaded(header, [dict(zip(header, cells, strict=False)) for cells in table[1:]])
