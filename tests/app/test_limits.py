"""Quotas by a clock that the test sets, and what a caller sees of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.db.courses import CourseRecord
from app.errors.access import TooManyRequestsError
from app.services import limits
from app.services.limits import READ, SUBMIT, Limiter
from app.services.roles import Caller, Role
from app.settings import Settings
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of, serving, settings

COURSE = CourseRecord(1, "default", "T", "UTC", "key")
ANN, BOB = (Caller(number, number, name, Role.STUDENT, COURSE) for number, name in enumerate(("ann", "bob"), 1))
BUILDS = Caller(3, 3, "builds", Role.CI, COURSE)


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def limiter(hands: Hands) -> Limiter:
    return Limiter(Settings(submits_per_minute=2, ci_submits_per_minute=5, reads_per_minute=3), hands)


def test_a_window_begins_with_its_first_request_and_is_whole_again_after_a_minute(
    limiter: Limiter, hands: Hands
) -> None:
    assert limiter.spend(ANN, SUBMIT) == (SUBMIT, 2, 1, 60)
    hands.move(19.5)
    assert limiter.spend(ANN, SUBMIT) == (SUBMIT, 2, 0, 41)
    with pytest.raises(TooManyRequestsError) as caught:
        limiter.spend(ANN, SUBMIT)
    assert caught.value.headers == {
        "RateLimit-Policy": '"submit";q=2;w=60', "RateLimit": '"submit";r=0;t=41', "Retry-After": "41",
    }  # fmt: skip
    hands.move(40.5)
    assert limiter.spend(ANN, SUBMIT).left == 1


def test_people_roles_and_kinds_of_requests_have_quotas_of_their_own(limiter: Limiter) -> None:
    assert [limiter.spend(caller, SUBMIT).left for caller in (ANN, BOB, BUILDS)] == [1, 1, 4]
    assert limiter.spend(ANN, READ).left == 2


def test_two_tokens_of_one_person_share_a_quota(limiter: Limiter) -> None:
    other = Caller(99, ANN.person_number, "ann", Role.STUDENT, COURSE)
    assert [limiter.spend(caller, SUBMIT).left for caller in (ANN, other)] == [1, 0]


def test_what_does_not_fit_is_not_counted(limiter: Limiter) -> None:
    with pytest.raises(TooManyRequestsError, match="with fewer at once"):
        limiter.spend(BUILDS, SUBMIT, 6)
    assert limiter.spend(BUILDS, SUBMIT, 5).left == 0


def test_windows_that_ended_are_not_kept(limiter: Limiter, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MIN_PRUNED", 10)
    limiter._prune_at = 10
    for number in range(100):
        hands.move(10)
        limiter.spend(Caller(number, number, "x", Role.STUDENT, COURSE), READ)
        assert len(limiter._windows) <= 12


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service on which each student may send two submissions and four other requests a minute."""
    folder: Path = tmp_path_factory.mktemp("strict")
    with serving(settings(folder, submits_per_minute=2, reads_per_minute=4)) as running:
        yield running


def test_every_answer_says_what_is_left_and_the_last_one_when_to_try_again(strict: Running) -> None:
    ann = strict.as_role("student", "ann")
    for left in (1, 0):
        answer = post(ann, RIGHT_H0)
        assert answer.status_code == 201
        assert answer.headers["RateLimit-Policy"] == '"submit";q=2;w=60'
        assert answer.headers["RateLimit"].startswith(f'"submit";r={left};t=')
    refused = post(ann, RIGHT_H0)
    assert problem_of(refused)["code"] == "too_many_requests"
    assert refused.headers["RateLimit"] == f'"submit";r=0;t={refused.headers["Retry-After"]}'
    assert ann.get("/api/v1/assignments").headers["RateLimit"].startswith('"read";r=3;t=')
    assert ann.get("/api/v1/assignments/hw9").headers["RateLimit"].startswith('"read";r=2;t=')
    assert post(strict.as_role("student", "bob"), RIGHT_H0).status_code == 201


def test_who_has_no_valid_token_has_no_quota_to_be_told_of(strict: Running) -> None:
    with closing(strict.with_token("gb_unknown")) as nobody:
        assert "RateLimit" not in nobody.post(SUBMISSIONS, content=RIGHT_H0).headers
        assert "RateLimit" not in nobody.get("/healthz").headers
