"""What a token may be made for, when it ends, and how it is made and ended over HTTP."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.clock import system_clock
from app.errors.access import BadGrantError
from app.services.expiry import expiry
from app.services.roles import Role
from app.services.tokens import Grant, make_token
from tests.app.service import Running, problem_of

TOKENS = "/api/v1/course/tokens"
NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("12h", "2026-03-29T00:00:00+00:00"),
        ("30d", "2026-04-27T12:00:00+00:00"),
        ("2w", "2026-04-11T12:00:00+00:00"),
        ("2026-03-28", "2026-03-28T23:00:00+00:00"),
        ("2026-03-29", "2026-03-29T22:00:00+00:00"),  # the clocks of Berlin change on this day
        ("2026-04-01T08:00:00+02:00", "2026-04-01T06:00:00+00:00"),
    ],
)
def test_an_end_is_a_while_a_day_in_the_courses_zone_or_a_moment(text: str, ends: str) -> None:
    assert expiry(text, NOW, "Europe/Berlin").isoformat() == ends


@pytest.mark.parametrize(
    "text", ["", "soon", "0d", "-3d", "3y", "2026-03-27", "2026-02-30", "9999-12-31", "2026-04-01T08:00:00", "99999w"]
)
def test_other_ends_are_refused(text: str) -> None:
    with pytest.raises(BadGrantError):
        expiry(text, NOW, "Europe/Berlin")


def made_by(service: Running, caller: str, /, **body: Any) -> httpx.Response:
    return service.as_role(caller).post(TOKENS, json={"role": "student", "name": "tom", **body})


def test_a_token_is_shown_once_works_at_once_and_ends_when_it_is_revoked(service: Running) -> None:
    made = made_by(service, "instructor", expires="1d").json()
    with closing(service.with_token(made["token"])) as tom:
        assert tom.get("/api/v1/course").json()["you"] == {"id": "tom", "role": "student", "may": ["submit"]}
        listed = service.as_role("instructor").get(TOKENS, params={"after": made["number"] - 1})
        assert made["token"] not in listed.text
        assert listed.json()["tokens"][0]["expires_at"] == made["expires_at"]
        assert service.as_role("instructor").delete(f"{TOKENS}/{made['number']}").status_code == 204
        assert tom.get("/api/v1/course").status_code == 401
        assert problem_of(service.as_role("instructor").delete(f"{TOKENS}/{made['number']}"))["code"] == "unknown_token"


def test_nobody_makes_a_token_that_can_do_more_than_theirs(service: Running) -> None:
    assert made_by(service, "instructor", role="admin").status_code == 403
    assert made_by(service, "instructor", role="ta").status_code == 201
    scopes = frozenset({"manage_tokens", "read_scores"})
    narrow = make_token(service.database, Grant(Role.ADMIN, scopes=scopes), "narrow", system_clock())
    with closing(service.with_token(narrow.token)) as client:
        wanted = {"role": "ta", "name": "tina"}
        assert "submit for somebody else" in problem_of(client.post(TOKENS, json=wanted))["detail"]
        assert client.post(TOKENS, json={**wanted, "scopes": ["read_scores"]}).status_code == 201
        assert client.post(TOKENS, json={**wanted, "scopes": [], "course": "elsewhere"}).status_code == 403


def test_a_token_does_not_outlive_the_one_that_made_it(service: Running) -> None:
    ends = system_clock() + timedelta(hours=1)
    brief = make_token(service.database, Grant(Role.INSTRUCTOR, expires_at=ends), "brief", system_clock())
    with closing(service.with_token(brief.token)) as client:
        for expires in (None, "30d"):
            made = client.post(TOKENS, json={"role": "student", "name": "tom", "expires": expires}).json()
            assert datetime.fromisoformat(made["expires_at"]) == ends.replace(
                microsecond=ends.microsecond // 1000 * 1000
            )


def test_nobody_ends_a_token_that_can_do_more_than_theirs(service: Running) -> None:
    above = make_token(service.database, Grant(Role.ADMIN), "above", system_clock())
    assert service.as_role("instructor").delete(f"{TOKENS}/{above.number}").status_code == 403
    assert service.as_role("admin").delete(f"{TOKENS}/{above.number}").status_code == 204


def test_what_a_token_can_not_be_good_for_is_named(service: Running) -> None:
    assert "'fly'" in problem_of(made_by(service, "admin", scopes=["fly", "submit"]))["detail"]
    assert problem_of(made_by(service, "admin", expires="soon"))["code"] == "bad_grant"
    assert problem_of(made_by(service, "admin", name=" tom"))["code"] == "bad_student"
    assert problem_of(made_by(service, "admin", course="nowhere"))["code"] == "unknown_course"
    assert problem_of(made_by(service, "admin", role="king"))["code"] == "invalid_parameter"


def test_a_long_list_is_read_page_by_page(service: Running) -> None:
    admin, numbers, path = service.as_role("admin"), [], f"{TOKENS}?limit=2"
    for _ in range(5):
        made_by(service, "admin")
    while path:
        page = admin.get(path)
        numbers += [token["number"] for token in page.json()["tokens"]]
        assert len(page.json()["tokens"]) <= 2
        path = page.links.get("next", {}).get("url", "")
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(admin.get(TOKENS, params={"limit": 200}).json()["tokens"])
    assert problem_of(admin.get(TOKENS, params={"limit": 201}))["code"] == "invalid_parameter"
