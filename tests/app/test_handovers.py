"""The files for other systems over HTTP: who gets them, and how one learns who is left out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from app.db.courses import person_number
from app.db.tables import PersonDetails
from tests.app.service import RIGHT_H0, Running, post, problem_of, serving, settings

SCORES = "/api/v1/assignments/hw6/scores"
EXPORT = 'Student,ID,SIS User ID,SIS Login ID,Section,hw (7)\n,,,,,60\n"A, Ann",11,001,ann,S,\n'
TARGETS = ("canvas", "moodle", "nbgrader")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("handovers"))) as running:
        post(running.as_role("student", "ann"), RIGHT_H0)
        running.as_role("student", "ben")
        with running.database.writing() as connection:
            person = person_number(connection, "ann")
            row = {"person_number": person, "given_name": "Ann", "family_name": "A", "email": "", "student_number": "1"}
            connection.execute(insert(PersonDetails), row)
        yield running


@pytest.mark.parametrize("target", TARGETS)
def test_a_file_says_how_many_are_left_out_and_a_check_says_who(course: Running, target: str) -> None:
    response = course.as_role("ta").get(f"{SCORES}.{target}.csv")
    assert response.headers["x-gradebound-left-out"] == "1"
    assert "ben" not in response.text
    assert "2" in next(row for row in csv.reader(io.StringIO(response.text)) if "Ann" in "".join(row))
    told = course.as_role("ta").get(f"{SCORES}.{target}.csv", params={"check": 1}).json()
    left_out = [{"student": "ben", "reason": "nothing was handed in"}]
    assert told == {"left_out": left_out, "waiting": {"answers": 0, "students": 0}, "notes": []}


def test_canvas_gets_the_ids_of_an_export(course: Running) -> None:
    response = course.as_role("ta").post(f"{SCORES}.canvas.csv", content=EXPORT, params={"title": "hw"})
    *_, row = csv.DictReader(io.StringIO(response.text))
    assert row == {"Student": "A, Ann", "ID": "11", "SIS User ID": "001", "SIS Login ID": "ann", "Section": "S",
                   "hw (7)": "2"}  # fmt: skip
    assert problem_of(course.as_role("ta").post(f"{SCORES}.canvas.csv", content="x"))["code"] == "bad_export"


def test_moodle_gets_the_students_of_an_export(course: Running) -> None:
    response = course.as_role("ta").post(f"{SCORES}.moodle.csv", content="ID number,Email address\n2,\n")
    assert response.headers["x-gradebound-left-out"] == "2"
    assert len(response.text.splitlines()) == 1


@pytest.mark.parametrize("target", TARGETS)
def test_students_and_ci_get_no_file(course: Running, target: str) -> None:
    for role in ("student", "ci"):
        assert problem_of(course.as_role(role).get(f"{SCORES}.{target}.csv"))["status"] == 403
