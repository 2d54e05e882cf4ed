"""`gradebound status` and `gradebound settings` against a real service."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.cli.commands import main
from tests.app.service import Running, serving, settings


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("asking"))) as running:
        yield running


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: Any, course: Running) -> Any:
    """Runs a command with somebody's token; gives its exit code and what it printed."""

    def run(role: str, name: str, *arguments: str) -> tuple[int, str]:
        token = course.as_role(role, name).headers["Authorization"].removeprefix("Bearer ")
        monkeypatch.setenv("GRADEBOUND_TOKEN", token)
        monkeypatch.setattr("sys.argv", ["gradebound", *arguments, "--server", course.address])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    return run


def test_settings_are_changed_key_by_key(shell: Any) -> None:
    code, said = shell("instructor", "instructor", "settings", "set", "due=2027-01-11T12:00", "attempts=5",
                       "feedback.formula=by_hand", "feedback.value=at_once", 'late={"per_day": 10}')  # fmt: skip
    assert code == 0, said
    code, said = shell("instructor", "instructor", "settings", "set", "attempts=null", "feedback.value=null")
    assert code == 0, said
    code, said = shell("student", "ann", "settings", "show")
    found = json.loads(said)
    assert (found["due"], found["attempts"], found["feedback"]) == ("2027-01-11T12:00:00", None, {"formula": "by_hand"})


@pytest.mark.parametrize(
    ("change", "said"), [("attempts", "a change is KEY=VALUE"), ("due=tomorrow", "write a day and a time")]
)
def test_a_change_that_can_not_be_meant_is_refused(shell: Any, change: str, said: str) -> None:
    code, told = shell("instructor", "instructor", "settings", "set", change)
    assert (code, said in told) == (2, True)


def test_a_student_sees_where_they_stand_and_a_submission(shell: Any, course: Running) -> None:
    shell("instructor", "instructor", "settings", "set", "due=2020-01-11T12:00", "attempts=3", 'late={"per_day": 10}')
    location = course.submit(name="ann").headers["Location"]
    code, said = shell("student", "ann", "status")
    assert code == 0, said
    assert "deadline: 2020-01-11T12:00:00.000Z" in said
    assert "attempts: 1, 2 left; the latest attempt counts" in said
    assert f"* {location.rpartition('/')[2]}" in said
    assert re.search(r"  0 points, \d+ days late, 2 taken off", said)
    code, said = shell("student", "ann", "status", location, "--format", "json")
    assert json.loads(said)["status"] == "graded"
    code, said = shell("ta", "ta", "status", "--student", "no.one")
    assert (code, "rejected with 404" in said) == (2, True)


def test_what_a_person_decided_is_told_first_with_the_reason(shell: Any, course: Running) -> None:
    shell("instructor", "instructor", "settings", "set", "feedback.value=at_once", "feedback.formula=by_hand")
    location = course.submit(name="bea").headers["Location"]
    word = {"points": 1.5, "reason": "copied from the sheet"}
    path = f"{location}/items/p1.forward.h0.value/override"
    assert course.as_role("ta").put(path, json=word).status_code == 200
    _, said = shell("student", "bea", "status", location)
    told = " ".join(said.split())
    assert "1.5 / 2 correct Decided by a person: copied from the sheet Right: all 8 entries agree." in told
    assert "1.5 of 60 points; 29 more are not released yet" in told
