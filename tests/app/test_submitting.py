from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.engine import grade
from grader.submission import read_submission
from tests.app.service import RIGHT_H0, Running, answers, post, serving, settings
from tests.homework6 import ROOT, SAMPLES, hw6

H0 = "p1__forward__h0__value"
H1 = "p1__forward__h1__value"
RIGHT = [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]


def items(report: Any) -> dict[str, Any]:
    return {item["id"]: item for item in report["items"]}


def test_a_submission_is_answered_with_its_report_and_a_location(service: Running) -> None:
    response = service.submit()
    assert response.status_code == 201
    assert items(response.json())["p1.forward.h0.value"]["points"] == 2
    found = service.as_role("student", "ann").get(response.headers["Location"]).json()
    assert found["status"] == "graded"
    assert found["student"] == "ann"
    assert {key: found[key] for key in response.json()} == response.json()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_service_grades_as_the_engine_does(service: Running, path: Any) -> None:
    text = json.dumps({"answers": json.loads(path.read_text())["answers"]})
    assignment = hw6()
    expected = grade(read_submission(text, assignment.answer_ids), assignment)
    assert service.submit(text).json() == expected.model_dump(mode="json")


def test_the_body_is_kept_as_it_was_sent_digit_for_digit(service: Running) -> None:
    body = '{ "answers" : {"p1.forward.h0.value": [0.380, 1.40e0, 0.96, 1.06, 7E-1, 1.54, 1.62, 1.06]}}\n'
    response = service.submit(body)
    found = service.as_role("student", "ann").get(response.headers["Location"]).json()
    assert found["body"] == body
    assert found["syntax"] == "json"


@pytest.mark.parametrize("content_type", ["application/yaml", "text/yaml; charset=utf-8", "application/x-yaml"])
def test_yaml_is_as_good_as_json(service: Running, content_type: str) -> None:
    body = "answers:\n  p1.forward.h0.value: [0.38, 1.40, 0.96, 1.06, .70, 1.54, 1.62, 1.06]\n"
    response = post(service.as_role("student", "ann"), body, content_type)
    assert response.status_code == 201
    assert items(response.json())["p1.forward.h0.value"]["verdict"] == "correct"


@pytest.mark.parametrize(
    "bad",
    [
        float("nan"),
        [float("inf")] * 8,
        [-float("inf"), *RIGHT[1:]],
        [[0.38, 1.4], [0.96]],
        [RIGHT, RIGHT],
        "about a half",
        {"x": 1},
        True,
        None,
        [],
        "",
        "\ud800",
        "=cmd()",
        "[" * 5000,
        10**400,
        [1e308] * 8,
        "\x00\x07",
    ],
    ids=lambda bad: ascii(bad)[:30],
)
def test_a_bad_answer_costs_itself_and_nothing_else(service: Running, bad: Any) -> None:
    response = service.submit(answers(**{H0: bad, H1: [[[0.38, 0.96], [1.40, 1.06]], [[0.70, 1.62], [1.54, 1.06]]]}))
    assert response.status_code == 201
    found = items(response.json())
    assert found["p1.forward.h0.value"]["points"] in {0, 1}
    assert found["p1.forward.h0.value"]["feedback"]
    assert found["p1.forward.h1.value"]["points"] == 2


@pytest.mark.parametrize("role", ["ta", "instructor", "ci", "admin"])
def test_staff_and_ci_hand_in_for_the_student_that_they_name(course: Running, role: str) -> None:
    body = RIGHT_H0.replace("{", '{"student": "zoë", ', 1)
    response = post(course.as_role(role), body)
    assert response.status_code == 201
    seen = course.as_role("student", "zoë").get(response.headers["Location"])
    assert seen.json()["student"] == "zoë"


@pytest.mark.parametrize("text", ["\ud800", "𝔼[x] ≥ 0", "\x00"])
def test_a_text_comes_back_whatever_it_holds(service: Running, text: str) -> None:
    response = service.submit(answers(**{H0: text, "p1__forward__h0__formula": text}))
    found = service.as_role("student", "ann").get(response.headers["Location"])
    assert found.status_code == 200
    assert json.loads(found.json()["body"])["answers"]["p1.forward.h0.value"] == text


def test_a_report_outlives_the_rubric_file(tmp_path: Path) -> None:
    with serving(settings(tmp_path)) as before:
        location = before.submit().headers["Location"]
    (tmp_path / "hw7.yaml").write_text((ROOT / "rubrics" / "hw6.yaml").read_text().replace("id: hw6", "id: hw7", 1))
    with serving(settings(tmp_path, rubrics=tmp_path)) as after:
        found = after.as_role("student", "ann").get(location).json()
        assert (found["assignment"], found["status"], found["score"]) == ("hw6", "graded", 2)


def test_a_submission_that_is_not_graded_in_time_is_answered_with_202_and_graded_all_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with serving(settings(tmp_path_factory.mktemp("slow"), answer_seconds=1e-9)) as slow:
        response = slow.submit()
        assert response.status_code == 202
        assert response.json()["status"] in {"pending", "graded"}
        client, location = slow.as_role("student", "ann"), response.headers["Location"]
        while (found := client.get(location).json())["status"] == "pending":
            assert found["score"] is None
            assert {item["points"] for item in found["items"]} == {None}
        assert found["score"] == 2
