"""A class of thirty, played: a roster, typos, twins in case, answers that wait. Every file for another system is read
back, and each score found in it is held against a second set of books, by the person whose row it is in."""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.app.bookkeeper import Entry, books, final_grades, waiting
from tests.app.regrading import H0, ONE_WRONG, RIGHT
from tests.app.service import SUBMISSIONS, Running, serving, settings

HW = "/api/v1/assignments/hw6"
H1, P, DERIVATION = "p1.forward.h1.value", "p1.forward.p.value", "p3.derivation"
NAMES = (
    "Max", "ann", "ann lee", "zoë", "søren", "straße", "li", "LI", "o'neill", "müller", "mueller", "Ana", "anna",
    "ANNA",
    *(f"s{number:03}" for number in range(1, 17)),
)  # fmt: skip
EARLY = ("MAX", "Anna", "ann  lee")  # typos that a CI sent before there was a roster
TYPOS = ("max", "mAX", "Zoë", "STRASSE", "MÜLLER", "O'NEILL", "S001", "ｓ002", "Ann Lee", "SØREN")
UNKNOWN = ("s017", "s01", "Max Ernst", "bob")
ANSWERS: tuple[dict[str, Any], ...] = (
    {H0: RIGHT}, {H0: RIGHT, P: 0.999994560402232}, {H0: ONE_WRONG, H1: "see above"}, {H0: "see the sheet"},
    {H0: RIGHT, DERIVATION: "on paper"}, {H0: [0] * 8}, {H0: "?", P: "??", DERIVATION: "log p(x|phi) >= L"},
    {P: "?"}, {},
)  # fmt: skip


@dataclass
class Class:
    """The class as its university has it: Canvas' number, student number and mail address of each."""

    service: Running
    file: Path
    chance: random.Random = field(default_factory=lambda: random.Random(17))  # noqa: S311 -- the same class each time

    def entries(self) -> Mapping[str, Entry]:
        return books(self.file)

    def ask(self, role: str, method: str, path: str, **options: Any) -> Any:
        response = self.service.as_role(role).request(method, path, **options)
        assert response.is_success, response.text
        return response

    def hand_in(self, name: str) -> Any:
        body = {"student": name, "answers": self.chance.choice(ANSWERS)}
        return self.service.as_role("ci").post(SUBMISSIONS, json=body)

    def file_for(self, target: str, export: str = "", **query: Any) -> tuple[list[dict[str, str]], dict[str, Any]]:
        """The rows of a file that are students', and what a check says of it."""
        options: dict[str, Any] = {"content": export.encode()} if export else {}
        method, path = "POST" if export else "GET", f"{HW}/scores.{target}.csv"
        text = self.ask("ta", method, path, params=query, **options).text
        told: dict[str, Any] = self.ask("ta", method, path, params={**query, "check": 1}, **options).json()
        rows = csv.DictReader(io.StringIO(text, newline=""))
        return [row for row in rows if row.get("Student") != "    Points Possible"], told


def number_of(name: str) -> str:
    """A student number; two of them differ by zeros that a spreadsheet drops, and one student has none."""
    place = NAMES.index(name)
    return {"s001": "0042", "s002": "42", "li": ""}.get(name, f"{1000 + place}")


def mail_of(name: str) -> str:
    return f"p{NAMES.index(name)}@uni.example"


def roster() -> str:
    lines = [f'"{name}","{name}",{mail_of(name)},{number_of(name)}' for name in NAMES]
    return "id,given_name,email,student_number\n" + "\n".join(lines) + "\n"


def canvas_export(between: str, login: Callable[[str], str]) -> str:
    """The class as Canvas has it, each under a number of its own; logins as some directory writes them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=between)
    writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section"])
    writer.writerow(["    Points Possible", "", "", "", ""])
    for place, name in enumerate(NAMES):
        writer.writerow([name, 500 + place, "", login(name), "A"])
    return out.getvalue()


def moodle_export() -> str:
    rows = "".join(f"{name},X,{number_of(name)},{mail_of(name)}\n" for name in NAMES)
    return f"First name,Surname,ID number,Email address\n{rows}"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    folder = tmp_path_factory.mktemp("played")
    with serving(settings(folder)) as service:
        course = Class(service, folder / "test.db")
        for name in EARLY:
            assert course.hand_in(name).is_success
        course.ask("instructor", "POST", "/api/v1/course/roster", content=roster().encode())
        order = [*NAMES, *NAMES[::2], *TYPOS, *UNKNOWN]
        course.chance.shuffle(order)
        answers = {name: course.hand_in(name) for name in order}
        assert {name for name, answer in answers.items() if answer.is_error} == {*TYPOS, *UNKNOWN}
        for one in course.ask("ta", "GET", f"{HW}/undecided").json()["undecided"][::4]:
            where = f"/api/v1/submissions/{one['submission']}/items/{one['item']}/decision"
            course.ask("ta", "POST", where, json={"points": 0, "reason": "looked at: nothing there"})
        yield course


def test_the_class_has_every_kind_of_student_and_what_waits_is_what_the_books_say(played: Class) -> None:
    entries = played.entries()
    assert set(entries) == {*NAMES, *EARLY}
    assert {entry.status for entry in entries.values()} == {"graded", "partly_graded"}
    assert Decimal(0) in final_grades(entries).values()
    assert waiting(entries)["students"] > 3
    students = played.ask("ta", "GET", f"{HW}/scores.json").json()["students"]
    found = {one["student"]: (one["status"], Decimal(str(one["score"])), one["answers_waiting"]) for one in students}
    assert found == {name: (entry.status, entry.score, entry.waiting) for name, entry in entries.items()}


CHECKED = pytest.mark.parametrize("zeros_meant", [False, True], ids=["no zeros", "zeros meant"])


def agree(
    played: Class, rows: Mapping[str, str], told: Mapping[str, Any], zeros_meant: object, apart: set[str]
) -> None:
    """Each score is its own student's, nobody else is missing, and what waits is counted.

    `rows` are scores by the name of the person whose row it is; `apart` are those who can't be told from another.
    """
    entries = played.entries()
    expected = final_grades(entries, zeros_meant=bool(zeros_meant))
    assert {name: Decimal(score) for name, score in rows.items()} == {
        name: score for name, score in expected.items() if name not in apart
    }
    assert {one["student"] for one in told["left_out"]} == set(entries) - set(rows)
    assert told["waiting"] == waiting(entries)


@CHECKED
@pytest.mark.parametrize(
    ("between", "login"),
    [
        (",", str), (";", str), ("\t", lambda name: unicodedata.normalize("NFD", name)),
        (",", lambda name: name.upper() if name in {"Max", "zoë", "s003"} else name),
    ],
)  # fmt: skip
def test_canvas_by_its_own_export(
    played: Class, zeros_meant: object, between: str, login: Callable[[str], str]
) -> None:
    rows, told = played.file_for("canvas", canvas_export(between, login), waiting_as_zero=bool(zeros_meant))
    score = {NAMES[int(row["ID"]) - 500]: row[list(row)[-1]] for row in rows}
    # A typo that is exactly a login of Canvas is no better than the student whom the roster has: neither gets the row.
    apart = {*EARLY} if login("Max") == "Max" else {*EARLY, "Max"}
    agree(played, score, told, zeros_meant, apart)


@CHECKED
def test_canvas_by_the_roster(played: Class, zeros_meant: object) -> None:
    rows, told = played.file_for("canvas", waiting_as_zero=bool(zeros_meant))
    score = {row["SIS Login ID"]: row[list(row)[-1]] for row in rows}
    agree(played, score, told, zeros_meant, {*EARLY, "li", "s001", "s002"})


@CHECKED
def test_moodle_by_the_roster_and_by_its_own_export(played: Class, zeros_meant: object) -> None:
    by_mail = {mail_of(name): name for name in NAMES}
    for export, apart in (("", {*EARLY, "s001", "s002"}), (moodle_export(), {*EARLY})):
        rows, told = played.file_for("moodle", export, waiting_as_zero=bool(zeros_meant))
        score = {by_mail[row["Email address"]]: row[list(row)[6]] for row in rows}
        agree(played, score, told, zeros_meant, apart)


@CHECKED
def test_nbgrader(played: Class, zeros_meant: object) -> None:
    rows, told = played.file_for("nbgrader", waiting_as_zero=bool(zeros_meant))
    agree(played, {row["student_id"]: row["score"] for row in rows}, told, zeros_meant, set())


@CHECKED
def test_gradescope_one_submission_after_another(played: Class, zeros_meant: object) -> None:
    entries, ta = played.entries(), played.service.as_role("ta")
    expected = final_grades(entries, zeros_meant=bool(zeros_meant))
    students = played.ask("ta", "GET", f"{HW}/scores.json").json()["students"]
    for one in students:
        where = f"/api/v1/submissions/{one['submission']}/results.json"
        answer = ta.get(where, params={"waiting_as_zero": bool(zeros_meant)})
        score = Decimal(str(answer.json()["score"])) if answer.is_success else None
        assert score == expected.get(one["student"]), one["student"]
