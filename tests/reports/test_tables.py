"""The three tables in all forms, each read back by a reader that knows nothing of this project."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import openpyxl
import pytest

from app.reports import xlsx
from app.reports.csv_text import write_csv, write_marked_csv
from app.reports.formats import FORMS, Form
from app.reports.identities import Naming, identities, pseudonym
from app.reports.json_text import write_json, write_json_lines
from app.reports.shapes import Shape, table
from app.reports.xlsx import write_xlsx
from tests.reports.classes import FULL, KEY, SHEET, STANDINGS, WHEN, by_student, report, stands, written

Rows = list[dict[str, Any]]


def read_csv(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def read_xlsx(data: bytes) -> Rows:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["scores"]
    names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def read_json(data: bytes) -> Rows:
    found = json.loads(data)
    return list(map(flat, found.get("students", found.get("rows"))))


def read_json_lines(data: bytes) -> Rows:
    return [flat(json.loads(line)) for line in data.splitlines()]


def flat(row: dict[str, Any]) -> dict[str, Any]:
    return row | row.pop("items", {})


READERS: dict[Form, Callable[[bytes], Rows]] = {
    Form.CSV: read_csv,
    Form.XLSX: read_xlsx,
    Form.JSON: read_json,
    Form.JSONL: read_json_lines,
}
EACH_FORM = pytest.mark.parametrize("form", Form)


def read_back(form: Form, shape: Shape = Shape.STUDENTS, naming: Naming = Naming.IDS) -> Rows:
    sheet = replace(SHEET, identities=identities(naming, KEY))
    return READERS[form](written(FORMS[form].write, table(shape, sheet, STANDINGS)))


def state(row: dict[str, Any]) -> tuple[str, bool, str]:
    """What a reader can tell of a student: the status, whether there is a score, and what stands for item b."""
    mark = row.get("b")
    shown = mark["points"] if isinstance(mark, dict) and mark["points"] is not None else mark
    return row["status"], row["score"] not in {None, ""}, json.dumps(shown)


@EACH_FORM
def test_missing_pending_failed_partly_graded_and_zero_are_five_different_things(form: Form) -> None:
    rows = by_student(read_back(form))
    states = [state(rows[name]) for name in ("fay", "dee", "eve", "cyd", "bob, the 2nd")]
    assert [status for status, _, _ in states] == ["missing", "pending", "service_failure", "partly_graded", "graded"]
    assert [has_score for _, has_score, _ in states] == [False, False, False, True, True]
    assert float(rows["bob, the 2nd"]["score"]) == 0
    assert len({shown for _, _, shown in states}) >= 4


@EACH_FORM
def test_missing_pending_failed_and_zero_are_told_apart_in_the_longer_tables(form: Form) -> None:
    for shape in (Shape.ITEMS, Shape.LONG):
        found = by_student(reversed(read_back(form, shape)))
        names = ("fay", "dee", "eve", "bob, the 2nd")
        assert [found[name]["status"] for name in names] == ["missing", "pending", "service_failure", "graded"]
        assert [found[name]["points"] in {None, ""} for name in names] == [True, True, True, False]
        assert float(found["bob, the 2nd"]["points"]) == 0


def test_a_cell_of_an_item_in_csv_is_points_or_a_word() -> None:
    cells = {name: (row["a"], row["b"]) for name, row in by_student(read_back(Form.CSV)).items()}
    assert cells["bob, the 2nd"] == ("0", "0")
    assert cells["cyd"] == ("2", "waiting")
    assert cells["dee"] == ("pending", "pending")
    assert cells["eve"] == ("service_failure", "service_failure")
    assert cells["fay"] == ("", "")
    assert cells["'=ada"] == ("2", "1.5")


def test_an_answer_that_waits_is_no_zero_in_any_table() -> None:
    waits = [stands("ina", report(2, 0, verdicts={"b": "unreadable"}))]
    (row,) = read_csv(written(write_csv, table(Shape.STUDENTS, SHEET, waits)))
    told = (row["status"], row["a"], row["b"], row["waiting_points"], row["answers_waiting"])
    assert told == ("partly_graded", "2", "waiting", "3", "1")
    for shape in (Shape.ITEMS, Shape.LONG):
        rows = read_json_lines(written(write_json_lines, table(shape, SHEET, waits)))
        assert [(one["verdict"], one["waiting"]) for one in rows] == [("correct", False), ("unreadable", True)]


@EACH_FORM
def test_a_deduction_has_a_column_of_its_own(form: Form) -> None:
    found = by_student(read_back(form))
    mark = found["gus"]["deduction"]
    assert float(mark["points"] if isinstance(mark, dict) else mark) == -2
    assert found["fay"].get("deduction") in {None, ""}


@EACH_FORM
def test_lateness_and_overrides_are_in_the_total(form: Form) -> None:
    hal = by_student(read_back(form))["hal"]
    assert [float(hal[name]) for name in ("days_late", "penalty", "score", "overridden")] == [2, 0.6, 2.4, 1]


def test_every_row_says_which_submission_counts_and_when_it_came() -> None:
    ada = read_back(Form.CSV)[0]
    assert (ada["submission"], ada["attempts"], ada["submitted_at"]) == ("'=ada3", "3", "2026-11-24T09:30:15.123Z")


def test_long_rows_say_attempt_evidence_and_versions() -> None:
    rows = read_back(Form.JSONL, Shape.LONG)
    ada = [row for row in rows if row["student"] == "=ada"]
    assert [(row["attempt"], row["item"], row["counts"]) for row in ada] == [
        (1, "a", False), (1, "b", False), (2, "a", False), (2, "b", False), (3, "a", True), (3, "b", True),
    ]  # fmt: skip
    bob = next(row for row in rows if row["student"] == "bob, the 2nd")
    assert (bob["evidence"], bob["misreadings"]) == ("comparison", "the bias is left out")
    assert (bob["rubric_version"], bob["engine_version"]) == ("v1", "e1")
    hal = [row for row in rows if row["student"] == "hal" and row["overridden"]]
    assert [(row["item"], row["points"], row["graded_points"]) for row in hal] == [("b", 1, 0)]


def test_long_rows_of_recent_attempts_only() -> None:
    recent = replace(SHEET, is_new=lambda moment: moment > WHEN)
    rows = read_json_lines(written(write_json_lines, table(Shape.LONG, recent, STANDINGS)))
    assert {row["student"] for row in rows} == {"fay"}


def test_json_says_what_the_assignment_is_before_its_rows() -> None:
    found = json.loads(written(write_json, table(Shape.STUDENTS, SHEET, STANDINGS)))
    assert (found["assignment"], found["max_score"]) == ("hw", 5)
    assert found["items"] == [{"id": "a", "max_points": 2}, {"id": "b", "max_points": 3}]
    students = by_student(found["students"])
    assert students["cyd"]["items"]["b"] == {"points": None, "verdict": "undecided", "waiting": True}
    assert students["dee"]["items"]["b"] == {"points": None, "verdict": "not_graded_yet"}
    assert students["fay"]["items"] == {}


@pytest.mark.parametrize("shape", Shape)
def test_json_of_nobody_is_still_json(shape: Shape) -> None:
    found = json.loads(written(write_json, table(shape, SHEET, ())))
    assert found["students" if shape is Shape.STUDENTS else "rows"] == []


def test_numbers_are_numbers_and_moments_are_dates_in_a_spreadsheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(write_xlsx, table(Shape.STUDENTS, SHEET, STANDINGS))))
    sheet = book["scores"]
    names = [cell.value for cell in sheet[1]]
    ada = dict(zip(names, sheet[2], strict=True))
    assert ada["score"].data_type == "n"
    assert ada["score"].value == 3.5
    assert ada["submitted_at"].is_date
    assert ada["submitted_at"].value == datetime(2026, 11, 24, 9, 30, 15, 123000)  # noqa: DTZ001
    assert ada["student"].value == "=ada"
    assert ada["student"].data_type == "s"
    assert ada["student"].quotePrefix
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(len(STANDINGS) + 1, len(names)).coordinate}"


def test_a_spreadsheet_says_what_each_column_means() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(write_xlsx, table(Shape.LONG, SHEET, STANDINGS))))
    names = [cell.value for cell in book["scores"][1]]
    told = {row[0]: row[1] for row in book["columns"].iter_rows(values_only=True)}
    assert all(told[name] for name in names)
    assert "no zero" in told["service_failure"]


def test_a_table_that_a_sheet_has_no_room_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", len(STANDINGS))
    written(write_xlsx, table(Shape.STUDENTS, SHEET, STANDINGS))
    monkeypatch.setattr(xlsx, "MAX_ROWS", len(STANDINGS) - 1)
    with pytest.raises(xlsx.TooManyRowsError, match="ask for CSV"):
        written(write_xlsx, table(Shape.STUDENTS, SHEET, STANDINGS))


def test_csv_begins_with_a_byte_order_mark_only_if_asked() -> None:
    plain, marked = (written(write, table(Shape.STUDENTS, SHEET, STANDINGS)) for write in (write_csv, write_marked_csv))
    assert marked == b"\xef\xbb\xbf" + plain
    assert plain.startswith(b'"student","status","score","max_score"')


def test_names_are_shown_only_if_asked_for() -> None:
    with_names = by_student(read_back(Form.CSV, naming=Naming.NAMES))["gus"]
    assert (with_names["family_name"], with_names["student_number"]) == ("Ölmüller", "00123")
    for naming in (Naming.IDS, Naming.PSEUDONYMS):
        data = written(write_csv, table(Shape.LONG, replace(SHEET, identities=identities(naming, KEY)), STANDINGS))
        assert b"lm" not in data
        assert b"example.org" not in data


def test_a_pseudonym_is_stable_in_a_course_and_differs_between_students_and_courses() -> None:
    hidden = [row["student"] for row in read_back(Form.JSON, naming=Naming.PSEUDONYMS)]
    assert hidden == [row["student"] for row in read_back(Form.CSV, naming=Naming.PSEUDONYMS)]
    assert len(set(hidden)) == len(STANDINGS)
    assert pseudonym(KEY, FULL) in hidden
    assert pseudonym("another course's", FULL) not in hidden
    assert "gus" not in "".join(hidden)


def test_rows_are_written_as_they_are_read() -> None:
    """The rows go through one at a time: when the second is asked for, the first is on its way."""
    seen: list[int] = []

    class Out(io.BytesIO):
        def write(self, data: Any, /) -> int:
            seen.append(len(read))
            return super().write(data)

        def writelines(self, lines: Any, /) -> None:
            for line in lines:
                self.write(line)

    read: list[str] = []

    def standings() -> Iterator[Any]:
        for one in STANDINGS:
            read.append(one.student.name)
            yield one

    for write in (write_csv, write_json, write_json_lines):
        read.clear()
        seen.clear()
        write(table(Shape.STUDENTS, SHEET, standings()), Out())
        assert set(range(1, len(STANDINGS) + 1)) <= set(seen)
        assert all(later - earlier <= 1 for earlier, later in pairwise(seen))
