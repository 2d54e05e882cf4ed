"""What waits for a person: oldest first, answers of the same text together, and deciding on them at once."""

from __future__ import annotations

from typing import Any

from tests.app.regrading import H0, RIGHT, hand_in
from tests.app.service import Running, answers, problem_of

UNDECIDED = "/api/v1/assignments/hw6/undecided"
UNREADABLE = "see the sheet"


def waiting(course: Running, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = course.as_role("ta").get(UNDECIDED, params=query).json()["undecided"]
    return found


def decide(course: Running, place: str, **more: Any) -> dict[str, Any]:
    decision = {"points": 1, "reason": "as on the sheet", **more}
    response = course.as_role("ta").post(f"{place}/items/{H0}/decision", json=decision)
    assert response.is_success, response.text
    found: dict[str, Any] = response.json()
    return found


def test_what_cannot_be_read_waits_oldest_first_with_the_answer_as_it_was_sent(course: Running) -> None:
    for name, values in (("bob", UNREADABLE), ("ann", "see  the   sheet"), ("cy", "no idea"), ("dee", RIGHT)):
        hand_in(course, name, values)
    found = waiting(course)
    assert [one["student"] for one in found] == ["bob", "ann", "cy"]
    assert [one["answer"] for one in found][::2] == ['"see the sheet"', '"no idea"']
    assert {one["verdict"] for one in found} == {"unreadable"}
    assert all(one["counts"] and one["max_points"] == 2 and one["feedback"] for one in found)


def test_the_list_comes_a_page_at_a_time_and_a_decision_moves_no_place(course: Running) -> None:
    places = {name: hand_in(course, name, f"{name} does not know") for name in ("a", "b", "c")}
    first = course.as_role("ta").get(UNDECIDED, params={"limit": 2})
    assert [one["student"] for one in first.json()["undecided"]] == ["a", "b"]
    assert first.json()["waiting"] == 3
    decide(course, places["a"])
    following = first.headers["Link"].partition(">")[0].lstrip("<")
    assert [one["student"] for one in course.as_role("ta").get(following).json()["undecided"]] == ["c"]


def test_only_the_attempt_that_counts_waits_unless_the_best_one_counts(course: Running) -> None:
    hand_in(course, "ann", UNREADABLE)
    hand_in(course, "ann", RIGHT)
    assert waiting(course) == []
    settings = "/api/v1/assignments/hw6/settings"
    assert course.as_role("instructor").put(settings, json={"counts": "best"}).is_success
    (one,) = waiting(course)
    assert (one["student"], one["counts"]) == ("ann", False)


def test_a_decision_is_an_override_that_says_so_and_takes_the_answer_off_the_list(course: Running) -> None:
    place = hand_in(course, "ann", UNREADABLE)
    hand_in(course, "bob", UNREADABLE)
    assert decide(course, place)["decided"] == [place[-32:]]
    assert [one["student"] for one in waiting(course)] == ["bob"]
    item = next(one for one in course.as_role("student", "ann").get(place).json()["items"] if one["id"] == H0)
    assert (item["points"], item["override"]["reason"]) == (1, "Decided by a person: as on the sheet")


def test_one_decision_may_be_for_all_answers_of_the_same_text_and_for_no_other(course: Running) -> None:
    places = {name: hand_in(course, name, text) for name, text in (
        ("ann", UNREADABLE), ("bob", "see the  sheet"), ("cy", "see the sheets"), ("dee", UNREADABLE),
    )}  # fmt: skip
    course.as_role("ta").put(f"{places['dee']}/items/{H0}/override", json={"points": 0, "reason": "copied"})
    assert [[one["student"] for one in entry["identical"]] for entry in waiting(course)] == [["bob"], ["ann"], []]
    found = decide(course, places["bob"], also_identical=True)
    assert found["decided"] == [places["bob"][-32:], places["ann"][-32:]]
    assert [one["student"] for one in waiting(course)] == ["cy"]
    refused = {"points": 9, "reason": "x", "also_identical": True}
    answer = course.as_role("ta").post(f"{places['cy']}/items/{H0}/decision", json=refused)
    assert problem_of(answer)["code"] == "points_out_of_range"
    assert [one["student"] for one in waiting(course)] == ["cy"]


def test_items_that_were_not_answered_wait_for_nobody(course: Running) -> None:
    course.submit(answers())
    assert waiting(course) == []
