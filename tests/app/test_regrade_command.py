"""`gradebound regrade`: a preview as a table, and applying just what it showed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.commands import cli
from app.cli.failures import CommandError
from tests.app.regrading import DEARER, ONE_WRONG, RIGHT, RUBRICS, hand_in
from tests.app.service import Running, token_for
from tests.app.test_grading import HW6


def run(course: Running, *options: str) -> str:
    token = token_for(course.database, "instructor", "prof", course.course)
    arguments = ["regrade", "hw6", "--server", course.address, *options]
    done = CliRunner().invoke(cli, arguments, env={"GRADEBOUND_TOKEN": token}, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def dearer(tmp_path: Path) -> str:
    file = tmp_path / "hw6.yaml"
    file.write_text(DEARER, "utf-8")
    return str(file)


def test_a_preview_is_a_table_of_who_changes_and_keeps_nothing(course: Running, dearer: str) -> None:
    hand_in(course, "[bold]ann", RIGHT)
    hand_in(course, "bob", ONE_WRONG)
    text = run(course, "--rubric", dearer)
    ann = next(line for line in text.splitlines() if "[bold]ann" in line)
    assert ann.split()[:4] == ["[bold]ann", "2", "3", "+1"]
    assert "p1.forward.h0.value 2 (correct) -> 3 (correct)" in " ".join(text.split())
    assert "2 students up, 0 down, 2 changed, 0 unchanged" in " ".join(text.split())
    assert text.splitlines()[-1].startswith("nothing was kept")
    assert course.as_role("ta").get(RUBRICS).json()["holds"] == HW6.assignment.version


def test_applied_is_what_the_preview_showed_and_why(course: Running, dearer: str) -> None:
    hand_in(course, "ann", RIGHT)
    found = json.loads(run(course, "--rubric", dearer, "--apply", "--reason", "harder", "--format", "json"))
    assert found["applied"]
    listed = course.as_role("ta").get(RUBRICS).json()
    assert (listed["holds"], listed["held"][-1]["reason"]) == (found["to"], "harder")
    assert "applied" in run(course, "--version", HW6.assignment.version, "--apply", "--reason", "back")


def test_nothing_is_applied_without_a_reason(course: Running, dearer: str) -> None:
    with pytest.raises(CommandError, match="--reason"):
        run(course, "--rubric", dearer, "--apply")
    assert len(course.as_role("ta").get(RUBRICS).json()["versions"]) == 1
