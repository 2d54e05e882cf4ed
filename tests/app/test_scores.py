"""Score tables over HTTP: who gets them, what is filtered, sorted and named how, and in which form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import update

from app.db.courses import person_number
from app.db.tables import Member
from app.policy.standing import Status
from app.reports.standing import waiting
from tests.app.service import RIGHT_H0, Running, answers, post, problem_of, serving, settings

SCORES = "/api/v1/assignments/hw6/scores"
ASKED: dict[str, Any] = {"id": "hw", "rubric_version": "v1", "max_score": 5, "items": [{"id": "a", "points": 5}]}
SECTIONS = {"=dora": "A", "eli": "B", "never handed in": ""}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with three students: 2 points at the second attempt, 0 points, nothing."""
    with serving(settings(tmp_path_factory.mktemp("scores"))) as running:
        for name in SECTIONS:
            running.as_role("student", name)
        for body in (answers(p1__forward__h0__value=[0.38] * 8), RIGHT_H0):
            assert post(running.as_role("student", "=dora"), body).status_code == 201
        assert post(running.as_role("student", "eli"), answers(p1__forward__h0__value=[9.0] * 8)).status_code == 201
        with running.database.writing() as connection:
            for name, section in SECTIONS.items():
                mine = Member.person_number == person_number(connection, name)
                connection.execute(update(Member).where(mine).values(section=section))
        yield running


def get(course: Running, form: str = "json", role: str = "ta", **chosen: Any) -> httpx.Response:
    return course.as_role(role).get(f"{SCORES}.{form}", params=chosen)


def names(response: httpx.Response) -> list[str]:
    return [row["student"] for row in response.json()["students"]]


@pytest.mark.parametrize("status", [Status.PENDING, Status.SERVICE_FAILURE])
def test_a_submission_without_a_report_has_open_points_and_no_zero(status: Status) -> None:
    shown = waiting(ASKED, status)
    assert shown["score"] is None
    assert shown["pending_points"] == 5
    assert {item["points"] for item in shown["items"]} == {None}


def test_the_latest_submission_counts(course: Running) -> None:
    students = {row["student"]: row for row in get(course).json()["students"]}
    assert (students["=dora"]["score"], students["=dora"]["attempts"]) == (2, 2)
    assert students["=dora"]["items"]["p1.forward.h0.value"] == {"points": 2, "verdict": "correct"}
    assert students["never handed in"]["status"] == "missing"
    assert (students["eli"]["status"], students["eli"]["score"]) == ("graded", 0)
    assert "ta" not in students


def test_csv_comes_as_a_file_with_its_length(course: Running) -> None:
    response = get(course, "csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="hw6-students.csv"'
    assert int(response.headers["content-length"]) == len(response.content)
    table = {row["student"]: row for row in csv.DictReader(io.StringIO(response.text, newline=""))}
    assert table["'=dora"]["p1.forward.h0.value"] == "2"


def test_a_spreadsheet_of_the_class(course: Running) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(get(course, "xlsx").content))["scores"]
    columns, *rows = sheet.iter_rows(values_only=True)
    scores = {row[0]: row[columns.index("score")] for row in rows}
    assert scores == {"=dora": 2, "eli": 0, "never handed in": None}


def test_json_lines_a_student_attempt_and_item_each(course: Running) -> None:
    rows = [json.loads(line) for line in get(course, "jsonl", shape="long").text.splitlines()]
    assert {(row["student"], row["attempt"]) for row in rows} == {
        ("=dora", 1), ("=dora", 2), ("eli", 1), ("never handed in", None),
    }  # fmt: skip
    versions = {row["rubric_version"] for row in rows if row["attempt"]}
    assert versions == {course.as_role("ta").get("/api/v1/assignments/hw6").json()["rubric_version"]}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"section": "A"}, ["=dora"]),
        ({"section": ["A", "B"]}, ["=dora", "eli"]),
        ({"status": "missing"}, ["never handed in"]),
        ({"status": "graded", "section": "B"}, ["eli"]),
        ({"sort": "score"}, ["eli", "=dora", "never handed in"]),
        ({"sort": "-score"}, ["=dora", "eli", "never handed in"]),
        ({"sort": "-student"}, ["never handed in", "eli", "=dora"]),
        ({"sort": "-section"}, ["eli", "=dora", "never handed in"]),
        ({"sort": "submitted_at"}, ["=dora", "eli", "never handed in"]),
    ],
)
def test_filters_and_orders(course: Running, chosen: Mapping[str, Any], expected: list[str]) -> None:
    assert names(get(course, **chosen)) == expected


def test_since_a_moment(course: Running) -> None:
    now = datetime.now(UTC)
    assert names(get(course, since=(now - timedelta(hours=1)).isoformat())) == ["=dora", "eli"]
    assert names(get(course, since=(now + timedelta(hours=1)).isoformat())) == []


def test_pseudonyms_are_the_same_in_all_tables_and_names_are_the_tas(course: Running) -> None:
    hidden = names(get(course, pseudonyms=1))
    assert names(get(course, pseudonyms=1)) == hidden
    assert all(name.startswith("s-") for name in hidden)
    rows = get(course, "jsonl", shape="items", pseudonyms=1).text.splitlines()
    assert list(dict.fromkeys(json.loads(row)["student"] for row in rows)) == hidden
    assert "email" in get(course, "csv", names=1).text.splitlines()[0]
    assert "email" not in get(course, "csv").text.splitlines()[0]


def test_what_is_not_understood_is_refused_rather_than_left_out(course: Running) -> None:
    assert problem_of(get(course, sections="A"))["code"] == "invalid_parameter"
    assert problem_of(get(course, sort="height"))["code"] == "invalid_parameter"
    assert problem_of(get(course, names=1, pseudonyms=1))["code"] == "contradiction"


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "jsonl"])
def test_students_and_ci_get_no_table(course: Running, form: str) -> None:
    for role in ("student", "ci"):
        assert problem_of(get(course, form, role))["status"] == 403
