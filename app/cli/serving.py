"""`serve`: the service in this process, and in a demonstration who may use it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from socket import socket

import uvicorn

from app.assignments import load_all
from app.cli import tokens
from app.cli.failures import CommandError
from app.cli.tokens import Wanted
from app.settings import Settings

_WELCOME = """
Gradebound is at {address}

  a student's token (demo-student)  {student}
  a TA's token (demo-ta)            {ta}

They are new at each start, and earlier ones stay valid. Hand in, and look at the class:

  export GRADEBOUND_TOKEN={student}
  .venv/bin/gradebound submit rubrics/hw6/published.yaml --server {address}
  curl -H "Authorization: Bearer {ta}" {address}/api/v1/assignments/hw6/scores.csv

Ctrl-C ends it.
"""


def serve_until_stopped(host: str, port: int, *, demo: bool) -> None:
    """Serve. Raises `RubricError` or `CommandError` before anything is started if there is nothing to serve."""
    folder = Settings().rubrics
    if not load_all(folder):
        raise CommandError(f"{folder} has no rubric files; set GRADEBOUND_RUBRICS to the folder that has them")
    tokens.database_address()
    config = uvicorn.Config("app.main:create_app", factory=True, host=host, port=port, server_header=False)
    server = _Server(config, _announce if demo else lambda _address: None)
    server.run()
    if not server.started:
        sys.exit(1)  # uvicorn has said why


class _Server(uvicorn.Server):
    """A server that says where it is once it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._announce(f"http://{host}:{port}")


def _announce(address: str) -> None:
    student, ta = (tokens.create(Wanted(role, f"demo-{role}")) for role in ("student", "ta"))
    print(_WELCOME.format(address=address, student=student, ta=ta), flush=True)
