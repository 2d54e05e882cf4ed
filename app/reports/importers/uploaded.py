"""A table that another system has exported, as it was uploaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import BadExportError

MAX_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The columns of an export, and its rows by column, without blanks at the ends of cells."""

    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]]


def read_uploaded(text: str, needed: Sequence[str]) -> Uploaded:
    """Read a CSV with at least the columns that are `needed`. Raises `BadExportError`."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = [[cell.strip() for cell in cells] for cells, _ in zip(lines, range(MAX_ROWS + 2), strict=False)]
    except csv.Error as error:
        raise BadExportError(f"line {lines.line_num} is no CSV: {error}; export the grades again") from None
    header = table[0] if table else []
    if missing := [name for name in needed if name not in header]:
        raise BadExportError(f"got no column {missing[0]!r} in the first line; send the export as it came")
    if len(table) > MAX_ROWS + 1:
        raise BadExportError(f"got more than {MAX_ROWS} rows; export one section or group at a time")
    return Uploaded(header, [dict(zip(header, cells, strict=False)) for cells in table[1:]])
