"""A table as CSV, whatever stands between its cells: commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

_SEPARATORS = ",;\t"
_SAID = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
Cells: TypeAlias = Sequence[str]


class BadTableError(Exception):
    """A text that is no table: the line, counted from 1, and what is wrong with it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_table(text: str, knows: Callable[[Cells], bool]) -> Iterator[tuple[int, Cells]]:
    """The rows that hold something, with their lines, without blanks at the ends of cells; read as they are asked for.

    The separator is the one by which `knows` knows the header, so that no comma in a title is taken for one; or that
    a line `sep=;` before it names, as spreadsheets write it. Raises `BadTableError`.
    """
    said = _SAID.match(text)
    body = text[said.end() :] if said else text
    before = 1 if said else 0
    rows = csv.reader(
        io.StringIO(body, newline=""), delimiter=said[1] if said else _separator(body, knows), strict=True
    )
    while True:
        line = before + rows.line_num + 1
        try:
            cells = _stripped(next(rows))
        except StopIteration:
            return
        except csv.Error as error:
            raise BadTableError(before + rows.line_num, str(error)) from None
        if any(cells):
            yield line, cells


def _separator(body: str, knows: Callable[[Cells], bool]) -> str:
    """The first one by which the header is known, else the one that stands most often in the first line."""
    by_header = (one for one in _SEPARATORS if knows(_header(body, one)))
    return next(by_header, max(_SEPARATORS, key=body.partition("\n")[0].count))


def _header(body: str, separator: str) -> Cells:
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        return _stripped(next(rows, []))
    except csv.Error:
        return []


def _stripped(cells: Sequence[str]) -> Cells:
    return [cell.strip() for cell in cells]
