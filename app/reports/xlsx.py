"""Tables as XLSX: numbers as numbers, moments as dates, texts as texts whatever they begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from xlsxwriter import Workbook

from app.errors import TooManyRowsError
from app.reports.cells import Cell, Kind, Mark, number, runs
from app.reports.table import Column, Row, Table

MAX_ROWS = 100_000  # a sheet holds ten times as many, but takes minutes to write, and nobody reads it
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORMATS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.TEXT: {},
    Kind.COUNT: {"num_format": "0"},
    Kind.POINTS: {"num_format": "0.0#"},
    Kind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    Kind.FLAG: {},
    Kind.MARK: {"num_format": "0.0#"},
}
_WIDTHS: Mapping[Kind, int] = {
    Kind.TEXT: 18, Kind.COUNT: 9, Kind.POINTS: 9, Kind.MOMENT: 19, Kind.FLAG: 9, Kind.MARK: 11,
}  # fmt: skip
_NOTES = (
    ("a number", "points; 0 is a zero"),
    ("waiting", "handed in; it waits for a person, which is no zero"),
    ("pending", "handed in; the points are open"),
    ("service_failure", "handed in; the service failed to grade it, which is no zero"),
    ("an empty cell", "nothing to be said: see the column's meaning, and `status`"),
    ("moments", "UTC"),
)


def write_xlsx(table: Table, out: BinaryIO) -> None:
    """Write a table as a sheet `scores`, and what its columns mean as a sheet `columns`, one row in memory at a time.

    Raises `TooManyRowsError` for a table with more than `MAX_ROWS` rows.
    """
    with Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": table.title, "created": table.made_at.astimezone(UTC).replace(tzinfo=None)})
        pen = _Pen(book)
        _scores(pen, table)
        _columns(pen, table)


class _Pen:
    """Writes cells of a workbook in the formats of their columns' kinds.

    A text that would run if somebody edited its cell has the format that stands for an apostrophe in front of it.
    """

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bottom": 1})
        self._formats = {kind: book.add_format(dict(options)) for kind, options in _FORMATS.items()}
        self._quoted = book.add_format({"quote_prefix": True})

    def row(self, sheet: Any, number_of_row: int, columns: tuple[Column, ...], row: Row) -> None:
        """Write one row."""
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            self.cell(sheet, (number_of_row, place), self._formats[column.kind], cell)

    def cell(self, sheet: Any, place: tuple[int, int], form: Any, cell: Cell) -> None:
        """Write one cell, or nothing for an empty one."""
        shown = cell.cell if isinstance(cell, Mark) else cell
        if isinstance(shown, str) and runs(shown):
            form = self._quoted
        _WRITE[type(shown)](sheet, *place, shown, form)


def _scores(pen: _Pen, table: Table) -> None:
    sheet = pen.book.add_worksheet("scores")
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
        pen.cell(sheet, (0, place), pen.head, column.name)
    sheet.freeze_panes(1, 1)
    last = 0
    for last, row in enumerate(table.rows, 1):
        if last > MAX_ROWS:
            raise TooManyRowsError(
                f"the table has more than {MAX_ROWS} rows, the most that a sheet gets here; ask for CSV, which has no"
                " such limit, or for one section at a time"
            )
        pen.row(sheet, last, table.columns, row)
    sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _columns(pen: _Pen, table: Table) -> None:
    sheet = pen.book.add_worksheet("columns")
    told = (*((column.name, column.meaning) for column in table.columns), ("", ""), *_NOTES)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for place, name in enumerate(("column", "meaning")):
        pen.cell(sheet, (0, place), pen.head, name)
    for number_of_row, pair in enumerate(told, 1):
        for place, text in enumerate(pair):
            pen.cell(sheet, (number_of_row, place), None, text)


def _write_text(sheet: Any, row: int, place: int, text: str, form: Any) -> None:
    sheet.write_string(row, place, text, form)


_WRITE: Mapping[type, Callable[..., None]] = {
    str: _write_text,
    int: lambda sheet, row, place, count, form: sheet.write_number(row, place, count, form),
    bool: lambda sheet, row, place, flag, form: sheet.write_boolean(row, place, flag, form),
    Decimal: lambda sheet, row, place, points, form: sheet.write_number(row, place, number(points), form),
    datetime: lambda sheet, row, place, moment, form: sheet.write_datetime(
        row, place, moment.astimezone(UTC).replace(tzinfo=None), form
    ),
    type(None): lambda *_: None,
}
