from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.policy.records import Attempt, Student
from app.policy.settings import AssignmentSettings
from app.policy.standing import Standing, Status, Terms, standing
from app.reports.scores import defused, scores, scores_csv
from app.reports.standing import waiting
from grader.assignment import LatePolicy
from tests.app.service import Running, answers, post

ASKED: dict[str, Any] = {
    "id": "hw",
    "rubric_version": "v1",
    "max_score": 5,
    "items": [{"id": "a", "points": 2}, {"id": "b", "points": 3}],
}
WHEN = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)


def report(a: float | None, b: float | None, **extra: float) -> str:
    verdicts = {None: "not_graded_yet", 0: "incorrect"}
    items = [
        {
            "id": key,
            "points": points,
            "verdict": verdicts.get(points, "correct"),
            "max_points": {"a": 2, "b": 3}.get(key, 0),
            "feedback": "",
            "evidence": None,
        }
        for key, points in {"a": a, "b": b, **extra}.items()
    ]
    score = sum(item["points"] or 0 for item in items)
    pending = sum(most for most, points in ((2, a), (3, b)) if points is None)
    versions = {"rubric_version": "v1", "engine_version": "e1"}
    return json.dumps({**versions, "score": score, "pending_points": pending, "items": items})


TERMS = Terms(AssignmentSettings(), LatePolicy(), ZoneInfo("UTC"))


def stands(name: str, *reports: str | None, failures: int = 0) -> Standing:
    attempts = [Attempt(n, f"{name}{n}", WHEN, report, failures) for n, report in enumerate(reports)]
    return standing(Student(1, name), attempts, TERMS)


STANDINGS = [
    stands("=ada", None, None, report(2, 1.5)),
    stands("bob, the 2nd", report(0, 0)),
    stands("cyd", report(2, None)),
    stands("dee", None),
    stands("eve", None, failures=1),
    stands("fay"),
    stands('"gus"', report(2, 3, deduction=-2)),
]


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(scores_csv(ASKED, STANDINGS), newline="")))


def test_missing_pending_failed_and_zero_are_four_different_things() -> None:
    by_name = {row["student"]: (row["status"], row["score"], row["a"], row["b"]) for row in rows()}
    assert by_name["bob, the 2nd"] == ("graded", "0", "0", "0")
    assert by_name["dee"] == ("pending", "", "pending", "pending")
    assert by_name["eve"] == ("service_failure", "", "service_failure", "service_failure")
    assert by_name["fay"] == ("missing", "", "", "")
    assert by_name["cyd"] == ("partly_graded", "2", "2", "pending")


def test_numbers_are_numbers_and_a_deduction_has_a_column() -> None:
    by_name = {row["student"]: row for row in rows()}
    assert float(by_name["'=ada"]["score"]) == 3.5
    assert by_name['"gus"']["deduction"] == "-2"
    assert by_name["'=ada"]["deduction"] == ""


def test_every_row_says_which_submission_counts_and_when_it_came() -> None:
    assert rows()[0]["submitted_at"] == "2026-11-24T09:30:15.123Z"
    assert (rows()[0]["submission"], rows()[0]["attempts"]) == ("'=ada2", "3")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "=HYPERLINK(1)"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["ann", "a=1", "", " x", -2, 0, 1.5, None])
def test_other_cells_are_left_alone(cell: Any) -> None:
    assert defused(cell) is cell


def test_json_scores_say_points_and_verdict_of_each_item() -> None:
    found = scores(ASKED, STANDINGS)
    students = {student["student"]: student for student in found["students"]}
    assert students["cyd"]["items"]["b"] == {"points": None, "verdict": "not_graded_yet"}
    assert students["fay"]["items"] == {}
    assert students["fay"]["status"] == Status.MISSING


@pytest.mark.parametrize("status", [Status.PENDING, Status.SERVICE_FAILURE])
def test_a_submission_without_a_report_has_open_points_and_no_zero(status: Status) -> None:
    shown = waiting(ASKED, status)
    assert shown["score"] is None
    assert shown["pending_points"] == 5
    assert {item["points"] for item in shown["items"]} == {None}


def test_the_latest_submission_counts(service: Running) -> None:
    dora = service.as_role("student", "=dora")
    service.as_role("student", "never handed in")
    for values in ([0.38] * 8, [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]):
        location = post(dora, answers(p1__forward__h0__value=values)).headers["Location"]
    ta = service.as_role("ta")
    students = {row["student"]: row for row in ta.get("/api/v1/assignments/hw6/scores.json").json()["students"]}
    assert (students["=dora"]["score"], students["=dora"]["attempts"]) == (2, 2)
    assert location.endswith(students["=dora"]["submission"])
    assert students["never handed in"]["status"] == "missing"
    assert "ta" not in students
    response = ta.get("/api/v1/assignments/hw6/scores.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    table = {row["student"]: row for row in csv.DictReader(io.StringIO(response.text, newline=""))}
    assert table["'=dora"]["p1.forward.h0.value"] == "2"
