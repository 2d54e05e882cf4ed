"""Tables as JSON, and as JSON lines: one object a row; the marks of a row are an object of their own, `items`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from app.reports.cells import Kind, Mark, number
from app.reports.standing import instant
from app.reports.table import Row, Table


def write_json(table: Table, out: BinaryIO) -> None:
    """One object: what the table says of itself, then its rows."""
    out.write(f"{_text(table.head)[:-1]}, {_text(table.called)}: [".encode())
    for index, row in enumerate(table.rows):
        out.writelines((b",\n" if index else b"\n", _text(record(table, row)).encode()))
    out.write(b"]}\n")


def write_json_lines(table: Table, out: BinaryIO) -> None:
    """One line a row."""
    out.writelines(f"{_text(record(table, row))}\n".encode() for row in table.rows)


def record(table: Table, row: Row) -> Mapping[str, Any]:
    """A row as an object; marks that are empty are left out of `items`."""
    plain: dict[str, Any] = {}
    items: dict[str, Any] = {}
    for column, cell in zip(table.columns, row, strict=True):
        if column.kind is not Kind.MARK:
            plain[column.name] = _VALUES[type(cell)](cell)
        elif cell is not None:
            items[column.name] = _VALUES[type(cell)](cell)
    has_marks = any(column.kind is Kind.MARK for column in table.columns)
    return plain | ({"items": items} if has_marks else {})


def _text(value: Any) -> str:
    """ASCII only, so that any text whatever can be written."""
    return json.dumps(value)


def _mark(mark: Mark) -> Mapping[str, Any]:
    told = {"points": None if mark.points is None else number(mark.points), "verdict": mark.verdict}
    return told | ({"waiting": True} if mark.waiting else {})


_VALUES: Mapping[type, Callable[..., Any]] = {
    str: str,
    int: int,
    bool: bool,
    Decimal: number,
    datetime: instant,
    Mark: _mark,
    type(None): lambda _: None,
}
