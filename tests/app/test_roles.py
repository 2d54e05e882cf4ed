"""Every role on every route: one table of what each may do."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from fastapi import FastAPI

from app.main import create_app
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of
from tests.homework6 import ROOT, hw6

ANNS = "ann's submission"
SENT_BY_CI = "the submission that this CI sent for ann"
ALL = {"student": 200, "other student": 200, "ta": 200, "instructor": 200, "ci": 200, "admin": 200, "nobody": 401}
STAFF = ALL | {"student": 403, "other student": 403, "ci": 403}
INSTRUCTORS = STAFF | {"ta": 403}
OPEN = ALL | {"nobody": 200}
TABLE: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("GET", "/"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/api/v1/assignments"): ALL,
    ("GET", "/api/v1/assignments/hw6"): ALL,
    ("GET", "/api/v1/assignments/hw6/scores.json"): STAFF,
    ("GET", "/api/v1/assignments/hw6/scores.csv"): STAFF,
    ("GET", "/api/v1/assignments/hw6/rubrics"): STAFF,
    ("POST", "/api/v1/assignments/hw6/rubrics"): INSTRUCTORS,
    ("GET", f"/api/v1/assignments/hw6/rubrics/{hw6().version}"): STAFF,
    ("GET", "/api/v1/assignments/hw6/audit"): STAFF,
    ("GET", "/api/v1/assignments/hw6/settings"): ALL,
    ("PUT", "/api/v1/assignments/hw6/settings"): INSTRUCTORS,
    ("GET", "/api/v1/assignments/hw6/extensions"): STAFF,
    ("PUT", "/api/v1/assignments/hw6/extensions/ann"): STAFF | dict.fromkeys(("ta", "instructor", "admin"), 204),
    ("DELETE", "/api/v1/assignments/hw6/extensions/no.one"): STAFF | dict.fromkeys(("ta", "instructor", "admin"), 404),
    ("GET", ANNS): ALL | {"other student": 404, "ci": 404},
    ("GET", SENT_BY_CI): ALL | {"other student": 404},
    ("POST", "for themselves"): dict.fromkeys(ALL, 422) | {"student": 201, "other student": 201, "nobody": 401},
    ("POST", "for ann"): dict.fromkeys(ALL, 201) | {"other student": 403, "nobody": 401},
}
CHANGES: Mapping[str, Mapping[str, object]] = {
    "/api/v1/assignments/hw6/rubrics": {"rubric": (ROOT / "rubrics" / "hw6.yaml").read_text()},
    "/api/v1/assignments/hw6/settings": {},
    "/api/v1/assignments/hw6/extensions/ann": {"due": "2026-11-30T23:59", "reason": "ill"},
}
BODIES = {"for themselves": RIGHT_H0, "for ann": RIGHT_H0.replace("{", '{"student": "ann", ', 1)}
NAMES = {"student": ("student", "ann"), "other student": ("student", "bob")}


@pytest.mark.parametrize("caller", ALL)
@pytest.mark.parametrize(("method", "path"), TABLE)
def test_each_role_may_do_what_the_table_says(service: Running, method: str, path: str, caller: str) -> None:
    client = service.with_token("gb_unknown") if caller == "nobody" else service.as_role(*NAMES.get(caller, (caller,)))
    if path in BODIES:
        response = post(client, BODIES[path])
    else:
        changes = path in CHANGES and method in {"PUT", "POST"}
        options = {"json": CHANGES[path], "headers": {"If-Match": "*"}} if changes else {}
        response = client.request(method, location(service, path), **options)
    if caller == "nobody":
        client.close()
    assert response.status_code == TABLE[method, path][caller]
    assert response.is_success or problem_of(response)["detail"]


def location(service: Running, path: str) -> str:
    senders = {ANNS: service.as_role("student", "ann"), SENT_BY_CI: service.as_role("ci")}
    if path not in senders:
        return path
    return post(senders[path], BODIES["for themselves" if path == ANNS else "for ann"]).headers["Location"]


def test_another_students_submission_looks_like_one_that_does_not_exist(service: Running) -> None:
    theirs = location(service, ANNS)
    bob = service.as_role("student", "bob")
    hidden, absent = bob.get(theirs), bob.get("/api/v1/submissions/" + "0" * 32)
    assert hidden.status_code == absent.status_code == 404
    assert problem_of(hidden)["detail"].replace(theirs[-32:], "") == problem_of(absent)["detail"].replace("0" * 32, "")


def pattern(path: str) -> str:
    named = re.sub(r"extensions/.+", "extensions/{student}", path)
    return re.sub(r"rubrics/.+", "rubrics/{version}", named).replace("hw6", "{assignment_id}")


def test_no_route_is_missing_from_the_table() -> None:
    app: FastAPI = create_app()
    known = {
        ("GET", "/api/v1/submissions/{submission_id}"),
        ("POST", SUBMISSIONS.replace("hw6", "{assignment_id}")),
        *((method, pattern(path)) for method, path in TABLE if path.startswith("/")),
    }
    routes = {(verb.upper(), path) for path, verbs in app.openapi()["paths"].items() for verb in verbs}
    assert routes == known


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
