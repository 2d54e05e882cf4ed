"""How long a student waits for a report while 40 slow answers of another are in line.

Beside it in the same run: the same student alone, one slow answer alone, and a line that serves first come, first
served, as it was until 0.5. Run with `.venv/bin/python bench/fairness.py [SLOW_ANSWERS]`.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from fastapi import FastAPI

from app.clock import system_clock
from app.db.database import Database
from app.db.migrate import migrate
from app.main import create_app
from app.runner.line import Ticket
from app.services import grading
from app.services.roles import Role
from app.services.tokens import Grant, create_token
from bench.requests_per_second import PATH, SAMPLE, serving

TIMES = 7
LINES = (
    r"\log p(x) \geq E_{q(z)}[\log p(x, z)] - E_{q(z)}[\log q(z)]",
    *(r"= E_{q(z)}[\log p(x|z)] - KL(q(z) \| p(z))", r"= E_{q(z)}[\log p(x, z)] + H(q)") * 40,
)
SLOW = json.dumps({"answers": {"p3.derivation": list(LINES)}})
ORDINARY = json.dumps({"answers": json.loads(SAMPLE.read_text())["answers"]})


class FirstCome:
    """The line as it was."""

    def __init__(self, _patient: int) -> None:
        self._waiting: deque[Ticket[Any]] = deque()

    def put(self, ticket: Ticket[Any]) -> None:
        """At the end."""
        self._waiting.append(ticket)

    def take(self) -> Ticket[Any] | None:
        """Whoever has waited longest."""
        return self._waiting.popleft() if self._waiting else None

    def done(self, ticket: Ticket[Any]) -> None:
        """Nobody waits for anybody."""


def first_come() -> FastAPI:
    """The service with that line."""
    grading.FairLine = FirstCome  # type: ignore[assignment,misc]
    return create_app()


@contextmanager
def clients(factory: str, workers: int) -> Iterator[tuple[httpx.Client, httpx.Client, Path]]:
    """A service, two students, and its database."""
    os.environ |= {"GRADEBOUND_WORKERS": str(workers), "GRADEBOUND_ANSWER_SECONDS": "600"}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fair.db"
        with closing(Database(f"sqlite:///{file}")) as database:
            migrate(database)
            tokens = [create_token(database, Grant(Role.STUDENT), name, system_clock()) for name in ("ann", "bob")]
        with serving(factory, f"sqlite:///{file}") as address:
            ann, bob = (
                httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=600)
                for token in tokens
            )
            with ann, bob:
                yield ann, bob, file


def seconds_of(client: httpx.Client, body: str) -> float:
    """From the post to the report."""
    begun = time.perf_counter()
    answer = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    if answer.status_code != 201:
        raise SystemExit(answer.text)
    return time.perf_counter() - begun


def counted(file: Path, table: str) -> int:
    """The rows of a table."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def with_others_in_line(ann: httpx.Client, bob: httpx.Client, file: Path, size: int) -> tuple[list[float], int]:
    """Bob's seconds while so many of Ann's are in line, and how many of hers were left when he had all of his."""
    stored, graded = counted(file, "submissions"), counted(file, "reports")
    with ThreadPoolExecutor(size) as threads:
        slow = [threads.submit(post_and_let_go, ann, SLOW) for _ in range(size)]
        while counted(file, "submissions") < stored + size:
            time.sleep(0.01)
        took = [seconds_of(bob, ORDINARY)]
        while len(took) < TIMES and counted(file, "reports") - graded - len(took) < size - 5:
            took.append(seconds_of(bob, ORDINARY))
        left = size - (counted(file, "reports") - graded - len(took))
        for one in slow:
            one.result()
    return took, left


def post_and_let_go(client: httpx.Client, body: str) -> None:
    """Post, whatever becomes of it."""
    client.post(PATH, content=body, headers={"Content-Type": "application/json"})


def tell(name: str, took: list[float], baseline: float, more: str = "") -> None:
    """One line of the table."""
    median = statistics.median(took)
    print(f"{name:<52}{median:8.3f} s  x{median / baseline:7.1f}   worst {max(took):7.3f} s  {more}", flush=True)


def main(size: int = 40) -> None:
    """Print what each took."""
    for workers in (2, 1):
        print(f"{workers} grading processes, {size} slow answers of one student, {os.cpu_count()} cores")
        with clients("app.main:create_app", workers) as (ann, bob, file):
            seconds_of(bob, ORDINARY)
            alone = [seconds_of(bob, ORDINARY) for _ in range(TIMES)]
            baseline = statistics.median(alone)
            tell("another's report, alone", alone, baseline)
            tell("a slow answer, alone", [seconds_of(ann, SLOW) for _ in range(3)], baseline)
            took, left = with_others_in_line(ann, bob, file, size)
            tell("another's report, with those in line", took, baseline, f"{left} of them left after the last")
        with clients("fairness:first_come", workers) as (ann, bob, file):
            took, left = with_others_in_line(ann, bob, file, size)
            tell("the same, first come, first served (as it was)", took, baseline, f"{left} left")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
