"""The service as a process: killed, stopped while something hangs, out of descriptors, and started twice."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from app.db.database import Database
from app.db.migrate import migrate
from tests.app.killing import BOTH, SERVER, WORKER, Play
from tests.app.process import COMMAND, Served
from tests.app.service import RIGHT_H0, SUBMISSIONS, post, token_for
from tests.app.test_kill_nine import free_port
from tests.app.workers import is_alive, workers_of
from tests.homework6 import ROOT
from tests.waiting import PATIENCE, eventually

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and workers die with their parent there only")


@linux
def test_kills_of_server_worker_and_both_lose_nothing_repeat_nothing_and_leave_nothing(tmp_path: Path) -> None:
    assert Play(tmp_path, seed=17).run([WORKER, SERVER, BOTH, WORKER, SERVER]) >= 5


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[tuple[Served, httpx.Client]]:
    """A server with one grading process, and a student."""
    url = f"sqlite:///{folder / 'test.db'}"
    with closing(Database(url)) as database:
        migrate(database)
        token = token_for(database, "student", "ann")
    environment = {"GRADEBOUND_DATABASE": url, "GRADEBOUND_WORKERS": "1", **settings}
    with (
        Served(environment, free_port(), folder / "log") as one,
        httpx.Client(base_url=one.address, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE) as ann,
    ):
        yield one, ann


@linux
def test_sigterm_ends_it_with_a_half_sent_body_and_a_worker_that_does_not_answer(tmp_path: Path) -> None:
    with served(tmp_path, GRADEBOUND_STOP_SECONDS="2", GRADEBOUND_ANSWER_SECONDS="0.1") as (server, ann):
        assert post(ann, RIGHT_H0).status_code in {201, 202}
        workers = workers_of(server.pid)
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        assert post(ann, RIGHT_H0).status_code == 202
        token = ann.headers["Authorization"]
        head = f"POST {SUBMISSIONS} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: 1000\r\n\r\n{{"
        with closing(socket.create_connection((ann.base_url.host, ann.base_url.port or 0))) as line:
            line.sendall(head.encode())
            assert server.kill(signal.SIGTERM) in {0, -signal.SIGTERM, 1}
        eventually(lambda: not any(map(is_alive, workers)))


HANGS = """
import threading
from app.cli.serving import end_after
end_after(0.2)
threading.Thread(target=threading.Event().wait).start()
"""


def test_what_hangs_for_ever_does_not_keep_the_service_from_ending() -> None:
    done = subprocess.run([sys.executable, "-c", HANGS], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)  # noqa: PLW1510
    assert done.returncode == 1
    assert "stopping took longer than 0.2 s" in done.stderr


def test_a_second_server_on_one_database_is_told_so_in_a_sentence(tmp_path: Path) -> None:
    with served(tmp_path) as (server, _):
        environment = {**os.environ, "GRADEBOUND_DATABASE": f"sqlite:///{tmp_path / 'test.db'}"}
        second = subprocess.run(
            [COMMAND, "serve", "--port", "0"], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 2
        assert f"the process {server.pid} serves {tmp_path / 'test.db'} already" in second.stderr
        assert "Traceback" not in second.stderr


@linux
def test_without_descriptors_it_says_so_and_goes_on_when_there_are_some_again(tmp_path: Path) -> None:
    with served(tmp_path, GRADEBOUND_LOOK_SECONDS="1") as (server, ann):
        assert post(ann, RIGHT_H0).status_code in {201, 202}
        eventually(lambda: ann.get("/readyz").status_code == 200)
        before = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        open_now = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (open_now - 4, before[1]))
        for worker in workers_of(server.pid):
            os.kill(worker, signal.SIGKILL)
        eventually(lambda: ann.get("/readyz").status_code == 503)
        detail = ann.get("/readyz").json()["detail"]
        assert "no grading process lives" in detail or "too many files" in detail
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, before)
        eventually(lambda: ann.get("/readyz").status_code == 200)
        last = post(ann, RIGHT_H0)
        eventually(lambda: ann.get(last.headers["Location"]).json()["status"] == "graded")
