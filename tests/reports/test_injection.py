"""No text whatever becomes a formula in a spreadsheet, and every text can be had back."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from app.reports.cells import Cell, Kind, defused, runs
from app.reports.csv_text import write_csv
from app.reports.table import Column, Table
from app.reports.xlsx import write_xlsx
from tests.reports.classes import WHEN, written

STARTERS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "−", "﹣", "⁼"]
BEFORE = ["", "'", "''"]
DANGEROUS = [f"{before}{starter}cmd|' /C calc'!A0" for starter in STARTERS for before in BEFORE]
DANGEROUS += [f"{before}{starter}1" for starter in STARTERS if starter.strip() for before in (" ", "\u3000", "' ")]
HOSTILE = st.tuples(st.sampled_from(["", "'", " ", *STARTERS]), st.text(max_size=20)).map("".join)
IN_XML = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")


def of(*texts: Cell) -> Table:
    columns = tuple(Column(f"c{place}", Kind.TEXT, "") for place in range(len(texts)))
    return Table("t", WHEN, columns, [texts], {})


def back(text: str) -> str:
    """A text as it was: the apostrophe that keeps it from running taken off."""
    return text[1:] if runs(text) else text


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["ann", "a=1", "", " x", "'tis", "O'Neill", "3-4", "ά", "１"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert defused(text) == text


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(HOSTILE.filter(lambda text: "\0" not in text), min_size=1, max_size=4))
def test_no_cell_of_a_csv_starts_a_formula_and_each_can_be_had_back(texts: list[str]) -> None:
    data = written(write_csv, of(*texts)).decode("utf-8", "surrogatepass")
    _, row = csv.reader(io.StringIO(data, newline=""))
    assert [back(cell) for cell in row] == [text.encode("utf-8", "replace").decode() for text in texts]
    assert not any(cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for cell in row)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from(["", "'", *STARTERS]), st.text(IN_XML, max_size=20)).map("".join), max_size=4)
)
def test_no_cell_of_a_sheet_is_a_formula_and_each_stands_as_it_was(texts: list[str]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(write_xlsx, of("first", *texts))))["scores"]
    cells = list(sheet[2])[1:]
    assert all(cell.data_type in {"s", "inlineStr", "n"} for cell in cells)
    assert [unescape(cell.value or "") for cell in cells] == texts
    assert all(cell.quotePrefix for cell, text in zip(cells, texts, strict=True) if text and runs(text))


@pytest.mark.parametrize(("cell", "shown"), [(-2, "-2"), (0, "0"), (None, '""'), (True, '"true"')])
def test_numbers_stay_numbers(cell: Any, shown: str) -> None:
    assert written(write_csv, of(cell)).decode().splitlines()[1] == shown
