"""Settings of an assignment and extensions, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.db import audit
from app.db.page import Page
from app.errors.submitting import BadSettingsError
from app.policy.settings import AssignmentSettings
from app.services import terms
from tests.app.service import Running, problem_of, serving, settings

SETTINGS = "/api/v1/assignments/hw6/settings"
EXTENSIONS = "/api/v1/assignments/hw6/extensions"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("terms"))) as running:
        yield running


def test_settings_are_changed_by_whoever_has_seen_the_ones_that_hold(course: Running) -> None:
    lecturer = course.as_role("instructor")
    before = lecturer.get(SETTINGS)
    assert before.json()["due"] is None
    first = lecturer.put(
        SETTINGS, json={"due": "2026-11-30T23:59", "attempts": 3}, headers={"If-Match": before.headers["ETag"]}
    )
    assert first.status_code == 200
    assert lecturer.get(SETTINGS).json()["attempts"] == 3
    assert problem_of(lecturer.put(SETTINGS, json={}))["code"] == "precondition_needed"
    stale = lecturer.put(SETTINGS, json={}, headers={"If-Match": before.headers["ETag"]})
    assert problem_of(stale)["code"] == "precondition_failed"
    assert first.headers["ETag"] in problem_of(stale)["detail"]
    second = lecturer.put(SETTINGS, json={}, headers={"If-Match": f'"9", {first.headers["ETag"]}'})
    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"due": "2026-11-30"}, "body.due: got '2026-11-30'; write a day and a time"),
        ({"due": 5}, "write a day and a time"),
        ({"attempts": 0}, "body.attempts: got 0; Input should be greater than or equal to 1"),
        ({"counts": "first"}, "'latest' or 'best'"),
        ({"deadline": "2026-11-30T23:59"}, "body.deadline"),
        ({"feedback": {"values": "at_once"}}, "'value', 'formula' or 'derivation'"),
        ({"feedback": {"value": "after_deadline"}}, "set `due` too"),
        ({"opens": "2026-12-01T00:00", "due": "2026-11-30T23:59+00:00"}, "not before `due`"),
    ],
)  # fmt: skip
def test_settings_that_can_not_be_meant_are_refused_with_what_to_write(
    course: Running, document: Any, said: str
) -> None:
    answer = course.as_role("instructor").put(SETTINGS, json=document, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert said in problem_of(answer)["detail"]


def test_an_extension_is_granted_replaced_and_taken_back_on_record(course: Running) -> None:
    ta, path = course.as_role("ta"), f"{EXTENSIONS}/dept/ann"
    unknown = ta.put(path, json={"due": "2026-12-07T23:59", "reason": "ill"})
    assert problem_of(unknown)["code"] == "unknown_person"
    assert course.submit(name="dept/ann").status_code == 201
    for reason in ("ill", "still ill"):
        assert ta.put(path, json={"due": "2026-12-07T23:59", "reason": reason}).status_code == 204
    (one,) = ta.get(EXTENSIONS).json()["extensions"]
    assert (one["student"], one["due_at"], one["reason"], one["by"]) == (
        "dept/ann", "2026-12-07T23:59:00.000Z", "still ill", "ta",
    )  # fmt: skip
    assert ta.delete(path).status_code == 204
    assert ta.get(EXTENSIONS).json()["extensions"] == []
    assert problem_of(ta.delete(path))["code"] == "no_extension"
    with course.database.reading() as connection:
        log = audit.entries(connection, 1, Page(3)).rows
    assert [entry.action for entry in log] == ["extension.withdraw", "extension.grant", "extension.grant"]


def test_the_list_of_extensions_comes_a_page_at_a_time(course: Running) -> None:
    ta = course.as_role("ta")
    for name in ("bob", "cem", "dan"):
        course.as_role("student", name)
        ta.put(f"{EXTENSIONS}/{name}", json={"due": "2026-12-07T23:59", "reason": "ill"})
    first = ta.get(EXTENSIONS, params={"limit": 2})
    second = ta.get(first.links["next"]["url"])
    found = [one["student"] for answer in (first, second) for one in answer.json()["extensions"]]
    assert found == ["bob", "cem", "dan"]
    assert "next" not in second.links


def test_a_moment_that_the_clocks_leave_out_is_no_deadline() -> None:
    with pytest.raises(BadSettingsError, match="put forward"):
        terms.fitting(AssignmentSettings.model_validate({"due": "2027-03-28T02:30"}), ZoneInfo("Europe/Vienna"))
