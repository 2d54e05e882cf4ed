"""Every kind of caller on every route, against the table in routes.py; and whose submission may be seen by whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from app.clock import system_clock
from app.main import create_app
from app.services.courses import CourseDraft, create_course
from app.services.roles import Role
from app.services.tokens import Grant, Made, make_token, revoke_token
from tests.app.routes import ALL, OPEN, PARAMETERS, ROUTES, Row
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of

REFUSED = ("nobody", "unknown", "revoked", "expired", "left")
CALLERS = (*sorted(ALL), *REFUSED, "elsewhere", "narrowed")


@pytest.fixture(scope="session")
def tokens(service: Running) -> Mapping[str, str]:
    """A token for each kind of caller; all but the first five are an admin's."""
    create_course(service.database, None, CourseDraft("elsewhere", "Another course"), system_clock())
    made = {role: _made(service, Grant(Role(role)), f"walking {role}") for role in sorted(ALL)}
    made |= {kind: _made(service, Grant(Role.ADMIN), kind) for kind in ("revoked", "left")}
    made["expired"] = _made(service, Grant(Role.ADMIN, expires_at=system_clock() - timedelta(seconds=1)), "expired")
    made["elsewhere"] = _made(service, Grant(Role.ADMIN, "elsewhere"), "elsewhere")
    made["narrowed"] = _made(service, Grant(Role.ADMIN, scopes=frozenset()), "narrowed")
    revoke_token(service.database, made["revoked"].number, system_clock())
    _leave(service, "left")
    return {kind: one.token for kind, one in made.items()} | {"unknown": "gb_unknown", "nobody": ""}


def _made(service: Running, grant: Grant, name: str) -> Made:
    return make_token(service.database, grant, name, system_clock())


def _leave(service: Running, name: str) -> None:
    left = "UPDATE members SET left_at = joined_at WHERE person_number = (SELECT number FROM people WHERE name = :name)"
    with service.database.writing() as connection:
        connection.execute(text(left), {"name": name})


@pytest.fixture(scope="session")
def walk(service: Running, tokens: Mapping[str, str]) -> Iterator[Callable[[str, str], httpx.Response]]:
    """Asks for a route as the table says, as one kind of caller."""
    with closing(service.with_token("")) as client:

        def ask(route: str, caller: str) -> httpx.Response:
            row, (method, path) = ROUTES[route], route.split(" ")
            bearer = f"Bearer {tokens[caller]}" if tokens[caller] else ""
            headers = {**row.headers, "Authorization": bearer}
            sent = row.sent_by.get(caller, row.sent)
            if isinstance(sent, tuple):
                headers["Content-Type"], body = sent
            else:
                headers["Content-Type"], body = "application/json", json.dumps(sent)
            content = None if sent is None else _filled(service, body)
            url = _filled(service, path + (f"?{row.query}" if row.query else ""))
            return client.request(method, url, content=content, headers=headers)

        yield ask


def _filled(service: Running, template: str) -> str:
    return re.sub(rf"\{{({'|'.join(PARAMETERS)})\}}", lambda found: PARAMETERS[found[1]](service), template)


def expected(row: Row, route: str, caller: str) -> int:
    if caller in REFUSED:
        return 401
    if caller == "elsewhere":
        return row.elsewhere or (404 if "{" in route else row.status)
    if caller == "narrowed":
        return row.narrowed or (row.status if row.roles == ALL else 403)
    return row.status_of.get(caller, row.status) if caller in row.roles else 403


@pytest.mark.parametrize("route", ROUTES)
def test_each_caller_gets_what_the_table_says(
    service: Running, walk: Callable[[str, str], httpx.Response], route: str
) -> None:
    for caller in CALLERS:
        before = _entries(service)
        response = walk(route, caller)
        row = ROUTES[route]
        assert (caller, response.status_code) == (caller, expected(row, route, caller)), response.text
        assert response.is_success or problem_of(response)["detail"]
        changed = response.is_success and not route.startswith("GET ") and not row.unlogged
        assert (caller, _entries(service) - before) == (caller, int(changed))


def _entries(service: Running) -> int:
    with service.database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit_log WHERE token_number > 0")).scalar_one())


@pytest.mark.parametrize("route", sorted(OPEN))
def test_some_routes_are_open_to_everybody(service: Running, route: str) -> None:
    assert httpx.get(service.address + route.removeprefix("GET ")).status_code == 200


def test_no_route_is_missing_from_the_table() -> None:
    routes = {f"{verb.upper()} {path}" for path, verbs in create_app().openapi()["paths"].items() for verb in verbs}
    assert routes == {*ROUTES, *OPEN}


def test_a_student_sees_their_own_submission_and_a_ci_what_it_sent(service: Running) -> None:
    ann, ci, bob = service.as_role("student", "ann"), service.as_role("ci"), service.as_role("student", "bob")
    anns, sent = post(ann, RIGHT_H0), post(ci, RIGHT_H0.replace("{", '{"student": "ann", ', 1))
    places = [response.headers["Location"] for response in (anns, sent)]
    seen = [[client.get(place).status_code for place in places] for client in (ann, ci, bob)]
    assert seen == [[200, 200], [404, 200], [404, 404]]


def test_a_student_hands_in_for_themselves_only_and_the_others_name_a_student(service: Running) -> None:
    for_bob = RIGHT_H0.replace("{", '{"student": "bob", ', 1)
    assert post(service.as_role("student", "ann"), for_bob).status_code == 403
    for role in sorted(ALL - {"student"}):
        assert problem_of(post(service.as_role(role), RIGHT_H0))["code"] == "student_needed"


def test_a_narrowed_token_can_do_what_it_is_narrowed_to_and_no_more(service: Running) -> None:
    scores, reading = (
        SUBMISSIONS.replace("submissions", "scores.json"),
        Grant(Role.TA, scopes=frozenset({"read_scores"})),
    )
    idle = Grant(Role.STUDENT, scopes=frozenset())
    with closing(service.with_token(_made(service, reading, "reader").token)) as reader:
        assert reader.get(scores).status_code == 200
        refused = problem_of(post(reader, RIGHT_H0))["detail"]
    assert "narrowed to read_scores" in refused
    assert "the scope submit_for_others" in refused
    with closing(service.with_token(_made(service, idle, "idle").token)) as student:
        assert post(student, RIGHT_H0).status_code == 403


def test_another_students_submission_looks_like_one_that_does_not_exist(service: Running) -> None:
    theirs = service.submit(name="ann").headers["Location"]
    bob = service.as_role("student", "bob")
    hidden, absent = bob.get(theirs), bob.get("/api/v1/submissions/" + "0" * 32)
    assert hidden.status_code == absent.status_code == 404
    assert problem_of(hidden)["detail"].replace(theirs[-32:], "") == problem_of(absent)["detail"].replace("0" * 32, "")


def test_what_is_asked_holds_no_key(service: Running) -> None:
    text = service.as_role("student", "ann").get("/api/v1/assignments/hw6").text
    for secret in ("shown", "ReLU(w_0", "0.424", "1.178", "value_of", "gradient_of", "milestone", "x_i - x'_i)}"):
        assert secret not in text


def test_what_is_asked_names_answers_shapes_points_and_given_numbers(service: Running) -> None:
    found = service.as_role("student", "ann").get("/api/v1/assignments/hw6").json()
    assert found["max_score"] == 60
    assert found["problems"]["gan"]["inputs"]["z"] == [0.4, 0.8]
    assert found["problems"]["autoencoder"]["inputs"] == {}
    items = {item["id"]: item for item in found["items"]}
    h2 = items["p1.forward.h2.value"]
    assert (h2["shape"], h2["axes"], h2["points"]) == ([4, 4], ["row", "column"], 2)
    assert items["p3.jensen"]["answer"] == "p3.derivation"
    assert {item["answer"] for item in found["items"]} == set(found["answer_ids"])
