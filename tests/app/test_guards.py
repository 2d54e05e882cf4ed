"""Bounds on connections, on requests at the same time, and on how long a request may take to arrive."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.errors.access import TooManyRequestsError
from app.runner.pool import Runner
from app.services.limits import Limiter
from app.settings import Settings
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post, problem_of, serving, settings, token_for
from tests.app.test_grading import count
from tests.app.test_limits import ANN, BOB, Hands
from tests.waiting import PATIENCE, eventually


def connected(running: Running) -> socket.socket:
    host, port = urlsplit(running.address).netloc.split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def told(line: socket.socket) -> bytes:
    """All that is said until the other side hangs up."""
    said = b""
    while True:
        try:
            more = line.recv(65536)
        except ConnectionResetError:
            return said
        if not more:
            return said
        said += more


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("hasty"), header_seconds=0.3, body_seconds=0.3)) as running:
        yield running


@pytest.mark.parametrize("begun", [b"", b"P", b"POST /api/v1/assignments/hw6/submissions HTTP/1.1\r\nHost: x\r\nA: "])
def test_a_head_that_does_not_come_costs_a_connection_for_a_while_only(hasty: Running, begun: bytes) -> None:
    with closing(connected(hasty)) as line:
        line.sendall(begun)
        assert told(line) == b""
    assert hasty.submit().status_code == 201


def head(running: Running, length: int) -> bytes:
    token = token_for(running.database, "student", "ann")
    lines = [f"POST {SUBMISSIONS} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode()


def test_a_body_of_which_a_part_does_not_come_is_told_so_and_not_kept(hasty: Running) -> None:
    with closing(connected(hasty)) as line:
        line.sendall(head(hasty, 1000) + RIGHT_H0.encode())
        said = told(line)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"too_slow"' in said
    assert b"connection: close" in said.lower()


def test_a_body_that_trickles_has_the_same_time_as_one_that_stops(hasty: Running) -> None:
    with closing(connected(hasty)) as line:
        line.sendall(head(hasty, 10**6))
        stopped = threading.Event()

        def trickle() -> None:
            while not stopped.wait(0.02):
                try:
                    line.sendall(b" ")
                except OSError:
                    return

        thread = threading.Thread(target=trickle)
        thread.start()
        assert told(line).startswith(b"HTTP/1.1 408 ")
        stopped.set()
        thread.join()


def test_connections_beyond_the_bound_are_closed_and_the_others_stay(tmp_path: Path) -> None:
    with serving(settings(tmp_path, max_connections=3)) as running, ExitStack() as stack:
        assert running.submit().status_code == 201
        more = [stack.enter_context(closing(connected(running))) for _ in range(4)]
        assert [told(line) for line in more[2:]] == [b"", b""]
        assert running.submit().status_code == 201
        for line in more:
            line.close()
        eventually(lambda: answers(running))


def answers(running: Running) -> bool:
    with closing(connected(running)) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return told(line).startswith(b"HTTP/1.1 200 ")


class Held:
    """Gradings that wait until they may go on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        grade = Runner.grade

        def held(runner: Runner, job: object) -> object:
            assert self.go_on.wait(PATIENCE)
            return grade(runner, job)  # type: ignore[arg-type]

        patch.setattr(Runner, "grade", held)


def test_requests_beyond_the_bound_are_told_when_to_come_back_and_health_is_answered_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    with serving(settings(tmp_path, max_requests=2)) as running, ThreadPoolExecutor(2) as threads:
        ann, bob, cem = (running.as_role("student", name) for name in ("ann", "bob", "cem"))
        waiting = [threads.submit(post, client, RIGHT_H0) for client in (ann, bob)]
        eventually(lambda: count(running.database, "submissions") == 2)
        refused = problem_of(post(cem, RIGHT_H0))
        assert (refused["status"], refused["code"]) == (503, "too_busy")
        assert cem.get("/api/v1/assignments").headers["Retry-After"] == "1"
        assert [cem.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
        held.go_on.set()
        assert [one.result().status_code for one in waiting] == [201, 201]
        eventually(lambda: post(cem, RIGHT_H0).status_code == 201)


def test_one_person_may_not_have_all_requests_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    with serving(settings(tmp_path, max_requests_each=2)) as running, ThreadPoolExecutor(2) as threads:
        ann, bob = (running.as_role("student", name) for name in ("ann", "bob"))
        waiting = [threads.submit(post, ann, RIGHT_H0) for _ in range(2)]
        eventually(lambda: count(running.database, "submissions") == 2)
        assert ann.get("/api/v1/assignments").status_code == 429
        assert problem_of(post(ann, RIGHT_H0))["code"] == "too_many_requests"
        assert bob.get("/api/v1/assignments").status_code == 200
        held.go_on.set()
        assert [one.result().status_code for one in waiting] == [201, 201]
        eventually(lambda: post(ann, RIGHT_H0).status_code == 201)


def test_whoever_is_refused_or_fails_is_not_counted_any_more() -> None:
    limiter = Limiter(Settings(max_requests_each=1), Hands())
    for _ in range(3):
        with (
            limiter.at_once(ANN),
            limiter.at_once(BOB),
            pytest.raises(TooManyRequestsError),
            limiter.at_once(ANN),
        ):
            pytest.fail("one too many")
        with pytest.raises(RuntimeError), limiter.at_once(ANN):
            raise RuntimeError
    assert not limiter._under_way
