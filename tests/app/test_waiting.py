"""What waits for a person is no zero: not in a report, a list, a table, or another system's gradebook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from app.cli.commands import cli
from app.cli.failures import CommandError
from app.runner.pool import GradingError, Runner
from app.runner.worker import Graded, Job
from tests.app.regrading import H0, ONE_WRONG, RIGHT, hand_in
from tests.app.service import Running, answers, problem_of

HW = "/api/v1/assignments/hw6"
UNREAD = 'siehe Blatt\nSeite "drei"'
CLASS = ("ann", "bob", "cy", "dee")
ROSTER = "id,given_name,email,student_number\n" + "".join(
    f"{name},{name.title()},{name}@uni.example,{place}\n" for place, name in enumerate(CLASS, 1)
)
DERIVATION = "p3.derivation"
TARGETS = ("canvas", "moodle", "nbgrader")
Shell = Callable[..., Result]


def rows(course: Running, target: str, **query: Any) -> list[dict[str, str]]:
    text = course.as_role("ta").get(f"{HW}/scores.{target}.csv", params=query).text
    return [row for row in csv.DictReader(io.StringIO(text)) if row.get("Student") != "    Points Possible"]


def told(course: Running, target: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = course.as_role("ta").get(f"{HW}/scores.{target}.csv", params={"check": 1, **query}).json()
    return found


def report(client: httpx.Client, place: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(place).json()
    return found


def item_of(shown: dict[str, Any], item: str = H0) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in shown["items"] if one["id"] == item)
    return found


@pytest.fixture
def waits(course: Running) -> Running:
    """A class in which ann is right, bob can't be read, cy can't be read twice, and dee is wrong."""
    assert course.as_role("instructor").post("/api/v1/course/roster", content=ROSTER).is_success
    hand_in(course, "ann", RIGHT)
    hand_in(course, "bob", UNREAD)
    course.submit(answers(**{H0: "?", DERIVATION: "see the sheet"}), name="cy")
    hand_in(course, "dee", [9] * 8)
    return course


@pytest.fixture
def shell(course: Running) -> Shell:
    token = course.as_role("ta").headers["Authorization"].removeprefix("Bearer ")
    env = {"GRADEBOUND_TOKEN": token, "GRADEBOUND_SERVER": course.address, "COLUMNS": "200"}
    return lambda *arguments: CliRunner().invoke(cli, [str(one) for one in arguments], env=env)


def test_a_report_says_what_waits_and_leaves_the_points_as_they_are(course: Running) -> None:
    place = hand_in(course, "ann", UNREAD)
    for client in (course.as_role("student", "ann"), course.as_role("ta")):
        shown = report(client, place)
        assert (shown["status"], shown["score"], shown["waiting_points"]) == ("partly_graded", 0, 2)
        assert (item_of(shown)["points"], item_of(shown)["waiting"]) == (0, True)
        assert sum("waiting" in one for one in shown["items"]) == 1
        (kept,) = client.get(f"{place}/reports").json()["reports"]
        assert kept["waiting_points"] == 2
    (attempt,) = course.as_role("ta").get(f"{HW}/standing", params={"student": "ann"}).json()["attempts"]
    assert (attempt["status"], attempt["waiting_points"]) == ("partly_graded", 2)
    page = course.as_role("student", "ann").get(f"{place}/report.html").text
    assert "answers worth 2 wait for a person" in page
    assert "waits for a person, of 2" in page


def test_a_derivation_without_a_relation_waits_with_all_of_its_items(course: Running) -> None:
    place = course.submit(answers(**{DERIVATION: "see the sheet"}), name="ann").headers["Location"]
    shown = report(course.as_role("student", "ann"), place)
    assert (shown["waiting_points"], shown["status"]) == (20, "partly_graded")
    found = course.as_role("ta").get(f"{HW}/undecided").json()
    assert (found["waiting"], {one["text"] for one in found["undecided"]}) == (4, {"see the sheet"})


def test_what_is_worth_nothing_holds_nobody_up(course: Running) -> None:
    place = course.submit(answers(**{"p1.forward.p.value": "?"}), name="ann").headers["Location"]
    shown = report(course.as_role("student", "ann"), place)
    assert (shown["status"], shown["waiting_points"]) == ("graded", 0)
    assert item_of(shown, "p1.forward.p.value")["waiting"]
    assert [row["student_id"] for row in rows(course, "nbgrader")] == ["ann"]


def test_a_decision_settles_and_taking_it_back_unsettles(course: Running) -> None:
    place, ta = hand_in(course, "ann", UNREAD), course.as_role("ta")
    ta.put(f"{place}/items/{H0}/override", json={"points": 1, "reason": "on the sheet"})
    shown = report(ta, place)
    assert (shown["status"], shown["score"], shown["waiting_points"]) == ("graded", 1, 0)
    assert "waiting" not in item_of(shown)
    ta.delete(f"{place}/items/{H0}/override")
    assert report(ta, place)["status"] == "partly_graded"


def test_what_is_not_released_does_not_show_that_it_waits(course: Running) -> None:
    assert course.as_role("instructor").put(f"{HW}/settings", json={"feedback": {"value": "by_hand"}}).is_success
    place = hand_in(course, "ann", UNREAD)
    shown = report(course.as_role("student", "ann"), place)
    assert (shown["status"], shown["waiting_points"]) == ("graded", 0)
    assert "waiting" not in item_of(shown)
    assert report(course.as_role("ta"), place)["waiting_points"] == 2


@pytest.mark.parametrize("target", TARGETS)
def test_a_gradebook_leaves_out_who_waits_and_says_how_many_answers_of_how_many_students(
    waits: Running, target: str
) -> None:
    assert len(rows(waits, target)) == 2
    found = told(waits, target)
    assert found["waiting"] == {"answers": 6, "students": 2}
    reasons = {one["student"]: one["reason"] for one in found["left_out"]}
    assert reasons == {"bob": "1 answer waits for a person", "cy": "5 answers wait for a person"}
    headers = waits.as_role("ta").get(f"{HW}/scores.{target}.csv").headers
    names = ("left-out", "waiting-answers", "waiting-students")
    assert [headers[f"x-gradebound-{name}"] for name in names] == ["2", "6", "2"]


@pytest.mark.parametrize("target", TARGETS)
def test_zeros_are_handed_over_where_they_are_meant(waits: Running, target: str) -> None:
    assert len(rows(waits, target, waiting_as_zero=1)) == 4
    found = told(waits, target, waiting_as_zero=1)
    assert (found["left_out"], found["waiting"]) == ([], {"answers": 6, "students": 2})


def test_gradescope_is_refused_while_an_answer_waits_unless_zeros_are_meant(course: Running) -> None:
    place, ta = hand_in(course, "ann", UNREAD), course.as_role("ta")
    refused = ta.get(f"{place}/results.json")
    assert (problem_of(refused)["code"], "1 answer waits" in refused.json()["detail"]) == ("unsettled", True)
    found = ta.get(f"{place}/results.json", params={"waiting_as_zero": 1}).json()
    assert (found["score"], len(found["tests"])) == (0, len(report(ta, place)["items"]))
    ta.put(f"{place}/items/{H0}/override", json={"points": 2, "reason": "on the sheet"})
    assert ta.get(f"{place}/results.json").json()["score"] == 2


def test_a_fault_of_the_service_waits_and_is_no_zero_even_where_zeros_are_meant(
    course: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_runner: Runner, _job: Job) -> Graded:
        raise GradingError("it broke")

    ta = course.as_role("ta")
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "grade", broken)
        place = course.submit(answers(**{H0: ONE_WRONG, DERIVATION: "log p(x|phi) >= 1"})).headers["Location"]
        shown = report(ta, place)
        assert (shown["status"], shown["score"], shown["waiting_points"]) == ("service_failure", None, 60)
        assert all(one["waiting"] and one["points"] is None for one in shown["items"])
        assert rows(course, "nbgrader", waiting_as_zero=1) == []
        ta.put(f"{place}/items/{H0}/override", json={"points": 2, "reason": "by hand"})
        shown = report(ta, place)
        assert (shown["status"], shown["waiting_points"]) == ("partly_graded", 20)
        assert told(course, "nbgrader")["waiting"] == {"answers": 4, "students": 1}
        (row,) = rows(course, "nbgrader", waiting_as_zero=1)
        assert float(row["score"]) == 2


@pytest.mark.usefixtures("waits")
def test_the_list_in_the_shell_shows_answers_as_they_were_written(shell: Shell) -> None:
    done = shell("waiting", "hw6")
    assert done.exit_code == 0, done.output
    assert '\n    siehe Blatt\n    Seite "drei"\n' in done.stdout
    assert '    "siehe' not in done.stdout
    assert "6 answers wait for a person" in done.stdout
    some = json.loads(shell("waiting", "hw6", "--item", H0, "--student", "bob", "--format", "json").stdout)
    assert [(one["student"], one["text"], one["answer"]) for one in some] == [("bob", UNREAD, json.dumps(UNREAD))]


def test_one_answer_is_decided_and_all_of_the_same_text(waits: Running, shell: Shell) -> None:
    more = [hand_in(waits, name, 'siehe   Blatt  Seite "drei"') for name in ("ann", "dee")]
    (first,) = json.loads(shell("waiting", "hw6", "--student", "bob", "--format", "json").stdout)
    done = shell("decide", first["submission"], H0, "1.5", "--reason", "on the sheet", "--identical")
    assert "1.5 points, for 3 answers" in done.stdout
    assert [report(waits.as_role("ta"), place)["score"] for place in more] == [1.5, 1.5]
    again = shell("decide", first["submission"], H0, "0", "--reason", "no")
    assert "decided already, and left so: 1.5 points by ta" in again.stdout
    assert "0 points, for 1 answer" in shell("decide", first["submission"], H0, "0", "--reason", "no", "--again").stdout


def test_many_are_decided_from_a_table_that_the_list_has_begun(waits: Running, shell: Shell, tmp_path: Path) -> None:
    table = list(csv.DictReader(io.StringIO(shell("waiting", "hw6", "--format", "csv").stdout)))
    assert [row["answer"] for row in table][:2] == [UNREAD, "?"]
    for row in table[:5]:
        row |= {"points": "0.5", "reason": "" if row["item"] == H0 else "seen"}
    file = tmp_path / "decided.csv"
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, table[0], delimiter=";")
        writer.writeheader()
        writer.writerows(table)
    refused = shell("decide", "--file", file)
    assert "line 2: got points without a reason" in str(refused.exception)
    assert told(waits, "nbgrader")["waiting"] == {"answers": 6, "students": 2}
    done = shell("decide", "--file", file, "--reason", "on the sheet")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("0.5 points, for 1 answer") == 5
    assert told(waits, "nbgrader")["waiting"] == {"answers": 1, "students": 1}
    assert shell("decide", "--file", file, "--reason", "on the sheet").stdout.count("decided already") == 5


def test_what_is_refused_in_a_table_is_named_with_its_line_and_the_others_hold(
    waits: Running, shell: Shell, tmp_path: Path
) -> None:
    (one,) = json.loads(shell("waiting", "hw6", "--student", "bob", "--format", "json").stdout)
    file = tmp_path / "words.csv"
    lines = (f"{one['submission']},{H0},1,fine", f"{one['submission']},{H0},99,too many", f"nobody,{H0},1,fine")
    file.write_text("submission,item,points,reason\n" + "\n".join(lines) + "\n")
    done = shell("override", "--file", file)
    assert isinstance(done.exception, CommandError)
    assert "2 of 3 were refused" in str(done.exception)
    assert "line 3: " in done.stderr
    assert "line 4: " in done.stderr
    assert item_of(report(waits.as_role("ta"), f"/api/v1/submissions/{one['submission']}"))["points"] == 1


@pytest.mark.parametrize(
    ("text", "told_of"),
    [
        ("", "empty file"), ("submission,item\n", "no column 'points'"), ('"x"y\n', "no CSV"),
        ('submission,item,points,reason\nx,y,"1,5",z\n', "line 2: got the points '1,5'"),
        ("submission,item,points,reason\nx,y,nan,z\n", "line 2: got the points 'nan'"),
        ("submission,item,points,reason\n,y,1,z\n", "line 2: got points without a submission or item"),
    ],
)  # fmt: skip
def test_a_table_with_faults_decides_nothing(shell: Shell, tmp_path: Path, text: str, told_of: str) -> None:
    (tmp_path / "x.csv").write_text(text)
    assert told_of in str(shell("decide", "--file", tmp_path / "x.csv").exception)


def test_an_override_is_set_and_taken_back_from_the_shell(course: Running, shell: Shell) -> None:
    place = hand_in(course, "ann", ONE_WRONG)
    assert "2 points" in shell("override", place, H0, "2", "--reason", "as in the lecture").stdout
    assert report(course.as_role("ta"), place)["score"] == 2
    assert "hold again" in shell("override", place, H0, "--withdraw").stdout
    assert report(course.as_role("ta"), place)["score"] == 1
    assert "-1 points" in str(shell("override", place, H0, "-1", "--reason", "x").stderr)
    for arguments in (("override", place, H0, "1"), ("decide", place, H0), ("override", "--withdraw")):
        assert isinstance(shell(*arguments).exception, CommandError)


@pytest.mark.usefixtures("waits")
def test_scores_from_the_shell_say_what_waits_and_take_the_word_for_zeros(shell: Shell) -> None:
    done = shell("scores", "hw6", "--format", "nbgrader")
    assert "6 answers of 2 students wait for a person" in done.stderr
    assert len(done.stdout.splitlines()) == 3
    assert len(shell("scores", "hw6", "--format", "nbgrader", "--waiting-as-zero").stdout.splitlines()) == 5
    assert "is for --format canvas" in str(shell("scores", "hw6", "--waiting-as-zero").exception)
