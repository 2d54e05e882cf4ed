"""What a person decides about an item stands in for the report's points, and stays until it is taken back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.runner.pool import GradingError, Runner
from app.runner.worker import Graded, Job
from tests.app.regrading import H0, ONE_WRONG, RIGHT, apply, hand_in, regrade, upload
from tests.app.service import Running, answers, problem_of

SCORES = "/api/v1/assignments/hw6/scores.json"


def override_of(place: str, item: str = H0) -> str:
    return f"{place}/items/{item}/override"


def put(client: httpx.Client, place: str, points: Any = 1.25, **headers: str) -> httpx.Response:
    return client.put(override_of(place), json={"points": points, "reason": "seen by hand"}, headers=headers)


def score_of(course: Running, name: str) -> Any:
    students = course.as_role("ta").get(SCORES).json()["students"]
    return next(one["score"] for one in students if one["student"] == name)


def test_an_override_holds_at_once_and_says_who_and_why(course: Running) -> None:
    place, ta = hand_in(course, "ann", ONE_WRONG), course.as_role("ta")
    answer = put(ta, place)
    holds = answer.json()["holds"]
    assert (holds["points"], holds["reason"], holds["by"], holds["role"]) == (1.25, "seen by hand", "ta", "ta")
    assert score_of(course, "ann") == 1.25
    assert put(ta, place, 2).json()["holds"]["points"] == 2
    assert score_of(course, "ann") == 2
    shown = ta.get(override_of(place))
    assert [one["points"] for one in shown.json()["history"]] == [1.25, 2]
    with course.database.reading() as connection:
        entry = "SELECT detail FROM audit_log WHERE action = 'override.set' AND subject = :id ORDER BY number"
        details = [json.loads(row) for row in connection.execute(text(entry), {"id": place[-32:]}).scalars()]
    assert [(one["item"], Decimal(one["points"])) for one in details] == [(H0, Decimal("1.25")), (H0, Decimal(2))]


def test_a_withdrawn_override_leaves_the_reports_points_and_its_history(course: Running) -> None:
    place, ta = hand_in(course, "ann", ONE_WRONG), course.as_role("ta")
    put(ta, place, 2)
    withdrawn = ta.delete(override_of(place)).json()
    assert withdrawn["holds"] is None
    assert [one["points"] for one in withdrawn["history"]] == [2, None]
    assert score_of(course, "ann") == 1
    assert problem_of(ta.delete(override_of(place)))["code"] == "no_override"


def test_an_override_is_kept_through_a_regrade_which_says_so(course: Running) -> None:
    place, ta = hand_in(course, "ann", ONE_WRONG), course.as_role("ta")
    put(ta, place, 2)
    instructor = course.as_role("instructor")
    version = upload(instructor)
    found = regrade(instructor, rubric_version=version)
    assert found["overrides_kept"] == [{"student": "ann", "item": H0, "points": 2}]
    assert found["changes"] == []
    apply(instructor, version)
    assert score_of(course, "ann") == 2
    ta.delete(override_of(place))
    assert score_of(course, "ann") == 1.5


def test_a_word_that_was_said_meanwhile_is_not_overruled_unseen(course: Running) -> None:
    place, ta, other = hand_in(course, "ann", RIGHT), course.as_role("ta"), course.as_role("ta", "another ta")
    tag = ta.get(override_of(place)).headers["ETag"]
    first = put(other, place, 0, **{"If-Match": tag})
    assert first.status_code == 200
    assert problem_of(put(ta, place, 2, **{"If-Match": tag}))["code"] == "precondition_failed"
    assert put(ta, place, 2, **{"If-Match": first.headers["ETag"]}).json()["holds"]["points"] == 2


@pytest.mark.parametrize(
    ("item", "body", "code"),
    [
        (H0, {"points": 2.5, "reason": "x"}, "points_out_of_range"),
        (H0, {"points": -1, "reason": "x"}, "points_out_of_range"),
        ("p3.deduction", {"points": 1, "reason": "x"}, "points_out_of_range"),
        (H0, {"points": 1.001, "reason": "x"}, "invalid_parameter"),
        (H0, {"points": 1, "reason": " "}, "invalid_parameter"),
        (H0, {"points": 1}, "invalid_parameter"),
        ("p9", {"points": 1, "reason": "x"}, "unknown_item"),
    ],
)
def test_what_cannot_be_decided_is_refused(course: Running, item: str, body: dict[str, Any], code: str) -> None:
    place, ta = hand_in(course, "ann", RIGHT), course.as_role("ta")
    assert problem_of(ta.put(override_of(place, item), json=body))["code"] == code
    assert problem_of(ta.put(override_of("/api/v1/submissions/none"), json=body))["status"] in {404, 422}
    assert score_of(course, "ann") == 2


def test_in_a_course_that_merges_an_override_holds_for_the_same_answer_handed_in_again(course: Running) -> None:
    settings = "/api/v1/assignments/hw6/settings"
    assert course.as_role("instructor").put(settings, json={"merge": True}).is_success
    ta, ann = course.as_role("ta"), course.as_role("student", "ann")
    put(ta, hand_in(course, "ann", ONE_WRONG), 2)
    for values in (answers(**{"p1.forward.p.value": 0.5}), answers(**{H0: ONE_WRONG})):
        later = course.submit(values).headers["Location"]
        assert score_of(course, "ann") == 2
        item = next(one for one in ann.get(later).json()["items"] if one["id"] == H0)
        assert (item["points"], item["override"]["reason"]) == (2, "seen by hand")
    assert problem_of(ta.delete(override_of(later)))["code"] == "no_override"
    hand_in(course, "ann", [*ONE_WRONG[:-1], 9])
    assert score_of(course, "ann") == 1


def test_a_person_may_decide_where_grading_broke(course: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_runner: Runner, _job: Job) -> Graded:
        raise GradingError("it broke")

    ta = course.as_role("ta")
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "grade", broken)
        place = course.submit(answers(**{H0: ONE_WRONG})).headers["Location"]
        assert ta.get(place).json()["status"] == "service_failure"
        waiting = ta.get("/api/v1/assignments/hw6/undecided").json()["undecided"]
        assert [(one["item"], one["verdict"], one["student"]) for one in waiting] == [(H0, "service_failure", "ann")]
        put(ta, place, 2)
        shown = ta.get(place).json()
        assert (shown["status"], shown["score"], shown["pending_points"]) == ("graded", 2, 0)
        assert score_of(course, "ann") == 2
        assert ta.get("/api/v1/assignments/hw6/undecided").json()["undecided"] == []
