"""A regrade whose process is killed while its reports and its activation are being written."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.db.database import Database
from app.db.migrate import migrate
from tests.app.process import Served
from tests.app.regrading import DEARER, H0, REGRADES, RIGHT, RUBRICS
from tests.app.service import SUBMISSIONS, serving, settings, token_for
from tests.app.test_kill_nine import free_port
from tests.waiting import PATIENCE

CLASS = [f"s{number:02}" for number in range(10)]
SCORES = "/api/v1/assignments/hw6/scores.json"
TABLES = "abcdefg"
# Fires after the new reports were inserted, in their transaction, and counts for longer than the test takes.
_JOINED, _SUM = ", ".join(f"reports {one}" for one in TABLES), " + ".join(f"{one}.number" for one in TABLES)
SLOW = f"CREATE TRIGGER slow AFTER INSERT ON activations BEGIN SELECT count(*) FROM {_JOINED} WHERE {_SUM} < 0; END"  # noqa: S608


@contextmanager
def client_of(address: str, token: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE) as client:
        yield client


def test_a_regrade_that_is_killed_in_mid_transaction_leaves_everything_as_before(tmp_path: Path) -> None:
    file = tmp_path / "test.db"
    url = f"sqlite:///{file}"
    with closing(Database(url)) as database:
        migrate(database)
        token = token_for(database, "instructor", "ina")
    with (
        Served({"GRADEBOUND_DATABASE": url}, free_port(), tmp_path / "log") as served,
        client_of(served.address, token) as client,
    ):
        version = hand_in_and_upload(client)
        scores = client.get(SCORES).json()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(SLOW)
        before = records(file)
        with ThreadPoolExecutor(1) as threads:
            ordered = threads.submit(apply, served.address, token, version)
            wait_until_it_writes(file)
            served.kill()
            with pytest.raises(httpx.TransportError):
                ordered.result()
    assert records(file) == before
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER slow")
    with serving(settings(tmp_path)) as running, client_of(running.address, token) as client:
        assert client.get(SCORES).json() == scores
        assert apply(running.address, token, version).json()["students"]["up"] == len(CLASS)
        assert {one["score"] for one in client.get(SCORES).json()["students"]} == {3}


def hand_in_and_upload(client: httpx.Client) -> str:
    """A class that is graded, and a version of the rubric by which everybody has a point more."""
    for student in CLASS:
        assert client.post(SUBMISSIONS, json={"student": student, "answers": {H0: RIGHT}}).status_code == 201
    version: str = client.post(RUBRICS, json={"rubric": DEARER}).json()["rubric_version"]
    return version


def apply(address: str, token: str, version: str) -> httpx.Response:
    order = {"rubric_version": version, "apply": True, "reason": "a second right answer"}
    with client_of(address, token) as client:
        return client.post(REGRADES, json=order)


def records(file: Path) -> Any:
    """What a regrade appends to, row by row, and the audit log."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            for table in ("reports", "activations", "failures", "overrides", "audit_log")
        }


def wait_until_it_writes(file: Path) -> None:
    """Until the database is locked for writing, twice in a row: only the slow trigger keeps it so."""
    end, locked = time.monotonic() + PATIENCE, 0
    while locked < 2:
        assert time.monotonic() < end, "the regrade never began to write"
        time.sleep(0.1)
        locked = locked + 1 if is_locked(file) else 0


def is_locked(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False
