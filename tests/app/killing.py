"""A class that hands in while the server, its workers or both are killed at random moments; and a bookkeeper."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
from sqlalchemy import text

from app.db.database import Database
from app.db.migrate import migrate
from tests.app.process import Served
from tests.app.service import SUBMISSIONS, token_for
from tests.app.test_kill_nine import free_port, reports_per_submission
from tests.app.workers import children, is_alive, workers_of
from tests.waiting import PATIENCE, eventually

SERVER, WORKER, BOTH = "server", "worker", "both"
QUICK = {"GRADEBOUND_RETRY_SECONDS": "0.2", "GRADEBOUND_LOOK_SECONDS": "1"}


@dataclass
class Posting:
    """Students, each with one post, from a few threads; what was not acknowledged is sent again under its key."""

    address: str
    token: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=count)

    def run(self) -> None:
        """A thread's life."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with httpx.Client(base_url=self.address, headers=headers, timeout=PATIENCE) as client:
            while not self.stop.is_set():
                student = f"s{next(self.numbers)}"
                while not self._is_acknowledged(client, student):
                    time.sleep(0.02)

    def _is_acknowledged(self, client: httpx.Client, student: str) -> bool:
        body = f'{{"student": "{student}", "answers": {{"p1.forward.h0.value": [{student[1:]}, 1.40]}}}}'
        try:
            response = client.post(SUBMISSIONS, content=body, headers={"Idempotency-Key": student})
        except httpx.TransportError:
            return False
        if response.status_code == 503:
            return False
        assert response.status_code in {201, 202}, response.text
        self.acknowledged[student] = response.headers["Location"]
        return True


@contextmanager
def posting(address: str, token: str, threads: int = 4) -> Iterator[Posting]:
    found = Posting(address, token)
    running = [threading.Thread(target=found.run) for _ in range(threads)]
    for thread in running:
        thread.start()
    try:
        yield found
    finally:
        found.stop.set()
        for thread in running:
            thread.join()


class Play:
    """Kills by a list; after it the books are checked."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.url = f"sqlite:///{folder / 'test.db'}"
        self._log = folder / "log"
        self._port = free_port()
        self._random = random.Random(seed)  # noqa: S311 -- moments, no secrets

    def run(self, kills: Sequence[str]) -> int:
        """How many submissions were handed in. Asserts that none was lost, graded twice or left, and no process is."""
        with closing(Database(self.url)) as database:
            migrate(database)
            token = token_for(database, "ci", "ci")
            served = self._start()
            try:
                with posting(served.address, token) as found:
                    for kill in kills:
                        served = self._after(kill, served, found)
                eventually(lambda: reports_per_submission(database) == {1}, "a submission was left ungraded")
                self._check(database, found)
            finally:
                ended = self._end(served)
            assert ended in {0, -signal.SIGTERM}
        return len(found.acknowledged)

    def _start(self) -> Served:
        return Served({**QUICK, "GRADEBOUND_DATABASE": self.url}, self._port, self._log).__enter__()

    def _after(self, kill: str, served: Served, found: Posting) -> Served:
        """Kill when a few more were acknowledged and a moment has passed; the server that is there afterwards."""
        wanted = len(found.acknowledged) + self._random.randint(1, 20)
        eventually(lambda: len(found.acknowledged) >= wanted, self._log.read_text)
        time.sleep(self._random.uniform(0, 0.02))
        workers = workers_of(served.pid)
        if kill in {WORKER, BOTH} and workers:
            os.kill(self._random.choice(sorted(workers)), signal.SIGKILL)
        if kill == WORKER:
            return served
        everything = children(served.pid)
        served.kill(signal.SIGKILL)
        eventually(lambda: not any(map(is_alive, everything)), "a process outlives its server")
        return self._start()

    def _end(self, served: Served) -> int:
        everything = children(served.pid)
        code = served.kill(signal.SIGTERM)
        eventually(lambda: not any(map(is_alive, everything)), "a process outlives its server")
        return code

    def _check(self, database: Database, found: Posting) -> None:
        query = "SELECT p.name, s.id FROM submissions s JOIN people p ON p.number = s.student_number"
        with database.reading() as connection:
            kept = [tuple(row) for row in connection.execute(text(query))]
        told = [(student, location.rpartition("/")[2]) for student, location in found.acknowledged.items()]
        assert sorted(kept) == sorted(told)
