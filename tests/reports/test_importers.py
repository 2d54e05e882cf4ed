"""What Canvas, Moodle and nbgrader get, read back as they document it: final grades only, nobody's zero by accident."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.errors import BadExportError
from app.policy.records import Details, Student
from app.policy.settings import AssignmentSettings
from app.policy.standing import Standing
from app.reports.csv_text import write_csv
from app.reports.importers.canvas import POINTS_POSSIBLE, canvas
from app.reports.importers.canvas_export import read_canvas_export
from app.reports.importers.handover import Class, Handover
from app.reports.importers.moodle import moodle
from app.reports.importers.moodle_export import read_moodle_export
from app.reports.importers.nbgrader import nbgrader
from tests.reports.classes import LATE, OUTLINE, OVERRIDE, STANDINGS, WHEN, report, stands, written


def known(name: str, number: str = "", email: str = "", given: str = "", family: str = "") -> Student:
    return Student(sum(map(ord, name)), name, "A", Details(given, family, email, number))


ANN = stands(known("ann", "001", "ann@example.org", "Ann", "O'Neill, Jr."), report(2, 1.5))
BOB = stands(known("bob", "002", "bob@example.org"), report(0, 0))
LATE_CYD = stands(known("cyd", "003", "cyd@example.org"), report(2, 1), terms=LATE)
OPEN = tuple(one for one in STANDINGS if one.student.name in {"fay", "dee", "eve", "cyd"})
MAKERS = {"canvas": canvas, "moodle": moodle, "nbgrader": nbgrader}


def graded(*standings: Standing, title: str = "Homework") -> Class:
    return Class(replace(OUTLINE, title=title), tuple(one.student for one in standings), standings, WHEN)


def read(made: Handover) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(write_csv, made.table).decode(), newline="")))


def reasons(made: Handover) -> dict[str, str]:
    return {one.student: one.reason for one in made.left_out}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_whoever_has_no_final_grade_has_no_row(make: Callable[[Class], Handover]) -> None:
    made = make(graded(ANN, *OPEN, BOB))
    text = written(write_csv, made.table).decode()
    assert reasons(made) == {
        "fay": "nothing was handed in",
        "dee": "its grading has not finished",
        "eve": "the service failed to grade it",
        "cyd": "1 answer waits for a person",
    }
    assert not any(name in text for name in ("fay", "dee", "eve", "cyd"))
    assert "ann" in text
    assert "bob" in text


def test_canvas_gets_its_header_the_points_possible_and_a_row_a_student() -> None:
    made = canvas(graded(ANN, BOB))
    rows = read(made)
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework"]
    assert (rows[0]["Student"], float(rows[0]["Homework"])) == ("    Points Possible", 5)
    assert rows[1] == {
        "Student": "O'Neill, Jr., Ann", "ID": "", "SIS User ID": "001", "SIS Login ID": "ann", "Section": "A",
        "Homework": "3.5",
    }  # fmt: skip
    assert (rows[2]["SIS Login ID"], rows[2]["Homework"]) == ("bob", "0")
    assert POINTS_POSSIBLE.startswith("    P")


@pytest.mark.parametrize("title", ["Final Score", "the current points of it", "Override Status", "Final Grade 2"])
def test_a_title_that_canvas_drops_is_changed_and_that_is_told(title: str) -> None:
    made = canvas(graded(ANN, title=title))
    column = made.table.columns[-1].name
    assert column == title.replace(" S", "-S").replace(" p", "-p").replace(" G", "-G")
    assert title in made.notes[0]
    assert column in made.notes[0]


def test_other_titles_are_kept() -> None:
    assert canvas(graded(ANN, title="The final essay's score")).notes == ()


EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework (9876),Final Score
    Points Possible,,,,,5,(read only)
"O'Neill, Ann",11,001,x1,Sec 1,2,40
"Bobson, Bob",12,,BOB,Sec 2,EX,50
"Cydson, Cyd",13,,cyd@example.org,Sec 2,,50
"Student, Test",99,,,Sec 1,,
"""


def test_canvas_gets_the_students_and_the_column_of_its_own_export() -> None:
    made = canvas(graded(ANN, BOB, LATE_CYD, *STANDINGS[:1]), read_canvas_export(EXPORT))
    rows = read(made)
    assert list(rows[0])[-1] == "Homework (9876)"
    assert [(row["Student"], row["ID"], row["Section"], row["Homework (9876)"]) for row in rows[1:]] == [
        ("O'Neill, Ann", "11", "Sec 1", "3.5"),
        ("Cydson, Cyd", "13", "Sec 2", "2.4"),
    ]
    assert reasons(made)["bob"] == "excused in Canvas"
    assert "no such student number" in reasons(made)["=ada"]


def test_without_a_column_of_the_title_canvas_is_to_ask_where_scores_go() -> None:
    other = canvas(graded(ANN, title="Homework 2"), read_canvas_export(EXPORT))
    assert other.table.columns[-1].name == "Homework 2"
    two = EXPORT.replace("Final Score", "Homework (5)", 1)
    assert canvas(graded(ANN), read_canvas_export(two)).table.columns[-1].name == "Homework"


def test_a_login_that_two_students_of_canvas_have_is_nobodys() -> None:
    twice = EXPORT + '"Twin, Bob",14,,bob,Sec 1,1,1\n"Twin, Rob",15,,bob,Sec 1,1,1\n'
    assert "2 rows of the export" in reasons_read(canvas(graded(BOB), read_canvas_export(twice)))["bob"]


def test_two_students_who_are_one_in_canvas_have_no_row() -> None:
    other = stands(known("x1", email="o@example.org"), report(1, 1))
    made = canvas(graded(ANN, other), read_canvas_export(EXPORT))
    assert len(read(made)) == 1
    assert "'ann'" in reasons(made)["x1"]
    assert "'x1'" in reasons(made)["ann"]


def reasons_read(made: Handover) -> dict[str, str]:
    read(made)
    return reasons(made)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", 'Student,ID\n"x"y,1\n', "Student\nann\n"])
def test_what_is_no_export_of_canvas_is_refused(text: str) -> None:
    with pytest.raises(BadExportError, match="export"):
        read_canvas_export(text)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_an_identity_that_would_be_defused_finds_nobody_and_is_left_out(make: Callable[[Class], Handover]) -> None:
    hostile = stands(known("=ann", "+1", "-a@example.org", "@given", "=family"), report(2, 1))
    made = make(graded(hostile, ANN))
    assert "begins like a formula" in reasons_read(made)["=ann"]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_a_name_never_starts_a_formula(make: Callable[[Class], Handover]) -> None:
    hostile = stands(known("eve", "7", "e@example.org", "@given", "=family"), report(0, 0))
    cells = [cell for row in read(make(graded(hostile))) for cell in row.values()]
    assert any("=family" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_moodle_gets_feedback_beside_the_grade_and_when_it_was_made() -> None:
    made = moodle(graded(ANN, LATE_CYD))
    (ann, cyd) = read(made)
    assert list(ann) == [
        "First name", "Surname", "ID number", "Institution", "Department", "Email address",
        "Assignment: Homework", "Feedback: Homework", "Course total", "Last downloaded from this course",
    ]  # fmt: skip
    assert (ann["Assignment: Homework"], ann["Course total"]) == ("3.5", "")
    assert ann["Feedback: Homework"] == "3.5 of 5 points.\nb: 1.5 of 3. What is said of b."
    assert int(ann["Last downloaded from this course"]) == int(WHEN.timestamp())
    assert cyd["Feedback: Homework"].startswith("3 of 5 points, less 0.6 for 2 days late.")


def test_one_day_late_is_one_day() -> None:
    a_day = replace(LATE, settings=AssignmentSettings(due=WHEN - timedelta(hours=5)))
    ann = stands(known("ann", "1"), report(2, 3), terms=a_day)
    assert read(moodle(graded(ann)))[0]["Feedback: Homework"] == "5 of 5 points, less 0.5 for 1 day late."


def test_moodle_is_told_the_reason_of_an_override() -> None:
    hal = stands(known("hal", "8"), report(2, 0), overrides={"b": OVERRIDE})
    assert read(moodle(graded(hal)))[0]["Feedback: Homework"].endswith("b: 1 of 3. the sketch is right")


def test_what_moodle_would_give_up_the_file_for_is_left_out() -> None:
    nobody = stands(known("nobody"), report(2, 3))
    twins = [stands(known(name, number=name, email="T@example.org"), report(2, 3)) for name in ("t1", "t2")]
    above = stands(known("above", "9"), report(9, 0))
    below = stands(known("below", "10"), report(0, 0, deduction=-2))
    made = moodle(graded(nobody, *twins, above, below, ANN))
    assert [row["First name"] for row in read(made)] == ["Ann"]
    told = reasons(made)
    assert "neither a student number nor a mail address" in told["nobody"]
    assert "two students have 'T@example.org'" in told["t1"]
    assert told["t2"] == told["t1"]
    assert told["above"] == "9.00 is not between 0 and 5"
    assert told["below"] == "-2.00 is not between 0 and 5"


MOODLE = """\
First name,Surname,ID number,Email address,Last downloaded from this course
Ann,O'Neill,001,Ann@example.org,1700000000
Cyd,C,003,other@example.org,1700000000
"""


def test_whom_an_export_of_moodle_does_not_have_is_left_out_and_its_time_is_kept() -> None:
    made = moodle(graded(ANN, BOB, LATE_CYD), read_moodle_export(MOODLE))
    (ann,) = read(made)
    assert (ann["ID number"], ann["Last downloaded from this course"]) == ("001", "1700000000")
    assert reasons(made).keys() == {"bob", "cyd"}
    assert "the export of Moodle does not have" in reasons(made)["cyd"]


def test_an_export_of_moodle_without_a_time_leaves_that_of_the_file() -> None:
    export = read_moodle_export("ID number,Email address\n001,ann@example.org\n")
    assert int(read(moodle(graded(ANN), export))[0]["Last downloaded from this course"]) == int(WHEN.timestamp())


def test_what_is_no_export_of_moodle_is_refused() -> None:
    with pytest.raises(BadExportError, match="no column 'Email address'"):
        read_moodle_export("ID number,Name\n")


def test_nbgrader_columns() -> None:
    (row,) = read(nbgrader(graded(LATE_CYD)))
    assert ",".join(row) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score"
    )
    assert (row["assignment"], row["student_id"]) == ("hw", "cyd")
    assert (row["duedate"], row["timestamp"]) == ("2026-11-23 03:30:15.123456", "2026-11-24 09:30:15.123456")
    numbers = [Decimal(row[name]) for name in ("raw_score", "late_submission_penalty", "score", "max_score")]
    assert numbers == [3, Decimal("0.6"), Decimal("2.4"), 5]


def test_scores_have_at_most_two_decimals_and_a_point() -> None:
    third = stands(known("eli", "5", "e@example.org"), report(1.2345, 1000))
    assert read(canvas(graded(third)))[1]["Homework"] == "1001.23"
