"""Courses: what can be one, what each offers, and that nothing of one is seen from another."""

from __future__ import annotations

from contextlib import closing

import pytest

from app.clock import system_clock
from app.services.roles import Role
from app.services.tokens import Grant, make_token
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of

COURSES = "/api/v1/courses"


def made(service: Running, course_id: str) -> None:
    answer = service.as_role("admin").post(COURSES, json={"id": course_id, "title": "ML", "zone": "Europe/Berlin"})
    assert answer.status_code == 201
    assert service.as_role("admin").get(answer.headers["Location"]).json() == {**answer.json(), "assignments": {}}


def test_a_course_offers_what_it_was_told_to_and_its_submissions_are_its_own(service: Running) -> None:
    made(service, "ml-2026")
    token = make_token(service.database, Grant(Role.TA, "ml-2026"), "tina", system_clock()).token
    sent = RIGHT_H0.replace("{", '{"student": "ann", ', 1)
    with closing(service.with_token(token)) as ta:
        assert ta.get("/api/v1/assignments").json() == {"assignments": []}
        assert post(ta, sent).status_code == 404
        offered = service.as_role("admin").put(f"{COURSES}/ml-2026/assignments/hw6").json()
        assert service.as_role("admin").put(f"{COURSES}/ml-2026/assignments/hw6").json() == offered
        assert ta.get("/api/v1/assignments/hw6").json()["rubric_version"] == offered["rubric_version"]
        place = post(ta, sent).headers["Location"]
        assert ta.get(place).status_code == 200
        assert service.as_role("ta").get(place).status_code == 404
        assert ta.get(SUBMISSIONS.replace("submissions", "scores.json")).json()["students"][0]["student"] == "ann"
    log = service.as_role("admin").get("/api/v1/course/audit-log").json()["entries"]
    assert not [entry for entry in log if entry["action"] == "course.offer"], "it is in the other course's log"


def test_an_unknown_course_or_assignment_is_told_beside_the_known(service: Running) -> None:
    admin = service.as_role("admin")
    assert problem_of(admin.put(f"{COURSES}/nowhere/assignments/hw6"))["code"] == "unknown_course"
    assert "hw6" in problem_of(admin.put(f"{COURSES}/default/assignments/hw9"))["detail"]


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ({"id": "ML 2026", "title": "T"}, "'ML 2026'"),
        ({"id": "", "title": "T"}, "1 to 80"),
        ({"id": "ml", "title": " "}, "title"),
        ({"id": "ml", "title": "T\u0007"}, "title"),
        ({"id": "ml", "title": "T" * 201}, "title"),
        ({"id": "ml", "title": "T", "zone": "Mars/Olympus"}, "IANA"),
        ({"id": "ml", "title": "T", "zone": "../../etc/passwd"}, "IANA"),
    ],
)
def test_what_can_be_no_course_is_refused(service: Running, draft: dict[str, str], said: str) -> None:
    problem = problem_of(service.as_role("admin").post(COURSES, json=draft))
    assert problem["code"] == "bad_course"
    assert said in problem["detail"]


def test_an_id_is_given_once(service: Running) -> None:
    assert problem_of(service.as_role("admin").post(COURSES, json={"id": "default", "title": "T"}))["status"] == 409
