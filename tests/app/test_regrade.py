"""A class regraded: looked at first, with nothing kept, then applied at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.runner.pool import GradingError, Runner
from app.runner.worker import Graded, Job
from app.services.replay import Replays
from grader.engine import ENGINE_VERSION
from tests.app.regrading import (
    H0,
    ITEM,
    ONE_WRONG,
    REGRADES,
    RIGHT,
    RUBRICS,
    apply,
    hand_in,
    regrade,
    upload,
)
from tests.app.service import Running, problem_of, serving, settings
from tests.app.test_grading import HW6, count
from tests.waiting import PATIENCE, eventually

OLD = HW6.assignment.version
KEPT_TABLES = ("reports", "failures", "activations", "submissions", "audit_log", "overrides")


def kept(service: Running) -> list[int]:
    return [count(service.database, table) for table in KEPT_TABLES]


def test_a_preview_says_who_changes_by_how_much_and_keeps_nothing(course: Running) -> None:
    places = {name: hand_in(course, name, values) for name, values in (("ann", RIGHT), ("bob", ONE_WRONG), ("cy", "?"))}
    course.as_role("student", "dee")
    instructor = course.as_role("instructor")
    version = upload(instructor)
    before = kept(course)
    found = regrade(instructor, rubric_version=version)
    assert kept(course) == before
    assert (found["from"], found["to"], found["applied"]) == (OLD, version, False)
    assert found["students"] == {
        "all": 4, "unchanged": 2, "changed": 2, "up": 2, "down": 0,
        "missing_after": 1, "pending_after": 0, "service_failure_after": 0,
    }  # fmt: skip
    assert found["items"] == [{"id": H0, "changed": 2, "up": 2, "down": 0, "most": 1}]
    ann, bob = found["changes"]  # cy's answer earns nothing by either version, whatever it could earn at most
    assert (ann["student"], ann["difference"], ann["after"]["score"]) == ("ann", 1, 3)
    assert (bob["student"], bob["difference"]) == ("bob", 0.5)
    assert ann["items"] == [
        {
            "id": H0,
            "before": {"points": 2, "max_points": 2, "verdict": "correct", "overridden": False},
            "after": {"points": 3, "max_points": 3, "verdict": "correct", "overridden": False},
        }
    ]
    assert course.as_role("ta").get(places["ann"]).json()["score"] == 2


def test_applied_the_new_version_holds_for_all_and_both_stay_readable(course: Running) -> None:
    place = hand_in(course, "ann", RIGHT)
    instructor, ta = course.as_role("instructor"), course.as_role("ta")
    version = upload(instructor)
    preview = regrade(instructor, rubric_version=version)
    found = apply(instructor, version, preview=preview["preview"])
    assert {**found, "applied": False} == preview
    assert ta.get(place).json()["score"] == 3
    assert hand_in(course, "bob", RIGHT)
    reports = ta.get(f"{place}/reports").json()["reports"]
    assert [(one["rubric_version"], one["score"], one["holds"]) for one in reports] == [
        (OLD, 2, False), (version, 3, True),
    ]  # fmt: skip
    assert ta.get(f"{place}/reports/{OLD}").json()["score"] == 2
    assert problem_of(ta.get(f"{place}/reports/none"))["code"] == "unknown_version"
    held = ta.get(RUBRICS).json()["held"]
    assert [(one["rubric_version"], one["by"], one["reason"]) for one in held[1:]] == [
        (version, "instructor", "a test")
    ]
    assert held[1]["summary"]["students"]["up"] == 1
    assert apply(instructor, OLD)["students"]["down"] == 2
    assert ta.get(place).json()["score"] == 2


def test_a_regrade_that_is_not_what_the_preview_showed_is_not_applied(course: Running) -> None:
    hand_in(course, "ann", RIGHT)
    instructor = course.as_role("instructor")
    version = upload(instructor)
    preview = regrade(instructor, rubric_version=version)["preview"]
    hand_in(course, "bob", RIGHT)
    before = kept(course)
    order = {"rubric_version": version, "apply": True, "reason": "a test", "preview": preview}
    assert problem_of(instructor.post(REGRADES, json=order))["code"] == "preview_stale"
    assert kept(course) == before


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"apply": True}, 422, "invalid_parameter"),
        ({"rubric_version": "0" * 12}, 404, "unknown_version"),
    ],
)
def test_what_cannot_be_regraded_is_refused(service: Running, order: dict[str, Any], status: int, code: str) -> None:
    found = problem_of(service.as_role("instructor").post(REGRADES, json=order))
    assert (found["status"], found["code"]) == (status, code)


def broken_for(mark: str) -> Callable[[Runner, Job], Graded]:
    grade = Runner.grade

    def graded(runner: Runner, job: Job) -> Graded:
        if mark in getattr(job, "text", "") and job.rubric_version != OLD:
            raise GradingError("Traceback\n  it broke")
        return grade(runner, job)

    return graded


def test_a_grading_that_fails_is_a_service_failure_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(settings(tmp_path, retry_seconds=0.05)) as course:
        place, version = regrade_broken(course, monkeypatch)
        ta = course.as_role("ta")
        eventually(lambda: bool(ta.get(place).json()["status"] == "graded"))
        assert ta.get(place).json()["rubric_version"] == version


def regrade_broken(course: Running, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    hand_in(course, "ann", RIGHT)
    place = hand_in(course, "bob", ONE_WRONG)
    instructor = course.as_role("instructor")
    version = upload(instructor)
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "grade", broken_for("1.6]"))
        found = regrade(instructor, rubric_version=version)
        assert found["failed"] == [{"student": "bob", "submission": place[-32:], "reason": "it broke"}]
        assert found["students"]["service_failure_after"] == 1
        assert count(course.database, "failures") == 0
        apply(instructor, version, preview=found["preview"])
        shown = instructor.get(place).json()
        assert (shown["status"], shown["score"]) == ("service_failure", None)
    return place, version


def test_another_engine_regrades_by_the_version_that_holds(course: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    place = hand_in(course, "ann", RIGHT)
    grade = Runner.grade

    def by_another(runner: Runner, job: Job) -> Graded:
        return grade(runner, job)._replace(engine_version="9.9.9")

    monkeypatch.setattr(Runner, "grade", by_another)
    found = apply(course.as_role("instructor"), OLD)
    assert found["students"]["unchanged"] == found["students"]["all"] == 1
    reports = course.as_role("ta").get(f"{place}/reports").json()["reports"]
    assert [(one["engine_version"], one["holds"]) for one in reports] == [
        (ENGINE_VERSION, False),
        ("9.9.9", True),
    ]


def test_an_item_that_the_new_version_drops_breaks_no_grading(course: Running) -> None:
    place = hand_in(course, "ann", RIGHT)
    start = HW6.text.index(ITEM)
    dropped = HW6.text[:start] + HW6.text[HW6.text.index("  - id:", start + 1) :]
    found = apply(course.as_role("instructor"), upload(course.as_role("instructor"), dropped))
    assert found["failed"] == []
    assert found["changes"][0]["items"] == [
        {
            "id": H0,
            "before": {"points": 2, "max_points": 2, "verdict": "correct", "overridden": False},
            "after": None,
        }
    ]
    assert course.as_role("ta").get(place).json()["score"] == 0


def test_one_regrade_at_a_time(course: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, leave = threading.Event(), threading.Event()
    look = Replays.look

    def slow(*arguments: Any) -> Any:
        entered.set()
        leave.wait(PATIENCE)
        return look(*arguments)

    monkeypatch.setattr(Replays, "look", slow)
    instructor = course.as_role("instructor")
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(regrade, instructor)
        assert entered.wait(PATIENCE)
        second = course.as_role("admin").post(REGRADES, json={})
        leave.set()
        assert first.result()["applied"] is False
    assert problem_of(second)["code"] == "regrade_running"
    assert second.headers["Retry-After"] == "10"


def test_what_arrives_while_regrades_are_applied_ends_graded_by_the_version_that_holds(course: Running) -> None:
    instructor = course.as_role("instructor")
    versions = [upload(instructor), OLD]
    hand_in(course, "student 0", RIGHT)
    ends = threading.Event()

    def keep_handing_in(lane: int) -> int:
        handed_in = 0
        while not ends.is_set():
            handed_in += course.submit(name=f"student {lane}").is_success  # past 600 in a minute it is told to wait
        return handed_in

    for lane in range(3):
        course.as_role("student", f"student {lane}")
    with ThreadPoolExecutor(3) as threads:
        lanes = [threads.submit(keep_handing_in, lane) for lane in range(3)]
        for turn in range(5):
            apply(instructor, versions[turn % 2])
        ends.set()
        handed_in = 1 + sum(lane.result() for lane in lanes)
    assert handed_in > 5
    eventually(lambda: by_version(course) == {versions[0]: handed_in})
    scores = course.as_role("ta").get("/api/v1/assignments/hw6/scores.json").json()
    assert {(one["status"], one["score"]) for one in scores["students"]} == {("graded", 3)}


def by_version(service: Running) -> dict[str, int]:
    """How many submissions have a report by the version that holds."""
    query = (
        "SELECT r.rubric_version, count(DISTINCT s.number) FROM reports r JOIN submissions s ON s.number ="
        " r.submission_number JOIN courses c ON c.number = s.course_number WHERE c.id = :course AND r.rubric_version ="
        " (SELECT rubric_version FROM activations a WHERE a.course_number = c.number ORDER BY a.number DESC LIMIT 1)"
        " GROUP BY r.rubric_version"
    )
    with service.database.reading() as connection:
        return dict(map(tuple, connection.execute(text(query), {"course": service.course})))
