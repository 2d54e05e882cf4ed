"""A submission's printed page and its results for Gradescope over HTTP: who sees what of it, and when."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from app.runner.pool import Runner
from tests.app.service import RIGHT_H0, Running, post, problem_of, serving, settings
from tests.app.test_grading import breaks

TERMS = "/api/v1/assignments/hw6/settings"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("reports"))) as running:
        yield running


@pytest.fixture(scope="module")
def anns(course: Running) -> str:
    return post(course.as_role("student", "ann"), RIGHT_H0).headers["Location"]


def configured(course: Running, **changes: object) -> None:
    client = course.as_role("instructor")
    etag = client.get(TERMS).headers["ETag"]
    assert client.put(TERMS, json=changes, headers={"If-Match": etag}).is_success


def page(course: Running, location: str, role: str = "student", name: str = "ann") -> httpx.Response:
    return course.as_role(role, name).get(f"{location}/report.html")


def test_a_student_and_staff_see_the_page_and_nobody_else(course: Running, anns: str) -> None:
    response = page(course, anns)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "Right: all 8 entries agree." in response.text
    assert page(course, anns, "ta", "tina").status_code == 200
    assert problem_of(page(course, anns, "student", "ben"))["status"] == 404
    assert problem_of(page(course, anns, "ci", "ci"))["status"] == 404


def test_what_is_withheld_is_on_no_page_and_in_no_results_but_for_staff(course: Running, anns: str) -> None:
    configured(course, feedback={"value": "by_hand"})
    shown = page(course, anns).text
    assert "Right: all 8 entries agree." not in shown
    assert "not released" in shown
    assert "Right: all 8 entries agree." in page(course, anns, "ta", "tina").text
    assert problem_of(course.as_role("student", "ann").get(f"{anns}/results.json"))["code"] == "forbidden"
    results = course.as_role("ta").get(f"{anns}/results.json").json()
    assert {test["visibility"] for test in results["tests"] if test["name"].endswith(".value")} == {"after_published"}
    configured(course)
    assert "Right: all 8 entries agree." in page(course, anns).text


def test_results_of_a_settled_submission(course: Running, anns: str) -> None:
    results = course.as_role("student", "ann").get(f"{anns}/results.json").json()
    assert results["score"] == 2
    assert results["extra_data"]["submission"] == anns.rpartition("/")[2]


def test_answers_of_earlier_submissions_are_beside_their_items_in_a_course_that_merges(course: Running) -> None:
    configured(course, merge=True)
    post(course.as_role("student", "cyd"), RIGHT_H0)
    later = '{"answers": {"p1.forward.p.formula": "sigmoid(w_2^T H_2 + b_2)"}}'
    location = post(course.as_role("student", "cyd"), later).headers["Location"]
    shown = page(course, location, name="cyd").text
    assert "[0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]" in shown
    assert "sigmoid(w_2^T H_2 + b_2)" in shown
    assert "2 of 2; this one counts" in shown
    configured(course)


def test_what_the_service_failed_to_grade_is_no_zero_on_the_page_and_no_results(
    course: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runner, "grade", breaks)
    location = course.submit(name="una").headers["Location"]
    shown = page(course, location, name="una").text
    assert "That is no zero" in shown
    assert 'Score</dt><dd class="score">open' in shown
    problem = problem_of(course.as_role("ta").get(f"{location}/results.json"))
    assert (problem["status"], problem["code"]) == (409, "unsettled")
