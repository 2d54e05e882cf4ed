"""Lists of submissions, and a student's standing: what counts, why, what is late, what is left."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from tests.app.service import DUE, RIGHT_H0, Hands, Running, Terms, post, problem_of

STANDING = "/api/v1/assignments/hw6/standing"
LIST = "/api/v1/submissions"
NOTHING = '{"answers": {}}'


def ids(answer: httpx.Response) -> list[str]:
    return [one["id"] for one in answer.json()["submissions"]]


def sent(client: httpx.Client, body: str = RIGHT_H0) -> str:
    return post(client, body).headers["Location"].rpartition("/")[2]


def test_each_sees_what_is_theirs_newest_first(clocked: Running, terms: Terms) -> None:
    terms()
    ann, ci, ta = clocked.as_role("student", "ann"), clocked.as_role("ci"), clocked.as_role("ta")
    own = [sent(ann), sent(ann)]
    for_bob = sent(ci, RIGHT_H0.replace("{", '{"student": "bob", ', 1))
    assert ids(ann.get(LIST)) == own[::-1]
    assert ids(ci.get(LIST)) == [for_bob]
    assert ids(clocked.as_role("student", "bob").get(LIST)) == [for_bob]
    assert ids(ta.get(LIST)) == [for_bob, *own[::-1]]
    assert ids(ta.get(LIST, params={"student": "bob", "assignment": "hw6"})) == [for_bob]
    assert ids(ta.get(LIST, params={"assignment": "other"})) == []
    assert ids(ann.get(LIST, params={"student": "bob"})) == []


def test_a_list_comes_a_page_at_a_time_and_is_filtered_by_time_and_status(
    clocked: Running, terms: Terms, clock: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms()
    monkeypatch.setattr("app.services.listing.LOOKED_THROUGH", 2)
    clock.now = DUE + timedelta(days=5)
    cem, ta = clocked.as_role("student", "cem"), clocked.as_role("ta")
    own = [sent(cem) for _ in range(5)][::-1]
    since = {"since": "2027-01-16T12:00", "status": "graded"}
    first = ta.get(LIST, params={**since, "limit": 2})
    second = ta.get(first.links["next"]["url"])
    third = ta.get(second.links["next"]["url"])
    assert ids(first) + ids(second) + ids(third) == own
    assert "next" not in third.links
    short = ta.get(LIST, params={**since, "status": "pending"})
    assert ids(short) == []
    assert short.links["next"]
    assert problem_of(ta.get(LIST, params={"since": "2027-01-16"}))["code"] == "invalid_parameter"


def test_a_standing_says_what_counts_why_and_what_lateness_costs(clocked: Running, terms: Terms, clock: Hands) -> None:
    terms(due="2027-01-11T12:00", grace_minutes=10, late={"per_day": 50}, attempts=3)
    dan = clocked.as_role("student", "dan")
    nothing = dan.get(STANDING).json()
    assert (nothing["status"], nothing["attempts_left"], nothing["counts"]) == ("missing", 3, None)
    early = sent(dan)
    clock.now = DUE + timedelta(hours=1)
    late = sent(dan)
    found = dan.get(STANDING).json()
    assert (found["counts"], found["why"], found["attempts_left"]) == (late, "the latest attempt counts", 1)
    assert [(one["days_late"], one["earned"], one["penalty"], one["score"]) for one in found["attempts"]] == [
        (0, 2, 0, 2), (1, 2, 1, 1),
    ]  # fmt: skip
    terms(due="2027-01-11T12:00", late={"per_day": 50}, counts="best")
    found = clocked.as_role("ta").get(STANDING, params={"student": "dan"}).json()
    assert (found["counts"], found["attempts_left"]) == (early, None)


def test_an_extension_that_is_granted_later_just_works(clocked: Running, terms: Terms, clock: Hands) -> None:
    terms(due="2027-01-11T12:00", late={"per_day": 50})
    clock.now = DUE + timedelta(hours=1)
    eve = clocked.as_role("student", "eve")
    sent(eve)
    assert eve.get(STANDING).json()["attempts"][0]["penalty"] == 1
    extension = {"due": "2027-01-12T12:00", "reason": "ill"}
    assert clocked.as_role("ta").put("/api/v1/assignments/hw6/extensions/eve", json=extension).status_code == 204
    found = eve.get(STANDING).json()
    assert (found["attempts"][0]["penalty"], found["due_at"]) == (0, "2027-01-12T12:00:00.000Z")


def test_of_equal_attempts_the_latest_is_the_best(clocked: Running, terms: Terms) -> None:
    terms(counts="best")
    fay = clocked.as_role("student", "fay")
    _, second, _ = sent(fay), sent(fay), sent(fay, NOTHING)
    assert fay.get(STANDING).json()["counts"] == second


def test_before_release_nothing_tells_which_of_several_attempts_is_the_best(clocked: Running, terms: Terms) -> None:
    terms(counts="best", feedback={"value": "by_hand"})
    gus = clocked.as_role("student", "gus")
    first, _ = sent(gus), sent(gus, NOTHING)
    found = gus.get(STANDING).json()
    assert (found["counts"], {one["counts"] for one in found["attempts"]}) == (None, {None})
    assert "released" in found["why"]
    assert [one["score"] for one in found["attempts"]] == [0, 0]
    assert found["status"] == "graded"
    assert clocked.as_role("ta").get(STANDING, params={"student": "gus"}).json()["counts"] == first


def test_a_status_says_nothing_about_what_is_withheld(clocked: Running, terms: Terms) -> None:
    terms(feedback={"value": "by_hand", "formula": "by_hand", "derivation": "by_hand"})
    hal = clocked.as_role("student", "hal")
    sent(hal, json.dumps({"answers": {"p1.forward.h0.formula": "ReLU(w_0 z)"}}))
    assert hal.get(LIST).json()["submissions"][0]["status"] == "graded"


@pytest.mark.parametrize(
    ("role", "query", "status", "code"),
    [
        ("ta", "", 422, "student_needed"),
        ("ta", "?student=no.one", 404, "unknown_person"),
        ("ci", "?student=ann", 403, "forbidden"),
        ("student", "?student=bob", 403, "forbidden"),
    ],
)
def test_whose_standing_must_be_clear(
    clocked: Running, terms: Terms, role: str, query: str, status: int, code: str
) -> None:
    terms()
    answer = clocked.as_role(role, "ann" if role == "student" else None).get(STANDING + query)
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)
