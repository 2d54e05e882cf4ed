"""A real service for tests: the application on a port of its own, in a thread, and clients of every role."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.cli.serving import configuration
from app.clock import Clock, system_clock
from app.db.courses import DEFAULT
from app.db.database import Database
from app.main import create_app
from app.services.roles import Role
from app.services.tokens import Grant, create_token
from app.settings import Settings
from tests.waiting import PATIENCE, eventually

SUBMISSIONS = "/api/v1/assignments/hw6/submissions"
RIGHT_H0 = '{"answers": {"p1.forward.h0.value": [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]}}'
PLENTY = PATIENCE
DUE = datetime(2027, 1, 11, 12, tzinfo=UTC)
Terms = Callable[..., None]


@dataclass(frozen=True)
class Running:
    """A running service, and one of its courses; `as_role` gives a client, one for each role and name."""

    address: str
    database: Database
    clients: dict[tuple[str, str], httpx.Client] = field(default_factory=dict)
    course: str = DEFAULT

    def as_role(self, role: str, name: str | None = None) -> httpx.Client:
        key = (role, name or role)
        if key not in self.clients:
            self.clients[key] = self.with_token(token_for(self.database, role, key[1], self.course))
        return self.clients[key]

    def with_token(self, token: str) -> httpx.Client:
        return httpx.Client(base_url=self.address, headers={"Authorization": f"Bearer {token}"}, timeout=PLENTY)

    def submit(self, body: str | bytes = RIGHT_H0, *, role: str = "student", name: str = "ann") -> httpx.Response:
        return post(self.as_role(role, name), body)


def token_for(database: Database, role: str, name: str, course: str = DEFAULT) -> str:
    return create_token(database, Grant(Role(role), course), name, system_clock())


def post(client: httpx.Client, body: str | bytes, content_type: str = "application/json") -> httpx.Response:
    return client.post(SUBMISSIONS, content=body, headers={"Content-Type": content_type})


def answers(**values: Any) -> str:
    return json.dumps({"answers": {key.replace("__", "."): value for key, value in values.items()}})


def settings(folder: Path, **changes: Any) -> Settings:
    return Settings(database=f"sqlite:///{folder / 'test.db'}", **{"workers": 1, "answer_seconds": PLENTY, **changes})


@dataclass
class Hands:
    """A clock that a test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def serving(chosen: Settings, clock: Clock = system_clock) -> Iterator[Running]:
    config = configuration(chosen, create_app(chosen, clock), "127.0.0.1", 0, "critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    with closing(Database(chosen.database)) as database:
        running = Running(_address(server), database)
        try:
            yield running
        finally:
            for client in running.clients.values():
                client.close()
            server.should_exit = True
            thread.join()


def _address(server: uvicorn.Server) -> str:
    eventually(lambda: server.started, "the server did not start")
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def problem_of(response: httpx.Response) -> Mapping[str, Any]:
    assert response.headers["content-type"] == "application/problem+json"
    problem: Mapping[str, Any] = response.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "code"}
    assert problem["status"] == response.status_code
    return problem
