"""Whose row is whose: exact beats loose, and what is ambiguous is told and never written."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import replace
from zlib import crc32

import pytest

from app.errors import BadExportError
from app.policy.records import Details, Student
from app.policy.standing import Standing
from app.reports.csv_text import write_csv
from app.reports.importers.canvas import canvas
from app.reports.importers.canvas_export import read_canvas_export
from app.reports.importers.handover import Class, Handover
from app.reports.importers.moodle import moodle
from app.reports.importers.moodle_export import read_moodle_export
from tests.reports.classes import OUTLINE, WHEN, report, stands, written

COLUMNS = "Student,ID,SIS User ID,SIS Login ID,Section,Homework (7)\n"
MOODLE = "First name,Surname,ID number,Email address\n"


def has(name: str, points: float, number: str = "", email: str = "") -> Standing:
    """A student whose score says who they are."""
    return stands(Student(crc32(name.encode()), name, "A", Details(name, "", email, number)), report(points, 0))


def graded(*standings: Standing) -> Class:
    return Class(OUTLINE, tuple(one.student for one in standings), standings, WHEN)


def rows(made: Handover) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(write_csv, made.table).decode(), newline="")))


def in_canvas(text: str, *standings: Standing) -> tuple[dict[str, str], set[str]]:
    """The scores by Canvas' own number, and who is left out."""
    made = canvas(graded(*standings), read_canvas_export(COLUMNS + text))
    return {row["ID"]: row["Homework (7)"] for row in rows(made) if row["ID"]}, {one.student for one in made.left_out}


def in_moodle(text: str, *standings: Standing) -> tuple[dict[str, str], set[str]]:
    made = moodle(graded(*standings), read_moodle_export(MOODLE + text))
    scores = {f"{row['ID number']}/{row['Email address']}": row["Assignment: Homework"] for row in rows(made)}
    return scores, {one.student for one in made.left_out}


def test_a_typo_puts_nothing_into_the_row_of_the_student_who_is_exactly_so_called() -> None:
    row = '"Ernst, Max",11,,Max,A,\n'
    for twins in (("MAX", "max", "Max"), ("Max", "MAX", "max"), ("max", "Max", "ＭＡＸ")):
        standings = [has(name, 2 if name == "Max" else 0) for name in twins]
        assert in_canvas(row, *standings) == ({"11": "2"}, set(twins) - {"Max"})


def test_twins_in_case_have_each_their_own_row_where_there_are_two() -> None:
    text = "Li,11,,li,A,\nLi,12,,LI,A,\nA,13,12,a,A,\nB,14,0012,b,A,\n"
    found = in_canvas(text, has("LI", 1), has("li", 2), has("ann", 1, "0012"), has("ben", 2, "12"))
    assert found == ({"11": "2", "12": "1", "13": "2", "14": "1"}, set())
    assert in_canvas(text, has("Li", 1)) == ({}, {"Li"})


def test_a_typo_that_is_exactly_a_login_is_no_better_than_the_student_whom_a_roster_knows() -> None:
    max_, typo = has("Max", 2, "7"), stands(Student(9, "MAX"), report(0, 0))
    assert in_canvas("Max,11,,MAX,A,\n", max_, typo) == ({}, {"Max", "MAX"})
    assert in_canvas("Max,11,,Max,A,\n", max_, typo) == ({"11": "2"}, {"MAX"})
    assert in_canvas("Max,11,7,MAX,A,\n", max_, typo) == ({}, {"Max", "MAX"})


def test_of_two_who_are_like_a_row_neither_has_it() -> None:
    assert in_canvas("Max,11,,Max,A,\n", has("MAX", 0), has("max", 2)) == ({}, {"MAX", "max"})
    assert in_canvas("Max,11,,Max,A,\n", has("MAX", 1)) == ({"11": "1"}, set())


def test_a_twin_who_has_nothing_yet_keeps_the_row_for_themselves() -> None:
    absent = stands(Student(5, "Max"))
    assert in_canvas("Max,11,,Max,A,\n", has("MAX", 1), absent) == ({}, {"MAX", "Max"})


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("zoë", unicodedata.normalize("NFD", "zoë")), ("ann lee", "ann lee"), ("ANN", "ann"), ("ﬁn", "fin"),
        ("ann", "ANN "), ("straße", "STRASSE"),
    ],
)  # fmt: skip
def test_alone_a_loose_match_finds_the_row(name: str, login: str) -> None:
    assert in_canvas(f"X,11,,{login},A,\n", has(name, 1)) == ({"11": "1"}, set())


def test_the_same_number_login_or_name_in_several_rows_is_nobodys() -> None:
    ann, ben = has("ann", 1, "001", "ann@uni.example"), has("ben", 2, "002")
    assert in_canvas("A,11,001,x,A,\nA,12,001,y,A,\nB,13,002,z,A,\n", ann, ben) == ({"13": "2"}, {"ann"})
    assert in_canvas("A,11,,ann,A,\nA,12,,ann,B,\nB,13,002,z,A,\n", ann, ben) == ({"13": "2"}, {"ann"})
    assert in_canvas("A,11,001,x,A,\nA,12,,ann,A,\nB,13,002,z,A,\n", ann, ben) == ({"13": "2"}, {"ann"})
    assert in_canvas("A,11,,ann@uni.example,A,\nA,12,,ann,A,\n", ann, ben)[0] == {}


def test_a_row_that_two_students_are_exactly_is_neithers() -> None:
    found = in_canvas("A,11,007,ben,A,\nC,12,,cy,A,\n", has("ann", 1, "007"), has("ben", 2), has("cy", 2))
    assert found == ({"12": "2"}, {"ann", "ben"})
    assert in_canvas("A,11,007,x,A,\n", has("ann", 1, "007"), has("ben", 2, "007")) == ({}, {"ann", "ben"})


def test_a_number_that_lost_its_zeros_is_found_unless_another_has_just_that() -> None:
    assert in_canvas("A,11,12,x,A,\n", has("ann", 1, "0012")) == ({"11": "1"}, set())
    assert in_canvas("A,11,12,x,A,\n", has("ann", 1, "0012"), has("ben", 2, "12")) == ({"11": "2"}, {"ann"})


def test_without_an_export_who_may_be_taken_for_another_is_left_out() -> None:
    made = canvas(graded(has("Max", 2, "7"), has("MAX", 0), has("li", 1), has("ann", 1, "3"), has("ben", 1, "03")))
    logins = [row["SIS Login ID"] for row in rows(made)][1:]
    assert logins == ["Max", "li"]
    assert {one.student for one in made.left_out} == {"MAX", "ann", "ben"}


@pytest.mark.parametrize("separator", [";", "\t", "sep=;\n;"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_export_is_read_whatever_stands_between_its_cells(separator: str, line_end: str) -> None:
    first, between = separator[:-1], separator[-1]
    table = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Part 1, 2, 3, 4, 5, 6, 7 (7)"],
             ["Lee, Ann", "11", "001", "ann", "A", ""]]  # fmt: skip
    out = io.StringIO()
    csv.writer(out, delimiter=between, lineterminator=line_end).writerows(table)
    export = read_canvas_export(first + out.getvalue())
    assert export.columns[-1] == table[0][-1]
    assert [row.student for row in export.rows] == ["Lee, Ann"]


def test_a_column_that_says_who_is_who_stands_there_once() -> None:
    with pytest.raises(BadExportError, match="'ID number' twice"):
        read_moodle_export("ID number,Email address,ID number\n1,a@b,2\n")
    with pytest.raises(BadExportError, match="'SIS User ID' twice"):
        read_canvas_export("Student,ID,SIS User ID,SIS User ID\n")


def test_moodle_has_number_and_address_of_one_person_or_the_student_is_left_out() -> None:
    ann = has("ann", 1, "001", "ann@uni.example")
    assert in_moodle("A,L,001,Ann@Uni.example\n", ann) == ({"001/Ann@Uni.example": "1"}, set())
    assert in_moodle("A,L,001,ben@uni.example\nB,L,002,ann@uni.example\n", ann) == ({}, {"ann"})
    assert in_moodle("A,L,001,\n", ann) == ({}, {"ann"})
    assert in_moodle("A,L,,ann@uni.example\n", has("ann", 1, "", "ANN@uni.example"))[0] == {"/ann@uni.example": "1"}


def test_in_moodle_too_an_exact_address_beats_a_loose_one() -> None:
    twins = has("ann", 2, "", "ann@uni.example"), has("ANN", 0, "", "ANN@uni.example")
    assert in_moodle("A,L,,ann@uni.example\n", *twins) == ({"/ann@uni.example": "2"}, {"ANN"})
    assert in_moodle("A,L,,Ann@uni.example\n", *twins) == ({}, {"ann", "ANN"})
    made = moodle(graded(*twins))
    assert (rows(made), {one.student for one in made.left_out}) == ([], {"ann", "ANN"})


def test_who_is_not_chosen_for_a_file_is_still_known_to_be_somebodys_twin() -> None:
    max_, typo = has("Max", 2), has("MAX", 0)
    made = canvas(replace(graded(max_, typo), standings=(typo,)), read_canvas_export(COLUMNS + "Max,11,,Max,A,\n"))
    assert len(rows(made)) == 1
    assert "exactly 'Max'" in made.left_out[0].reason
