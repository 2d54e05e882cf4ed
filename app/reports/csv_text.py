"""Tables as CSV (RFC 4180): every text quoted and defused, numbers bare with a point, moments in ISO 8601."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from app.reports.cells import Mark, defused, number
from app.reports.standing import instant
from app.reports.table import Table

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write_csv(table: Table, out: BinaryIO) -> None:
    """Write a table row by row, in UTF-8."""
    out.writelines(line.encode("utf-8", "replace") for line in csv_lines(table))


def write_marked_csv(table: Table, out: BinaryIO) -> None:
    """The same with a byte order mark first, by which some spreadsheets know UTF-8."""
    out.write(BYTE_ORDER_MARK)
    write_csv(table, out)


def csv_lines(table: Table) -> Iterator[str]:
    """The lines, with their ends."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_NONNUMERIC)
    yield writer.writerow([defused(column.name) for column in table.columns])
    for row in table.rows:
        yield writer.writerow([_PLAIN[type(cell)](cell) for cell in row])


class _Echo:
    """A file that gives back what is written: `csv.writer` returns it from `writerow`."""

    def write(self, text: str) -> str:
        return text


def _mark(mark: Mark) -> int | float | str:
    cell = mark.cell
    return number(cell) if isinstance(cell, Decimal) else cell


_PLAIN: Mapping[type, Callable[..., object]] = {
    str: defused,
    int: int,
    bool: lambda flag: "true" if flag else "false",
    Decimal: number,
    datetime: instant,
    Mark: _mark,
    type(None): lambda _: "",
}
