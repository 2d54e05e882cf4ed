"""Attempts, opening times, merging, and repeats under one key."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.app.service import DUE, RIGHT_H0, SUBMISSIONS, Hands, Running, Terms, post, problem_of

H0, H1 = "p1.forward.h0.value", "p1.forward.h1.value"
RIGHT = json.loads(RIGHT_H0)["answers"][H0]
WRONG_H0 = json.dumps({"answers": {H0: [9.0, *RIGHT[1:]]}})
RIGHT_H1 = json.dumps({"answers": {H1: [[[0.38, 0.96], [1.40, 1.06]], [[0.70, 1.62], [1.54, 1.06]]]}})


def hand_in(client: httpx.Client, body: str = RIGHT_H0, key: str | None = None) -> httpx.Response:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key is not None else {})
    return client.post(SUBMISSIONS, content=body, headers=headers)


def points(report: Any) -> dict[str, Any]:
    return {item["id"]: item["points"] for item in report["items"]}


def test_only_what_was_accepted_counts_as_an_attempt_and_the_last_is_followed_by_a_refusal(
    clocked: Running, terms: Terms
) -> None:
    terms(attempts=2)
    ann = clocked.as_role("student", "ann")
    assert [hand_in(ann, body).status_code for body in (RIGHT_H0, "{", '{"answers": {"x": 1}}', RIGHT_H0)] == [
        201, 400, 422, 201,
    ]  # fmt: skip
    refused = hand_in(ann)
    assert refused.status_code == 409
    assert (problem_of(refused)["code"], "2 here" in problem_of(refused)["detail"]) == ("no_attempts_left", True)
    assert hand_in(clocked.as_role("student", "bob")).status_code == 201
    terms(attempts=3)
    assert hand_in(ann).status_code == 201


def test_students_and_ci_wait_until_it_opens_and_staff_need_not(clocked: Running, terms: Terms, clock: Hands) -> None:
    terms(opens="2027-01-12T08:00")
    for_ann = RIGHT_H0.replace("{", '{"student": "ann", ', 1)
    early = [hand_in(clocked.as_role("student", "ann")), hand_in(clocked.as_role("ci"), for_ann)]
    assert [problem_of(answer)["code"] for answer in early] == ["not_open", "not_open"]
    assert "2027-01-12 08:00 UTC" in problem_of(early[0])["detail"]
    assert hand_in(clocked.as_role("ta"), for_ann).status_code == 201
    clock.now = DUE + timedelta(hours=20)
    assert hand_in(clocked.as_role("student", "ann")).status_code == 201


def test_work_is_never_too_late(clocked: Running, terms: Terms, clock: Hands) -> None:
    terms(due="2027-01-11T13:00", late={"cut_off_days": 1})
    clock.now = DUE + timedelta(days=400)
    answer = hand_in(clocked.as_role("student", "late"))
    assert answer.status_code == 201
    found = clocked.as_role("student", "late").get(answer.headers["Location"]).json()
    assert found["days_late"] == 400


def test_where_a_course_merges_each_answer_is_the_latest_that_was_given(clocked: Running, terms: Terms) -> None:
    terms(merge=True)
    cem = clocked.as_role("student", "cem")
    first = hand_in(cem, RIGHT_H0)
    second = hand_in(cem, RIGHT_H1)
    assert (points(second.json())[H0], points(second.json())[H1]) == (2, 2)
    third = hand_in(cem, WRONG_H0)
    assert (points(third.json())[H0], points(third.json())[H1]) == (1, 2)
    found = cem.get(third.headers["Location"]).json()
    assert found["body"] == WRONG_H0
    ids = {name: answer.headers["Location"].rpartition("/")[2] for name, answer in (("H1", second), ("H0", third))}
    assert found["answers_from"] == {H0: ids["H0"], H1: ids["H1"]}
    assert "answers_from" not in cem.get(first.headers["Location"]).json()


def test_where_a_course_does_not_merge_a_submission_stands_alone(clocked: Running, terms: Terms) -> None:
    terms(merge=False)
    dan = clocked.as_role("student", "dan")
    hand_in(dan, RIGHT_H0)
    assert points(hand_in(dan, RIGHT_H1).json())[H0] == 0


def test_a_key_makes_a_repeat_the_same_submission(clocked: Running, terms: Terms) -> None:
    terms(attempts=1)
    eve = clocked.as_role("student", "eve")
    first, again = hand_in(eve, key="one"), hand_in(eve, key='"one"')
    assert (first.status_code, first.headers["Location"], first.json()) == (
        again.status_code, again.headers["Location"], again.json(),
    )  # fmt: skip
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    other = hand_in(eve, RIGHT_H1, key="one")
    assert (other.status_code, problem_of(other)["code"]) == (422, "idempotency_key_reused")
    assert problem_of(hand_in(eve, key="two"))["code"] == "no_attempts_left"


def test_a_key_is_the_senders_own_and_a_refused_post_does_not_use_it_up(clocked: Running, terms: Terms) -> None:
    terms()
    fay, gus = clocked.as_role("student", "fay"), clocked.as_role("student", "gus")
    assert hand_in(fay, "{", key="mine").status_code == 400
    first, second = hand_in(fay, key="mine"), hand_in(gus, RIGHT_H1, key="mine")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["Location"] != second.headers["Location"]


@pytest.mark.parametrize("key", ["", '""', "x" * 201, "a\tb"])
def test_a_key_that_can_not_be_one_is_refused(clocked: Running, terms: Terms, key: str) -> None:
    terms()
    answer = hand_in(clocked.as_role("student", "ann"), key=key)
    assert (answer.status_code, problem_of(answer)["code"]) == (400, "bad_idempotency_key")


def test_twenty_posts_at_once_under_one_key_are_one_submission(clocked: Running, terms: Terms) -> None:
    terms(attempts=1)
    token = clocked.as_role("student", "hal").headers["Authorization"].removeprefix("Bearer ")
    found: list[tuple[int, str, str]] = []

    def one() -> None:
        with clocked.with_token(token) as client:
            answer = hand_in(client, key="same")
        found.append((answer.status_code, answer.headers["Location"], answer.text))

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len({(status, location) for status, location, _ in found}) == 1
    assert len({json.dumps(json.loads(text)) for _, _, text in found}) == 1


@pytest.mark.parametrize(
    ("name", "type_", "text"),
    [
        ("a.json", "application/json", RIGHT_H0),
        ("a.yaml", "application/octet-stream", f"answers:\n  {H0}: {RIGHT}\n"),
        ("a", "text/yaml", f"answers:\n  {H0}: {RIGHT}\n"),
    ],
)
def test_a_file_in_a_form_is_as_good_as_a_body(
    clocked: Running, terms: Terms, name: str, type_: str, text: str
) -> None:
    terms()
    answer = clocked.as_role("ci").post(SUBMISSIONS, files={"file": (name, text, type_)}, data={"student": "ida"})
    assert answer.status_code == 201, answer.text
    found = clocked.as_role("student", "ida").get(answer.headers["Location"]).json()
    assert (found["body"], points(found)[H0]) == (text, 2)


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"data": {"student": "ida"}, "files": {"other": ("a.json", "{}")}}, 422, "bad_form"),
        ({"files": {"file": ("a.json", b"\xff\xfe")}, "data": {"student": "ida"}}, 400, "not_utf8"),
        ({"files": {"file": ("a.yaml", "a: " + "x" * 70_000)}, "data": {"student": "ida"}}, 413, "too_large"),
        ({"files": {"file": ("a.json", RIGHT_H0.replace("{", '{"student": "bob", ', 1))}, "data": {"student": "ida"}},
         422, "student_needed"),
        ({"files": {"file": ("a.json", RIGHT_H0)}}, 422, "student_needed"),
        ({"content": b"--x\r\nno", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422, "bad_form"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 422, "bad_form"),
    ],
)  # fmt: skip
def test_a_form_that_is_no_submission_is_refused(
    clocked: Running, terms: Terms, form: dict[str, Any], status: int, code: str
) -> None:
    terms()
    answer = clocked.as_role("ci").post(SUBMISSIONS, **form)
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


def test_what_has_not_changed_is_not_sent_again(clocked: Running, terms: Terms) -> None:
    terms()
    jan = clocked.as_role("student", "jan")
    location = post(jan, RIGHT_H0).headers["Location"]
    tag = jan.get(location).headers["ETag"]
    same = jan.get(location, headers={"If-None-Match": f'"x", {tag}'})
    assert (same.status_code, same.content) == (304, b"")
    assert jan.get(location, headers={"If-None-Match": '"x"'}).status_code == 200
