"""Whose work it is: a known name, one that is likely a typo of it, and one that no roster has; however it is sent."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from app.cli.commands import cli
from tests.app.service import SUBMISSIONS, Running, problem_of

H0 = "p1.forward.h0.value"
SETTINGS = "/api/v1/assignments/hw6/settings"
ROSTER = "id,given_name,email\nMax,Max,max@uni.example\nann lee,Ann,\nzoë,Zoë,\nstraße,,\nli,,\nLI,,\n"
Sending = Callable[[httpx.Client, str], Any]


def by_body(ci: httpx.Client, name: str) -> Any:
    return ci.post(SUBMISSIONS, json={"student": name, "answers": {H0: "1"}}).json()


def by_yaml(ci: httpx.Client, name: str) -> Any:
    text = f"student: {json.dumps(name)}\nanswers: {{}}\n"
    return ci.post(SUBMISSIONS, content=text, headers={"Content-Type": "application/yaml"}).json()


def by_form(ci: httpx.Client, name: str) -> Any:
    return ci.post(SUBMISSIONS, data={"student": name}, files={"file": ("a.json", b'{"answers": {}}')}).json()


def by_batch(ci: httpx.Client, name: str) -> Any:
    (one,) = ci.post(f"{SUBMISSIONS}:batch", json=[{"student": name, "answers": {}}]).json()
    return one.get("problem", one)


WAYS: dict[str, Sending] = {"body": by_body, "yaml": by_yaml, "form": by_form, "batch": by_batch}
EACH_WAY = pytest.mark.parametrize("send", WAYS.values(), ids=WAYS)
TYPOS = [
    "MAX", "max", "mAx", "Ｍａｘ", "Ann Lee", "annlee", "ANN  LEE", "Zoë", unicodedata.normalize("NFD", "ZOË"),
    "STRASSE", "Li", "ｌｉ",
]  # fmt: skip
UNKNOWN = ["maxx", "max1", "ann lea", "zoe", "strasse 2", "bob", "lı"]


def read_in(course: Running, roster: str = ROSTER) -> None:
    assert course.as_role("instructor").post("/api/v1/course/roster", content=roster.encode()).is_success


def students(course: Running) -> set[str]:
    found = course.as_role("ta").get("/api/v1/course/people", params={"role": "student"}).json()["people"]
    return {one["id"] for one in found}


@EACH_WAY
def test_beside_a_roster_an_unknown_student_is_refused_by_name_with_the_nearest_known(
    course: Running, send: Sending
) -> None:
    read_in(course)
    before, ci = students(course), course.as_role("ci")
    for name in UNKNOWN:
        refused = send(ci, name)
        assert refused["code"] == "unknown_student"
        assert ascii(name) in refused["detail"]
    assert "'Max'" in send(ci, "maxx")["detail"]
    assert students(course) == before


@EACH_WAY
@pytest.mark.parametrize("known", ["by a roster", "by what was handed in"])
def test_a_name_that_differs_by_case_form_or_blanks_alone_is_refused_as_a_likely_typo(
    course: Running, send: Sending, known: str
) -> None:
    ci = course.as_role("ci")
    if known == "by a roster":
        read_in(course)
    else:
        assert ["code" in by_body(ci, name) for name in ("Max", "ann lee", "zoë", "straße", "li")] == [False] * 5
    before = students(course)
    assert {send(ci, name)["code"] for name in TYPOS} == {"likely_typo"}
    assert students(course) == before


@EACH_WAY
def test_what_is_composed_of_the_same_characters_is_the_same_person(course: Running, send: Sending) -> None:
    read_in(course)
    assert "code" not in send(course.as_role("ci"), unicodedata.normalize("NFD", "zoë"))
    (one,) = course.as_role("ta").get("/api/v1/submissions").json()["submissions"]
    assert one["student"] == "zoë"
    assert course.as_role("ta").get("/api/v1/assignments/hw6/standing", params={"student": "zoe\u0308"}).is_success


@EACH_WAY
def test_twins_in_case_that_a_roster_brings_are_two_people(course: Running, send: Sending) -> None:
    read_in(course)
    for name in ("li", "LI"):
        assert "code" not in send(course.as_role("ci"), name)
    found = course.as_role("ta").get("/api/v1/submissions").json()["submissions"]
    assert sorted(one["student"] for one in found) == ["LI", "li"]


def test_without_a_roster_who_is_new_is_taken_in_also_under_a_name_that_is_near(course: Running) -> None:
    names = ["max", "max1", "maxx", "bob", "zoe", "zoë"]
    assert ["code" in by_body(course.as_role("ci"), name) for name in names] == [False] * 6
    assert students(course) == set(names)


def test_a_setting_opens_the_roster_but_not_for_typos(course: Running) -> None:
    read_in(course)
    assert course.as_role("instructor").put(SETTINGS, json={"enrol_unknown": True}).is_success
    assert "code" not in by_body(course.as_role("ci"), "bob")
    assert by_body(course.as_role("ci"), "MAX")["code"] == "likely_typo"
    assert "bob" in students(course)


def test_a_roster_of_staff_alone_closes_no_course(course: Running) -> None:
    read_in(course, "id,role\ntina,ta\n")
    assert "code" not in by_body(course.as_role("ci"), "bob")


def test_who_has_left_or_was_given_a_token_is_known(course: Running) -> None:
    course.as_role("student", "late")
    read_in(course)
    assert course.as_role("instructor").delete("/api/v1/course/people/Max").status_code == 204
    assert [("code" in by_body(course.as_role("ci"), name)) for name in ("late", "Max")] == [False, False]


def test_a_batch_keeps_the_others_and_tells_which_are_refused(course: Running) -> None:
    read_in(course)
    names = ["Max", "MAX", "bob", "li"]
    sent = [{"student": name, "answers": {}} for name in names]
    told = course.as_role("ci").post(f"{SUBMISSIONS}:batch", json=sent).json()
    assert [one["status"] for one in told] == [202, 422, 422, 202]
    assert [one["problem"]["code"] for one in told if "problem" in one] == ["likely_typo", "unknown_student"]


def test_a_student_may_name_themselves_in_any_form_and_nobody_else(course: Running) -> None:
    zoe = course.as_role("student", "zoë")
    assert "code" not in by_body(zoe, "zoe\u0308")
    assert by_body(zoe, "ZOË")["code"] == "forbidden"


def test_a_token_for_a_likely_typo_is_not_made(course: Running) -> None:
    read_in(course)
    ina = course.as_role("instructor")
    refused = ina.post("/api/v1/course/tokens", json={"role": "student", "name": "MAX"})
    assert problem_of(refused)["code"] == "likely_typo"
    for name in ("Max", "LI", "zoe\u0308", "quite.new"):
        assert ina.post("/api/v1/course/tokens", json={"role": "student", "name": name}).is_success
    assert ina.post("/api/v1/course/tokens", json={"role": "ta", "name": "MAX"}).is_success


def test_the_same_key_sent_again_finds_its_submission_also_after_a_roster_came(
    course: Running,
) -> None:
    ci, once = course.as_role("ci"), {"Idempotency-Key": "once"}
    body = {"student": "gone", "answers": {}}
    first = ci.post(SUBMISSIONS, json=body, headers=once)
    read_in(course)
    again = ci.post(SUBMISSIONS, json=body, headers=once)
    assert (again.status_code, again.headers["Location"]) == (first.status_code, first.headers["Location"])


def test_a_roster_says_who_joins_beside_somebody_of_almost_the_same_id(course: Running) -> None:
    by_body(course.as_role("ci"), "MAX")
    roster = b"id\nMax\nbob\n"
    told = course.as_role("instructor").post("/api/v1/course/roster", content=roster, params={"dry_run": True}).json()
    assert told["alike"] == [{"id": "Max", "known": "MAX"}]
    read_in(course, "id\nMax\nMAX\nbob\n")
    assert students(course) == {"Max", "MAX", "bob"}


def test_from_the_shell_the_service_says_whose_name_it_knows(course: Running, tmp_path: Any) -> None:
    read_in(course)
    file = tmp_path / "a.yaml"
    file.write_text("answers: {}\n")
    token = course.as_role("ci").headers["Authorization"].removeprefix("Bearer ")
    arguments = ["submit", str(file), "--student", "maxx", "--server", course.address]
    told = CliRunner().invoke(cli, arguments, env={"GRADEBOUND_TOKEN": token})
    assert "the nearest known one is 'Max'" in str(told.exception)
