"""Rosters: what is read, what is told, what changes, and what is left of somebody who was erased."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql
from typer.testing import CliRunner, Result

from app.cli.commands import cli
from app.cli.failures import CommandError
from app.clock import system_clock
from app.errors.access import RosterError
from app.policy.records import Details
from app.roster.entry import Entry, Present
from app.roster.plan import plan
from app.roster.reading import MAX_ROWS, read_roster
from app.services.courses import CourseDraft, create_course
from app.services.roles import Role
from app.services.tokens import Grant, make_token
from tests.app.service import RIGHT_H0, Running, post, problem_of

ROSTER = "/api/v1/course/roster"
PEOPLE = "/api/v1/course/people"
OWN = (
    "id,given_name,family_name,email,student_number,section,role\n"
    "ann,Ann,Lee,ann@uni.example,123,A,\ntina,Tina,,,,,TA\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework 6 (77)\n"
    '    Points Possible,,,,,60\n"Lee, Ann",901,123,ann,ML A,12\n"Student, Test",902,,x1,ML A,\n'
)
MOODLE = (
    '"First name",Surname,"ID number",Institution,Department,"Email address","Course total"\n'
    "Ann,Lee,123,,,ann@uni.example,\nBo,Ek,,,,bo@uni.example,\n"
)


def test_our_own_header_may_have_any_of_its_columns() -> None:
    ann, tina = read_roster(OWN)
    given = {
        "given_name": "Ann",
        "family_name": "Lee",
        "email": "ann@uni.example",
        "student_number": "123",
        "section": "A",
    }
    assert ann == Entry("ann", "student", given)
    assert tina == Entry("tina", "ta", {"given_name": "Tina"})
    assert read_roster("ID\nann\n") == (Entry("ann", "student"),)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_line_ends_are_read_too(separator: str) -> None:
    assert read_roster(OWN.replace(",", separator).replace("\n", "\r\n")) == read_roster(OWN)


def test_a_canvas_export_is_read_without_the_rows_that_are_no_people() -> None:
    given = {"student_number": "123", "section": "ML A", "family_name": "Lee", "given_name": "Ann"}
    assert read_roster(CANVAS) == (Entry("ann", "student", given),)


def test_a_moodle_export_is_read_and_who_has_no_id_number_goes_by_the_mail_address() -> None:
    assert [entry.id for entry in read_roster(MOODLE)] == ["123", "bo@uni.example"]
    assert read_roster(MOODLE)[1].given == {"given_name": "Bo", "family_name": "Ek", "email": "bo@uni.example"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["line 1: got no header"]),
        ("name,mail\nann,a@b\n", ["line 1: got the header 'name,mail'"]),
        ("id,sektion\nann,A\n", ["line 1: got the columns ['sektion']"]),
        ("id,email,role\n,x,king\n", ["line 2: got no id", "line 2: got the role 'king'", "line 2: got the mail"]),
        ("id,section\nann,A\nbob,B\nann,C\n", ["line 4: 'ann' is there as student in line 2"]),
        ('id,section\n"a\nb",A\nbob,B,C\n', ["line 2: got 'a\\nb' as id", "line 4: got 1 cells more"]),
        ("id\n" + "x" * 201, ["line 2: got 'xxxx"]),
        ('id\n"ann"x\n', ["line 2: no CSV"]),
        ("id\n" + "ann\n" * (MAX_ROWS + 1), [f"line {MAX_ROWS + 2}: got {MAX_ROWS + 1} rows"]),
    ],
)
def test_all_faults_are_told_together_each_with_its_line(text: str, told: list[str]) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster(text)
    said = [f"line {fault['line']}: {fault['message']}" for fault in caught.value.members["faults"]]
    assert len(said) == len(told)
    assert all(line.startswith(start) for line, start in zip(said, told, strict=True)), said


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("ann,a@x.y,1\nben,A@X.y,2\n", ["line 3: 'ben' has the mail address 'A@X.y', and so has 'ann' in line 2"]),
        ("ann,a@x.y,1\nben,b@x.y,1\n", ["line 3: 'ben' has the student number '1', and so has 'ann' in line 2"]),
        ("ann,,s 1\nben,,S1\ncat,,ｓ１\n", ["line 3: 'ben' has the student", "line 4: 'cat' has the student"]),
        ("ann,a@x.y,1\nben,a@x.y,1\n", ["line 3: 'ben' has the mail", "line 3: 'ben' has the student number"]),
        ("zoë,,\nzoe\u0308,,\n", ["line 3: 'zo\\xeb' is there as student in line 2"]),
    ],
)
def test_two_people_under_one_mail_address_or_number_are_refused(rows: str, told: list[str]) -> None:
    with pytest.raises(RosterError) as caught:
        read_roster("id,email,student_number\n" + rows)
    said = [f"line {fault['line']}: {fault['message']}" for fault in caught.value.members["faults"]]
    assert len(said) == len(told)
    assert all(line.startswith(start) for line, start in zip(said, told, strict=True)), said


def test_one_person_in_two_roles_and_people_without_mail_or_number_are_nobodys_doubles() -> None:
    rows = "ann,a@x.y,1,student\nann,a@x.y,1,ta\nben,,,student\ncat,,,student\nali,,2,student\ndee,,02,student\n"
    assert len(read_roster("id,email,student_number,role\n" + rows)) == 6


def test_a_plan_says_who_joins_returns_changes_and_is_missing() -> None:
    known = Details("Ann", "Lee", "ann@uni.example", "123")
    on_record = [
        Present("ann", "student", "A", known, left=False),
        Present("bob", "student", "A", Details(), left=True),
        Present("cat", "student", "A", Details(), left=False),
        Present("dan", "student", "A", Details(), left=False),
        Present("gone", "student", "A", Details(), left=True),
        Present("tina", "ta", "", Details(), left=False),
    ]
    entries = [
        Entry("ann", "student", {"section": "B", "family_name": "Lee"}), Entry("ann", "ta"), Entry("bob", "student"),
        Entry("cat", "student", {"section": "A"}), Entry("eve", "student"),
    ]  # fmt: skip
    found = plan(entries, on_record)
    assert [(change.after.id, change.after.role) for change in found.joining] == [("ann", "ta"), ("eve", "student")]
    assert [change.after.id for change in found.returning] == ["bob"]
    assert [dict(change.fields) for change in found.changing] == [{"section": ("A", "B")}]
    assert (found.changing[0].after.details, found.joining[0].after.details) == (known, known)
    assert found.unchanged == 1
    assert [member.id for member in found.missing] == ["dan"]


@pytest.fixture
def course(service: Running) -> Iterator[httpx.Client]:
    """An instructor of a course of their own, called `tina`."""
    number = next(_numbers)
    create_course(service.database, None, CourseDraft(f"roster-{number}", "T"), system_clock())
    grant = Grant(Role.INSTRUCTOR, f"roster-{number}")
    with closing(service.with_token(make_token(service.database, grant, "ina", system_clock()).token)) as client:
        yield client


_numbers = iter(range(1000))


def send(client: httpx.Client, text: str, **query: Any) -> httpx.Response:
    return client.post(ROSTER, content=text.encode(), params=query, headers={"Content-Type": "text/csv"})


def people(client: httpx.Client, **query: Any) -> dict[str, dict[str, Any]]:
    return {person["id"]: person for person in client.get(PEOPLE, params=query).json()["people"]}


def test_a_dry_run_says_what_an_import_then_does_and_a_second_one_changes_nothing(course: httpx.Client) -> None:
    before = people(course)
    told = send(course, OWN, dry_run=True).json()
    assert people(course) == before
    done = send(course, "\ufeff" + OWN).json()
    assert {**done, "dry_run": True} == told
    assert done["joining"] == [{"id": "ann", "role": "student"}, {"id": "tina", "role": "ta"}]
    ann = people(course, role="student")["ann"]
    assert (ann["given_name"], ann["email"], ann["section"]) == ("Ann", "ann@uni.example", "A")
    again = send(course, OWN).json()
    assert (again["joining"], again["changing"], again["unchanged"]) == ([], [], 2)


def test_a_file_with_faults_changes_nothing(course: httpx.Client) -> None:
    problem = problem_of(send(course, OWN + "bob,,,nomail,,,\n"))
    assert (problem["code"], problem["faults"][0]["line"]) == ("bad_roster", 4)
    assert set(people(course)) == {"ina"}
    assert problem_of(send(course, OWN + "root,,,,,,admin\n"))["code"] == "forbidden"
    assert set(people(course)) == {"ina"}
    latin = course.post(ROSTER, content="id,family_name\nann,Müller".encode("latin-1"))
    assert problem_of(latin)["code"] == "not_utf8"


def test_nobody_gets_the_mail_address_or_number_of_somebody_who_is_in_the_course(course: httpx.Client) -> None:
    head = "id,email,student_number\n"
    send(course, f"{head}ann,a@x.y,1\nben,b@x.y,2\n")
    for row in ("cat,A@x.y,3", "cat,,2"):
        for query in ({}, {"dry_run": True}):
            problem = problem_of(send(course, f"{head}{row}\n", **query))
            assert (problem["code"], "in the course" in problem["faults"][0]["message"]) == ("bad_roster", True)
    assert set(people(course)) == {"ina", "ann", "ben"}
    assert send(course, f"{head}ann,b@x.y,2\nben,a@x.y,1\n").is_success  # they change places
    assert send(course, f"{head}cat,a@x.y,3\n", remove_missing=True).is_success  # ben leaves by this
    assert send(course, f"{head}dee,b@x.y,9\n").is_success  # ann has left


def test_who_is_not_in_the_file_leaves_only_if_that_is_asked_for(course: httpx.Client) -> None:
    send(course, "id\nann\nbob\n")
    assert send(course, "id\nann\n").json()["missing"] == ["bob"]
    assert set(people(course)) == {"ina", "ann", "bob"}
    send(course, "id\nann\n", remove_missing=True)
    assert set(people(course)) == {"ina", "ann"}
    assert people(course, left=True)["bob"]["left_at"]
    assert send(course, "id\nbob\n").json()["returning"] == [{"id": "bob", "role": "student"}]


def test_leaving_ends_a_persons_tokens_at_once_in_this_course_only(service: Running, course: httpx.Client) -> None:
    here = course.get("/api/v1/course").json()["id"]
    tokens = [
        make_token(service.database, Grant(Role.STUDENT, c), "lea", system_clock()).token for c in (here, "default")
    ]
    with closing(service.with_token(tokens[0])) as there, closing(service.with_token(tokens[1])) as elsewhere:
        assert there.get("/api/v1/course").status_code == 200
        assert course.delete(f"{PEOPLE}/lea").status_code == 204
        assert there.get("/api/v1/course").status_code == 401
        assert elsewhere.get("/api/v1/course").status_code == 200
        assert problem_of(course.delete(f"{PEOPLE}/lea"))["code"] == "unknown_person"


def test_work_that_is_handed_in_for_somebody_who_left_is_kept_and_lets_them_in_no_more(service: Running) -> None:
    token = make_token(service.database, Grant(Role.STUDENT), "lee", system_clock()).token
    for_lee = RIGHT_H0.replace("{", '{"student": "lee", ', 1)
    assert service.as_role("admin").delete(f"{PEOPLE}/lee").status_code == 204
    place = post(service.as_role("ci"), for_lee).headers["Location"]
    assert service.as_role("admin").get(place).json()["student"] == "lee"
    with closing(service.with_token(token)) as lee:
        assert lee.get(place).status_code == 401


def test_nobody_sends_away_who_may_do_more(service: Running, course: httpx.Client) -> None:
    here = course.get("/api/v1/course").json()["id"]
    make_token(service.database, Grant(Role.ADMIN, here), "root", system_clock())
    for path in (f"{PEOPLE}/root", f"{PEOPLE}/root/details"):
        assert course.delete(path).status_code == 403


def test_erasing_takes_name_and_mail_away_and_leaves_the_work_under_another_id(service: Running) -> None:
    admin, token = (
        service.as_role("admin"),
        make_token(service.database, Grant(Role.STUDENT), "eve", system_clock()).token,
    )
    send(admin, "id,family_name,email\neve,Unmistakable,eve@uni.example\n")
    with closing(service.with_token(token)) as eve:
        place = post(eve, RIGHT_H0).headers["Location"]
        erased = admin.delete(f"{PEOPLE}/eve/details").json()["id"]
        assert eve.get(place).status_code == 401
    work = admin.get(place).json()
    assert (work["student"], work["score"]) == (erased, 2)
    with service.database.reading() as connection:
        tables = connection.execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        for table in tables:
            rows = str(connection.execute(sql(f"SELECT * FROM {table}")).all())  # noqa: S608
            assert "Unmistakable" not in rows
            assert "eve@" not in rows
            assert "'eve'" not in rows
    assert problem_of(admin.delete(f"{PEOPLE}/eve/details"))["code"] == "unknown_person"


def test_who_is_in_another_course_too_is_an_admins_to_erase(service: Running, course: httpx.Client) -> None:
    here = course.get("/api/v1/course").json()["id"]
    for course_id in (here, "default"):
        make_token(service.database, Grant(Role.STUDENT, course_id), "both", system_clock())
    assert course.delete(f"{PEOPLE}/both/details").status_code == 403
    assert service.as_role("admin").delete(f"{PEOPLE}/both/details").status_code == 200


def test_an_id_may_hold_a_slash(course: httpx.Client) -> None:
    send(course, "id\nstaff/bo\n")
    assert course.delete(f"{PEOPLE}/staff/bo").status_code == 204


def shell(service: Running, token: str, *arguments: str) -> Result:
    """A command as the shell runs it, but in this process, which is quicker."""
    variables = {"GRADEBOUND_TOKEN": token, "GRADEBOUND_SERVER": service.address, "COLUMNS": "200"}
    return CliRunner().invoke(cli, arguments, env=variables)


def test_from_the_shell_a_roster_is_tried_read_in_and_listed(
    service: Running, course: httpx.Client, tmp_path: Path
) -> None:
    token, file = course.headers["authorization"].removeprefix("Bearer "), tmp_path / "roster.csv"
    file.write_text(OWN)
    tried = shell(service, token, "roster", "import", str(file), "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "joining    ann (student)\njoining    tina (ta)\n2 join" in tried.stdout
    assert tried.stdout.endswith("nothing is done yet\n")
    assert set(people(course)) == {"ina"}
    assert "nothing is done yet" not in shell(service, token, "roster", "import", str(file)).stdout
    assert "ann@uni.example" in shell(service, token, "roster", "list").stdout
    file.write_text("id,role\n,king\n")
    refused = shell(service, token, "roster", "import", str(file))
    assert isinstance(refused.exception, CommandError)
    assert "line 2: got no id" in str(refused.exception)
