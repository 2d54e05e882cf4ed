"""Versions of a rubric: brought in, listed, read, and their keys audited."""

from __future__ import annotations

import json
import logging
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.assignments import Rubric
from app.clock import system_clock
from app.db import rubrics
from app.db.database import Database
from app.db.migrate import migrate
from app.runner.worker import Job
from app.services.key_audits import KeyAudits
from app.services.rubrics import Shelf, keep_rubrics
from app.services.store import Posted
from app.services.submit import submit
from app.services.tokens import identify
from grader.rubric import parse_rubric
from tests.app.service import RIGHT_H0, Running, problem_of, token_for
from tests.app.test_grading import HW6
from tests.app.workers import runner_of
from tests.waiting import eventually

RUBRICS = "/api/v1/assignments/hw6/rubrics"
AUDIT = "/api/v1/assignments/hw6/audit"
DEARER = HW6.text.replace("points: 2", "points: 3", 1)


def upload(client: httpx.Client, rubric: str, **more: str) -> httpx.Response:
    return client.post(RUBRICS, json={"rubric": rubric, **more})


def audited(client: httpx.Client, version: str) -> dict[str, Any]:
    """The audit of a version, asked for until it is there."""
    eventually(lambda: client.get(AUDIT, params={"version": version}).json()["status"] != "waiting")
    found: dict[str, Any] = client.get(AUDIT, params={"version": version}).json()
    return found


def test_an_uploaded_version_is_kept_and_listed_but_does_not_hold(course: Running) -> None:
    instructor = course.as_role("instructor")
    first = upload(instructor, DEARER, reason="question 1 was harder than we thought")
    version = first.json()["rubric_version"]
    assert (first.status_code, first.json()["new"]) == (201, True)
    again = upload(instructor, DEARER)
    assert (again.status_code, again.json()) == (200, {"rubric_version": version, "new": False})
    listed = course.as_role("ta").get(RUBRICS).json()
    old, new = listed["versions"]
    assert (old["holds"], new["holds"]) == (True, False)
    assert (new["rubric_version"], new["by"]) == (version, "instructor")
    assert new["reason"] == "question 1 was harder than we thought"
    assert [one["rubric_version"] for one in listed["held"]] == [HW6.assignment.version] == [listed["holds"]]
    shown = course.as_role("ta").get(first.headers["Location"])
    assert (shown.text, shown.headers["content-type"]) == (DEARER, "application/yaml")
    assert course.submit().json()["rubric_version"] == HW6.assignment.version


def test_a_rubric_with_faults_is_refused_with_the_place_of_each(service: Running) -> None:
    broken = HW6.text.replace("points: 2", "points: two", 1).replace("kind: formula", "kind: song", 1)
    found = problem_of(upload(service.as_role("instructor"), broken))
    assert (found["status"], found["code"]) == (422, "bad_rubric")
    assert len(found["faults"]) == 2
    for fault in found["faults"]:
        line = broken.splitlines()[fault["line"] - 1]
        assert line[fault["column"] - 1 :].startswith(("two", "song", "- ", "{", "id"))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rubric": HW6.text.replace("id: hw6", "id: hw7", 1)}, "other_assignment"),
        ({"rubric": HW6.text, "key": "answers: {p9: 1}"}, "unknown_answer"),
        ({"rubric": "x" * 64_001}, "bad_upload"),
        ({"rubrik": "x"}, "bad_upload"),
    ],
)
def test_what_is_no_version_of_this_rubric_is_refused(service: Running, body: dict[str, str], code: str) -> None:
    found = problem_of(service.as_role("instructor").post(RUBRICS, json=body))
    assert (found["status"], found["code"]) == (422, code)


def test_a_version_that_nobody_brought_in_is_not_found(service: Running) -> None:
    for path in (f"{RUBRICS}/{'0' * 12}", f"{AUDIT}?version={'0' * 12}"):
        assert problem_of(service.as_role("ta").get(path))["code"] == "unknown_version"


def test_the_key_beside_a_rubric_is_audited_at_the_start(service: Running) -> None:
    found = audited(service.as_role("ta"), HW6.assignment.version)
    assert found["status"] == "audited"
    assert [figure["key"] for figure in found["figures"] if figure["verdict"] == "wrong"] == ["p1.forward.H2.value[11]"]
    assert found["counts"]["right"] == sum(figure["verdict"] == "right" for figure in found["figures"])
    assert found["engine_version"]


def test_an_uploaded_key_is_audited_by_the_uploaded_rubric(course: Running) -> None:
    key = "p1.forward.h0.value: [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.07]"
    instructor = course.as_role("instructor")
    version = upload(instructor, DEARER, key=key).json()["rubric_version"]
    found = audited(instructor, version)
    assert [figure["verdict"] for figure in found["figures"]].count("wrong") == 1
    unkeyed = upload(instructor, DEARER.replace("points: 3", "points: 4", 1)).json()["rubric_version"]
    assert audited(instructor, unkeyed)["status"] == "no_key"


def test_a_key_is_audited_once_by_each_engine_and_its_wrong_figures_are_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'keys.db'}")) as database:
        migrate(database)
        keep_rubrics(database, {"hw6": HW6}, system_clock())
        keep_rubrics(database, {"hw6": HW6}, system_clock())
        with runner_of() as runner:
            for expected in (1, 0):
                with closing(KeyAudits(database, runner, Shelf(database, [HW6]), system_clock)) as audits:
                    assert audits.enqueue().result() == expected
            runner._engine_version = "another"
            with closing(KeyAudits(database, runner, Shelf(database, [HW6]), system_clock)) as audits:
                caplog.set_level(logging.WARNING)
                assert audits.enqueue().result() == 1
    assert "p1.forward.H2.value[11] printed 1.078, right 1.178" in caplog.text


def holding(database: Database) -> str | None:
    with database.reading() as connection:
        return rubrics.active_version(connection, 1, "hw6")


def test_a_file_holds_at_once_until_somebody_has_handed_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    dearer = Rubric(parse_rubric(DEARER), DEARER)
    with closing(Database(f"sqlite:///{tmp_path / 'files.db'}")) as database:
        migrate(database)
        keep_rubrics(database, {"hw6": HW6}, system_clock())
        keep_rubrics(database, {"hw6": dearer}, system_clock())
        assert holding(database) == dearer.assignment.version
        ann = identify(database, token_for(database, "student", "ann"), system_clock())
        submit(database, ann, dearer.assignment, Posted(RIGHT_H0, "json"), system_clock())
        keep_rubrics(database, {"hw6": HW6}, system_clock())
        assert holding(database) == dearer.assignment.version
    assert f"the file has version {HW6.assignment.version}" in caplog.text


def test_a_rubric_keeps_the_version_that_it_was_kept_by_whatever_a_release_makes_of_it(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'old.db'}")) as database:
        migrate(database)
        with database.writing() as connection:
            rubrics.add_rubric(connection, "hashedbefore", "hw6", HW6.text, system_clock())
        assert Shelf(database, []).version("hashedbefore").assignment.version == "hashedbefore"
    with runner_of({}) as runner:
        graded = runner.grade(Job("hashedbefore", HW6.text, "json", RIGHT_H0))
    assert graded.rubric_version == "hashedbefore"
    assert json.loads(graded.body)["rubric_version"] == "hashedbefore"


def test_a_version_is_what_the_author_wrote_and_not_what_a_release_adds() -> None:
    assert parse_rubric(HW6.text + "\nlate: {per_day: 10}\n").version == HW6.assignment.version
    assert parse_rubric(DEARER).version != HW6.assignment.version
