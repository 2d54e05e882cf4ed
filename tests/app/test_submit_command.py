"""`gradebound submit` against a real service, and against one that misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from app import client
from app.cli.access import Role as Offered
from app.cli.commands import main
from app.reports.annotations import Flavour, annotated
from app.reports.classroom import classroom
from app.reports.junit import junit
from app.services.roles import Role
from tests.app.service import Running

H0 = "[0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `gradebound submit` in this process; gives its exit code."""
    monkeypatch.setattr(client, "BACK_OFF_SECONDS", (0.01, 0.01))
    monkeypatch.setattr(client, "POLL_SECONDS", 0.01)

    def run(address: str, token: str, *arguments: str) -> int:
        monkeypatch.setenv("GRADEBOUND_TOKEN", token)
        monkeypatch.setattr("sys.argv", ["gradebound", "submit", *arguments, "--server", address])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return run


def token_of(service: Running, role: str, name: str) -> str:
    return str(service.as_role(role, name).headers["Authorization"].removeprefix("Bearer "))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", f'{{"answers": {{"p1.forward.h0.value": {H0}}}}}'),
        ("bare.json", f'{{"p1.forward.h0.value": {H0}}}'),
        ("a.yaml", f"answers:\n  p1.forward.h0.value: {H0}\n  p1.forward.p.formula: 'σ(𝐰)'\n"),
        ("bare.yaml", f"p1.forward.h0.value: {H0}\np1.forward.p.formula: 'σ(𝐰)'\np1.forward.p.value: .nan\n"),
    ],
)
@pytest.mark.parametrize("student", [None, "ann"])
def test_a_file_is_handed_in_whatever_its_form(
    service: Running, shell: Any, tmp_path: Path, capsys: Any, name: str, text: str, student: str | None
) -> None:
    (tmp_path / name).write_text(text)
    role = "ci" if student else "student"
    arguments = [str(tmp_path / name), "--format", "json", *(["--student", student] if student else [])]
    assert shell(service.address, token_of(service, role, "ci" if student else "ann"), *arguments) == 0
    out, err = capsys.readouterr()
    items = {item["id"]: item for item in json.loads(out)["items"]}
    assert items["p1.forward.h0.value"]["points"] == 2
    location = err.splitlines()[0].removeprefix(f"submission: {service.address}")
    body = service.as_role("student", "ann").get(location).json()["body"]
    assert "1.40" in body
    assert ("𝐰" in body) == ("𝐰" in text)


@pytest.mark.parametrize(("least", "code"), [("0.03", 0), ("0.04", 1)])
def test_the_exit_code_says_whether_the_score_was_reached(
    service: Running, shell: Any, tmp_path: Path, least: str, code: int
) -> None:
    (tmp_path / "a.yaml").write_text(f"p1.forward.h0.value: {H0}\n")
    token = token_of(service, "student", "ann")
    assert shell(service.address, token, str(tmp_path / "a.yaml"), "--min-score", least) == code


def test_a_rejection_is_told_in_the_services_own_words(
    service: Running, shell: Any, tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / "a.json").write_text('{"answers": {"p1.forward.h0.valu": 1}}')
    assert shell(service.address, token_of(service, "student", "ann"), str(tmp_path / "a.json")) == 2
    assert "rejected with 422" in (said := capsys.readouterr().err)
    assert "'p1.forward.h0.value'" in said
    (tmp_path / "twice.json").write_text('{"p1.forward.h0.value": 1, "p1.forward.h0.value": 2}')
    assert shell(service.address, token_of(service, "student", "ann"), str(tmp_path / "twice.json")) == 2
    assert shell(service.address, "gb_wrong", str(tmp_path / "a.json")) == 2


def test_a_service_that_is_not_there_is_tried_again_and_then_told_apart(
    shell: Any, tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / "a.json").write_text("{}")
    assert shell("http://127.0.0.1:9", "gb_x", str(tmp_path / "a.json")) == 3
    assert "after 3 tries" in capsys.readouterr().err
    assert shell("nonsense", "gb_x", str(tmp_path / "a.json")) == 2


WAITING = {"status": "service_failure", "score": None, "max_score": 1, "pending_points": 1, "assignment": "hw6"}
OPEN = {
    "id": "a",
    "points": None,
    "max_points": 1,
    "verdict": "service_failure",
    "feedback": "it broke",
    "evidence": None,
}
DONE = {**OPEN, "points": 1, "verdict": "correct", "feedback": "Right."}


@contextmanager
def answering(*answers: tuple[int, Any]) -> Iterator[str]:
    """A service that gives these answers in turn, the last one again and again."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Location", "/api/v1/submissions/1")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([(503, {}), (502, {}), (201, {**WAITING, "status": "graded", "score": 1, "items": [DONE]})], 0),
        ([(503, {"detail": "full"})], 3),
        ([(202, {**WAITING, "items": [OPEN]})], 3),
        ([(202, {**WAITING, "items": [OPEN]}), (200, {**WAITING, "status": "graded", "score": 1, "items": [DONE]})], 0),
    ],
)
def test_trouble_of_the_service_is_waited_out_and_never_a_low_score(
    shell: Any, tmp_path: Path, answers: list[tuple[int, Any]], code: int
) -> None:
    (tmp_path / "a.json").write_text("{}")
    with answering(*answers) as address:
        junit_file = tmp_path / "out.xml"
        arguments = ["--min-score", "0.5", "--patience", "1", "--junit", str(junit_file)]
        assert shell(address, "gb_x", str(tmp_path / "a.json"), *arguments) == code
    if junit_file.exists():
        assert ET.parse(junit_file).getroot()[0].get("errors") == ("1" if code else "0")


def test_junit_tells_wrong_answers_from_faults_of_the_service_and_from_open_points() -> None:
    items = [
        DONE,
        {**DONE, "id": "b", "points": 0, "verdict": "incorrect", "feedback": "<no> \x07"},
        {**OPEN, "id": "c"},
        {**OPEN, "id": "d", "verdict": "undecided"},
        {**DONE, "id": "e", "points": -2, "max_points": 0, "verdict": "incorrect"},
        {**DONE, "id": "f", "points": 0, "max_points": 0, "verdict": "follow_through"},
    ]
    suite = ET.fromstring(junit({"assignment": "hw", "items": items}))[0]
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6", "failures": "2", "errors": "1", "skipped": "1",
    }  # fmt: skip
    assert [case[0].tag if len(case) else "passed" for case in suite] == [
        "passed", "failure", "error", "skipped", "failure", "passed",
    ]  # fmt: skip
    assert suite[1][0].text == "<no> \ufffd"


def test_the_command_line_knows_the_roles_of_the_service() -> None:
    assert {role.value for role in Offered} == {role.value for role in Role}


def test_the_same_file_handed_in_again_counts_once_unless_it_has_another_key(
    service: Running, shell: Any, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"p1.forward.h0.value: {H0}\n")
    token = token_of(service, "student", "once")
    said = []
    for more in ([], [], ["--idempotency-key", "commit-2"]):
        assert shell(service.address, token, str(file), *more) == 0
        said.append(capsys.readouterr().err)
    assert ["handed in before" in err for err in said] == [False, True, False]
    assert said[0].splitlines()[0] == said[1].splitlines()[0] != said[2].splitlines()[0]


def test_a_service_is_waited_for_as_long_as_it_says_and_gets_the_same_key_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[httpx.Request] = []
    paused: list[float] = []
    waits = iter(["7", "99999", "Mon, 11 Jan 2027", "", None])

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if (wait := next(waits)) is not None:
            return httpx.Response(503, headers={"Retry-After": wait})
        return httpx.Response(201, json={}, headers={"Location": "/api/v1/submissions/1"})

    monkeypatch.setattr("app.client.time.sleep", paused.append)
    with client.Client("http://grader.example", "gb_x") as one:
        one._http.close()
        one._http = httpx.Client(base_url="http://grader.example", transport=httpx.MockTransport(answer))
        one.submit("hw6", b"{}", "application/json")
    first, second, third, fourth = client.BACK_OFF_SECONDS
    assert paused == [max(7, first), client.MAX_PAUSE_SECONDS, third, fourth]
    assert second < client.MAX_PAUSE_SECONDS
    assert len({request.headers["Idempotency-Key"] for request in asked}) == 1


@pytest.mark.parametrize("key", ["zoë/3f2a", " blank", "x" * 201])
def test_a_key_that_a_header_can_not_hold_is_sent_as_its_digest(service: Running, key: str) -> None:
    with client.Client(service.address, token_of(service, "student", "digest")) as one:
        first, again = (one.submit("hw6", b'{"answers": {}}', "application/json", key=key) for _ in range(2))
    assert (first.location, first.repeated) == (again.location, False)
    assert again.repeated


@pytest.mark.parametrize(
    ("environment", "begins"),
    [
        ({"GITHUB_ACTIONS": "true"}, "::error title=hw6 p1.forward.h0.value%3A slip%2C 1 of 2 points::"),
        ({"GITLAB_CI": "true"}, "\x1b[31mERROR\x1b[0m hw6 p1.forward.h0.value: slip, 1 of 2 points: "),
    ],
)
def test_items_that_lost_points_are_marked_in_the_log_of_the_ci_at_hand(
    service: Running, shell: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str], begins: str,
) -> None:  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "a.yaml").write_text(f"p1.forward.h0.value: {H0.replace('0.96', '9.6')}\n")
    token = token_of(service, "student", "ann")
    assert shell(service.address, token, str(tmp_path / "a.yaml")) == 0
    assert any(line.startswith(begins) for line in capsys.readouterr().out.splitlines())
    assert shell(service.address, token, str(tmp_path / "a.yaml"), "--annotations", "none") == 0
    assert begins[:6] not in capsys.readouterr().out


def test_what_a_student_wrote_is_no_command_of_the_ci() -> None:
    hostile = {**DONE, "points": 0, "feedback": "x\r\n::add-mask::100%\x1b[2J", "id": "a,b:c"}
    report = {"assignment": "hw", "items": [hostile, DONE, {**OPEN, "verdict": "not_released"}, OPEN]}
    github = list(annotated(report, Flavour.GITHUB))
    assert github == [
        "::error title=hw a%2Cb%3Ac%3A correct%2C 0 of 1 points::x\ufffd%0A::add-mask::100%25\ufffd[2J",
        "::warning title=hw a%3A service_failure%2C points open::it broke",
    ]
    (wrong, _) = annotated(report, Flavour.GITLAB)
    assert wrong == "\x1b[31mERROR\x1b[0m hw a,b:c: correct, 0 of 1 points: x\ufffd ::add-mask::100%\ufffd[2J"


def test_a_share_is_of_what_is_released(shell: Any, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "a.json").write_text("{}")
    hidden = {**OPEN, "verdict": "not_released"}
    report = {"assignment": "hw6", "score": 1, "max_score": 4, "pending_points": 0, "items": [DONE, hidden]}
    with answering((201, {**report, "not_released_points": 3})) as address:
        assert shell(address, "gb_x", str(tmp_path / "a.json"), "--min-score", "1") == 0
    assert "3 points are not released yet" in capsys.readouterr().err


def test_the_result_for_github_classroom_has_what_its_reporter_reads(
    service: Running, shell: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(f"p1.forward.h0.value: {H0}\n")
    out = tmp_path / "results.json"
    arguments = [str(tmp_path / "a.yaml"), "--classroom", str(out)]
    assert shell(service.address, token_of(service, "student", "ann"), *arguments) == 0
    found = json.loads(out.read_text())
    assert (found["status"], found["max_score"]) == ("fail", 60)
    assert sum(test["score"] for test in found["tests"]) == 2
    assert {test["status"] for test in found["tests"]} == {"pass", "fail"}
    assert classroom({"max_score": 1, "items": [OPEN]})["status"] == "error"
