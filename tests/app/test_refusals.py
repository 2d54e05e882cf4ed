from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.api import problems
from tests.app.asgi import request
from tests.app.routes import ROUTES
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of

JSON = "application/json"
YAML = "application/yaml"


class Bad(NamedTuple):
    name: str
    body: str | bytes
    content_type: str
    status: int
    code: str
    said: str


BAD_ENVELOPES = [
    Bad("broken JSON", '{"answers": {', JSON, 400, "not_json", "line 1"),
    Bad("empty body", "", JSON, 400, "not_json", "line 1"),
    Bad("broken YAML", "answers: [1, 2", YAML, 400, "not_yaml", "line 1"),
    Bad("not UTF-8", b'{"answers": {"p1.forward.h0.value": "\xff"}}', JSON, 400, "not_utf8", "position 37"),
    Bad("10,000-deep lists", "[" * 10_000 + "]" * 10_000, JSON, 400, "too_deep", "10000 deep"),
    Bad("10,000-deep YAML", "[" * 10_000 + "]" * 10_000, YAML, 400, "too_deep", "at most"),
    Bad("10,000-deep objects", '{"answers":' * 10_000 + "1" + "}" * 10_000, JSON, 400, "too_deep", "at most"),
    Bad("a list", "[1]", JSON, 422, "not_an_object", "got a list"),
    Bad("no answers", "{}", JSON, 422, "bad_answers", "got nothing"),
    Bad("answers that are none", '{"answers": 3}', JSON, 422, "bad_answers", "got a number"),
    Bad("an unknown key", '{"answers": {}, "hint": 1}', JSON, 422, "unknown_key", "'hint'"),
    Bad("a key twice", '{"answers": {}, "answers": {}}', JSON, 422, "duplicate_key", "'answers'"),
    Bad("an unknown answer", '{"answers": {"p1.h0": 1}}', JSON, 422, "unknown_answer", "'p1.h0'"),
    Bad("a near miss", '{"answers": {"p1.forward.h0.valu": 1}}', JSON, 422, "unknown_answer", "'p1.forward.h0.value'"),
    Bad("an answer that can't be written", '{"answers": {"\\ud800": 1}}', JSON, 422, "unknown_answer", "nearest"),
    Bad("a form", RIGHT_H0, "application/x-www-form-urlencoded", 415, "unsupported_type", "application/json"),
    Bad("no type", RIGHT_H0, "", 415, "unsupported_type", "application/yaml"),
    Bad("somebody else's name", RIGHT_H0.replace("{", '{"student":"bob",', 1), JSON, 403, "forbidden", "other than"),
    Bad("too large as YAML", "# " + "x" * 64_000, YAML, 413, "too_large", "at most 64000"),
    Bad("too large", RIGHT_H0 + " " * 300_000, JSON, 413, "too_large", "at most 250000"),
]


@pytest.fixture
def stored(service: Running) -> Iterator[None]:
    """Nothing may be stored by what is refused."""

    def count() -> int:
        with service.database.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM submissions")).scalar_one())

    before = count()
    yield
    assert count() == before


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("bad", BAD_ENVELOPES, ids=lambda bad: bad.name)
def test_a_bad_envelope_is_refused_by_name_and_nothing_is_stored(service: Running, bad: Bad) -> None:
    response = post(service.as_role("student", "ann"), bad.body, bad.content_type)
    problem = problem_of(response)
    assert (response.status_code, problem["code"]) == (bad.status, bad.code)
    assert bad.said in problem["detail"]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("role", ["ta", "instructor", "ci", "admin"])
@pytest.mark.parametrize(
    ("student", "code"),
    [("", "student_needed"), ('"student": "\\u0007",', "bad_student"), ('"student": 7,', "bad_student")],
)
def test_others_have_to_name_a_student(service: Running, role: str, student: str, code: str) -> None:
    response = post(service.as_role(role), RIGHT_H0.replace("{", "{" + student, 1))
    assert (response.status_code, problem_of(response)["code"]) == (422, code)


@pytest.mark.usefixtures("stored")
def test_fifty_megabytes_are_refused_without_being_kept(service: Running) -> None:
    response = post(service.as_role("student", "ann"), b" " * 50_000_000)
    assert response.status_code == 413
    assert "50000000" in problem_of(response)["detail"]


WITHOUT_A_BODY = {(404, "unknown_course"), (401, "bad_identity")}


@pytest.mark.parametrize("row", [row for row in ROUTES if row.partition(" ")[0] in {"POST", "PUT"}])
def test_no_route_reads_a_body_without_a_bound(service: Running, row: str) -> None:
    method, _, path = row.partition(" ")
    path = re.sub(r"\{[a-z_]+\}", "hw6", path)
    response = service.as_role("admin").request(
        method, path, content=b"{" + b" " * 21_000_000, headers={"Content-Type": JSON, "If-Match": "*"}
    )
    assert (response.status_code, problem_of(response)["code"]) in {(413, "too_large"), *WITHOUT_A_BODY}


def test_a_small_order_is_read_up_to_its_own_bound(service: Running) -> None:
    path, headers = "/api/v1/assignments/hw6/regrades", {"Content-Type": JSON}
    instructor = service.as_role("instructor")
    assert instructor.post(path, content=b"{" + b" " * 63_998 + b"}", headers=headers).status_code == 200
    refused = problem_of(instructor.post(path, content=b"{" + b" " * 63_999 + b"}", headers=headers))
    assert (refused["code"], "at most 64000" in refused["detail"]) == ("too_large", True)
    streamed = instructor.post(path, content=(b" " * 10_000 for _ in range(100)), headers=headers)
    assert problem_of(streamed)["code"] == "too_large"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "said"),
    [
        (b"{'apply': true}", JSON, 422, "no JSON: Expecting property name enclosed in double quotes at character 1"),
        (b"{}", "application/x-www-form-urlencoded", 422, "`Content-Type: application/json`"),
        (b"[" * 60_000, JSON, 400, "nested too deep"),
        (b"[1]", JSON, 422, "valid dictionary"),
    ],
)
def test_an_order_that_cannot_be_read_is_told_why(
    service: Running, body: bytes, content_type: str, status: int, said: str
) -> None:
    client, headers = service.as_role("instructor"), {"Content-Type": content_type}
    problem = problem_of(client.post("/api/v1/assignments/hw6/regrades", content=body, headers=headers))
    assert problem["status"] == status
    assert said in problem["detail"]


@pytest.mark.usefixtures("stored")
def test_a_body_without_a_length_is_measured_while_it_streams(service: Running) -> None:
    response = service.as_role("student", "ann").post(
        SUBMISSIONS, content=(b" " * 10_000 for _ in range(100)), headers={"Content-Type": JSON}
    )
    assert response.status_code == 413


@pytest.mark.usefixtures("stored")
def test_a_body_that_never_comes_is_not_waited_for_by_others(service: Running) -> None:
    host, port = urlsplit(service.address).netloc.split(":")
    with socket.create_connection((host, int(port))) as stuck:
        stuck.sendall(f"POST {SUBMISSIONS} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n".encode())
        assert service.as_role("student", "ann").get("/healthz").status_code == 200


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "no Authorization"),
        ("Basic YTpi", "scheme 'Basic'"),
        ("Bearer", "`Authorization: Bearer <"),
        ("Bearer gb_nobody", "revoked"),
    ],
)
def test_without_a_valid_token_nobody_comes_in(service: Running, header: str | None, said: str) -> None:
    headers = {"Authorization": header} if header is not None else {}
    for method, path in [("POST", SUBMISSIONS), ("GET", "/api/v1/submissions/x"), ("GET", "/api/v1/assignments")]:
        response = httpx.request(method, service.address + path, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert said in problem_of(response)["detail"]


def test_an_unknown_assignment_is_named_beside_the_known_ones(service: Running) -> None:
    client = service.as_role("student", "ann")
    for response in (
        client.get("/api/v1/assignments/hw9"),
        client.post("/api/v1/assignments/hw9/submissions", content=RIGHT_H0, headers={"Content-Type": JSON}),
    ):
        assert response.status_code == 404
        problem = problem_of(response)
        assert problem["code"] == "unknown_assignment"
        assert "hw9" in problem["detail"]
        assert "hw6" in problem["detail"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", SUBMISSIONS, 405)])
def test_the_frameworks_own_errors_are_problems_too(service: Running, method: str, path: str, status: int) -> None:
    response = service.as_role("student", "ann").request(method, path)
    assert response.status_code == status
    assert path in problem_of(response)["detail"]
    assert status != 405 or "POST" in response.headers["Allow"]


def test_a_fault_of_the_service_is_a_problem_that_tells_no_secrets() -> None:
    app = FastAPI()
    problems.install(app)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password is swordfish")

    @app.get("/typed")
    def typed(number: int) -> int:
        return number

    status, headers, body = request(app, "/broken")
    assert status == 500
    assert headers["content-type"] == "application/problem+json"
    assert "swordfish" not in body
    status, headers, body = request(app, "/typed?number=x")
    assert status == 422
    assert "query.number" in json.loads(body)["detail"]
