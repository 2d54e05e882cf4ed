"""What a student sees before the course releases it, in every view, and what staff see."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
from sqlalchemy import insert

from app.db.tables import Override
from tests.app.service import DUE, SUBMISSIONS, Hands, Running, Terms, post

H0, FORMULA = "p1.forward.h0.value", "p1.forward.h0.formula"
WRONG_FORMULA = "ReLU(w_0 z)"
BODY = json.dumps({"answers": {H0: [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06], FORMULA: WRONG_FORMULA}})


def items(report: Any) -> dict[str, Any]:
    return {item["id"]: item for item in report["items"]}


def sees(client: httpx.Client, location: str, item: str = FORMULA) -> str:
    return str(items(client.get(location).json())[item]["verdict"])


def test_what_is_not_released_has_no_points_verdict_or_words_in_any_view(clocked: Running, terms: Terms) -> None:
    terms(due="2027-01-11T12:00", feedback={"formula": "after_deadline", "derivation": "by_hand"})
    ann = clocked.as_role("student", "ann")
    posted = post(ann, BODY)
    assert posted.status_code == 201
    for report in (posted.json(), ann.get(posted.headers["Location"]).json()):
        hidden = items(report)[FORMULA]
        assert (hidden["points"], hidden["verdict"], hidden["evidence"]) == (None, "not_released", None)
        assert "after your deadline, 2027-01-11 12:00 UTC" in hidden["feedback"]
        assert "once your course releases it" in items(report)["p3.jensen"]["feedback"]
        assert items(report)[H0]["points"] == 2
        shown = [item for item in report["items"] if item["verdict"] != "not_released"]
        assert report["score"] == sum(item["points"] for item in shown) == 2
        assert report["pending_points"] == 0
        assert report["not_released_points"] == 60 - sum(item["max_points"] for item in shown) > 0
    ours = items(clocked.as_role("ta").get(posted.headers["Location"]).json())
    assert ours[FORMULA]["verdict"] not in {"not_released", "missing", "correct"}
    assert "not_released" not in {item["verdict"] for item in ours.values()}


def test_a_ci_that_posts_for_a_student_sees_no_more_than_the_student(clocked: Running, terms: Terms) -> None:
    terms(feedback={"formula": "by_hand"})
    answer = post(clocked.as_role("ci"), BODY.replace("{", '{"student": "ann", ', 1))
    assert items(answer.json())[FORMULA]["verdict"] == "not_released"
    answer = post(clocked.as_role("ta"), BODY.replace("{", '{"student": "ann", ', 1))
    assert items(answer.json())[FORMULA]["verdict"] != "not_released"


def test_feedback_after_the_deadline_waits_for_each_students_own(clocked: Running, terms: Terms, clock: Hands) -> None:
    terms(due="2027-01-11T12:00", grace_minutes=15, feedback={"formula": "after_deadline"})
    both = {name: post(clocked.as_role("student", name), BODY).headers["Location"] for name in ("bob", "cem")}
    extension = {"due": "2027-01-13T12:00", "reason": "ill"}
    clocked.as_role("ta").put("/api/v1/assignments/hw6/extensions/cem", json=extension)

    def hidden() -> list[str]:
        return [name for name in both if sees(clocked.as_role("student", name), both[name]) == "not_released"]

    assert hidden() == ["bob", "cem"]
    clock.now = DUE + timedelta(minutes=15)
    assert hidden() == ["bob", "cem"]
    clock.now = DUE + timedelta(minutes=16)
    assert hidden() == ["cem"]
    clock.now = DUE + timedelta(days=2, minutes=16)
    assert hidden() == []


def test_what_is_released_by_hand_is_seen_once_the_course_says_so(clocked: Running, terms: Terms, clock: Hands) -> None:
    terms(feedback={"formula": "by_hand"})
    dan = clocked.as_role("student", "dan")
    location = post(dan, BODY).headers["Location"]
    clock.now = DUE + timedelta(days=1000)
    assert sees(dan, location) == "not_released"
    terms(feedback={"formula": "by_hand"}, released=True)
    assert sees(dan, location) != "not_released"


def test_a_key_sent_again_shows_no_more_than_the_first_time(clocked: Running, terms: Terms) -> None:
    terms(feedback={"formula": "by_hand"})
    eve = clocked.as_role("student", "eve")
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    for _ in range(2):
        assert items(eve.post(SUBMISSIONS, content=BODY, headers=headers).json())[FORMULA]["verdict"] == "not_released"


def test_an_override_is_shown_to_the_student_with_its_reason_once_the_item_is(clocked: Running, terms: Terms) -> None:
    terms()
    fay = clocked.as_role("student", "fay")
    location = post(fay, BODY).headers["Location"]
    looked = clocked.as_role("ta").get(location).json()
    with clocked.database.writing() as connection:
        row = {"submission_number": number_of(clocked, location), "item": FORMULA, "points": Decimal("0.5")}
        row |= {"reason": "nearly", "made_at": DUE, "token_number": 1}
        connection.execute(insert(Override), row)
    found = fay.get(location).json()
    assert items(found)[FORMULA]["points"] == 0.5
    assert items(found)[FORMULA]["override"] == {
        "points": 0.5, "reason": "nearly", "made_at": "2027-01-11T12:00:00.000Z",
    }  # fmt: skip
    assert found["score"] == looked["score"] + 0.5
    assert "by" in items(clocked.as_role("ta").get(location).json())[FORMULA]["override"]
    terms(feedback={"formula": "by_hand"})
    hidden = fay.get(location).json()
    assert "override" not in items(hidden)[FORMULA]
    assert "nearly" not in json.dumps(hidden)


def test_an_override_that_is_carried_over_by_merging_is_in_the_answer_to_the_next_post(
    clocked: Running, terms: Terms
) -> None:
    terms(merge=True)
    gus = clocked.as_role("student", "gus")
    location = post(gus, BODY).headers["Location"]
    path = f"{location}/items/{FORMULA}/override"
    said = clocked.as_role("ta").put(path, json={"points": 0.5, "reason": "nearly"})
    assert said.is_success, said.text
    answer = post(gus, '{"answers": {}}')
    assert items(answer.json())[FORMULA]["override"]["reason"] == "nearly"
    assert answer.json()["score"] == gus.get(answer.headers["Location"]).json()["score"]


def test_reports_by_version_show_their_student_no_more_than_is_released(clocked: Running, terms: Terms) -> None:
    terms(feedback={"formula": "by_hand"})
    hal, ta = clocked.as_role("student", "hal"), clocked.as_role("ta")
    place = f"{post(hal, BODY).headers['Location']}/reports"
    (ours,) = ta.get(place).json()["reports"]
    (listed,) = hal.get(place).json()["reports"]
    assert (listed["score"], listed["not_released_points"]) == (2, 29)
    assert "not_released_points" not in ours
    path = f"{place}/{ours['rubric_version']}"
    hidden = items(hal.get(path).json())[FORMULA]
    assert (hidden["points"], hidden["verdict"], hidden["evidence"]) == (None, "not_released", None)
    assert items(ta.get(path).json())[FORMULA]["verdict"] == "incorrect"
    terms(feedback={"formula": "by_hand"}, released=True)
    assert hal.get(path).json() == ta.get(path).json()
    assert clocked.as_role("student", "ida").get(path).status_code == 404


def number_of(clocked: Running, location: str) -> int:
    with clocked.database.reading() as connection:
        query = "SELECT number FROM submissions WHERE id = ?"
        return int(connection.exec_driver_sql(query, (location.rpartition("/")[2],)).scalar_one())
