from __future__ import annotations

import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
from sqlalchemy import text

from app.db.database import Database
from app.db.migrate import migrate
from tests.app.process import Served
from tests.app.service import SUBMISSIONS, token_for
from tests.waiting import PATIENCE, eventually

POSTS = 200
KILL_AFTER = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Posting:
    """200 posts for 200 students from eight threads, and what was acknowledged of them."""

    def __init__(self, address: str, token: str) -> None:
        self.acknowledged: dict[str, str] = {}
        self.enough = threading.Event()
        self._client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)

    def close(self) -> None:
        self._client.close()

    def post(self, number: int) -> None:
        student = f"s{number}"
        body = f'{{"student": "{student}", "answers": {{"p1.forward.h0.value": [{number}, 1.40]}}}}'
        try:
            response = self._client.post(SUBMISSIONS, content=body, headers={"Content-Type": "application/json"})
        except httpx.TransportError:
            return
        assert response.status_code in {201, 202}
        self.acknowledged[response.headers["Location"]] = student
        if len(self.acknowledged) >= KILL_AFTER:
            self.enough.set()


def test_what_was_acknowledged_before_a_kill_is_there_and_graded_once_after_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    environment = {"GRADEBOUND_DATABASE": url}
    with closing(Database(url)) as database:
        migrate(database)
        ci, ta = token_for(database, "ci", "ci"), token_for(database, "ta", "ta")
        port = free_port()
        with (
            Served(environment, port, tmp_path / "log") as served,
            closing(Posting(served.address, ci)) as posting,
            ThreadPoolExecutor(8) as threads,
        ):
            done = [threads.submit(posting.post, number) for number in range(POSTS)]
            assert posting.enough.wait(PATIENCE)
            served.kill(signal.SIGKILL)
            for one in done:
                one.result()
        assert KILL_AFTER <= len(posting.acknowledged) < POSTS
        with Served(environment, port, tmp_path / "log") as served:
            check(served, ta, posting.acknowledged)
            wait_until_all_is_graded(database)
            assert served.kill(signal.SIGTERM) in {0, -signal.SIGTERM}
        assert reports_per_submission(database) == {1}


def check(served: Served, token: str, acknowledged: dict[str, str]) -> None:
    with httpx.Client(base_url=served.address, headers={"Authorization": f"Bearer {token}"}) as client:
        for location, student in acknowledged.items():
            found = client.get(location).json()
            assert found["student"] == student
            assert found["body"].count(student) == 1


def wait_until_all_is_graded(database: Database) -> None:
    eventually(lambda: 0 not in reports_per_submission(database), "a submission was left ungraded")


def reports_per_submission(database: Database) -> set[int]:
    joined = "submissions s LEFT JOIN reports r ON r.submission_number = s.number"
    query = f"SELECT count(r.number) FROM {joined} GROUP BY s.number"  # noqa: S608
    with database.reading() as connection:
        return set(connection.execute(text(query)).scalars())
