"""`serve`: the service in this process, and in a demonstration who may use it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from socket import socket
from threading import Timer
from types import FrameType
from typing import Any

import uvicorn

from app.assignments import load_all
from app.cli import tokens
from app.cli.failures import CommandError
from app.cli.protocol import bounded_protocol
from app.cli.tokens import Wanted
from app.db.alone import alone
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
    settings = Settings()
    if not load_all(settings.rubrics):
        raise CommandError(
            f"{settings.rubrics} has no rubric files; set GRADEBOUND_RUBRICS to the folder that has them"
        )
    with alone(tokens.database_address()):
        pass  # the service holds this itself as long as it runs; here a second server is told so in one sentence
    server = _Server(configuration(settings, "app.main:create_app", host, port), settings.stop_seconds)
    if demo:
        server.announce = _announce
    server.run()
    if not server.started:
        sys.exit(1)  # uvicorn has said why


def configuration(settings: Settings, app: Any, host: str, port: int, log_level: str | None = None) -> uvicorn.Config:
    """How the service is served: with bounds on connections, on the time of a request, and on the time to stop.

    Half of the time to stop is for answers under way.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level=log_level,
        factory=isinstance(app, str),
        http=bounded_protocol(settings),
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=max(1, int(settings.stop_seconds / 2)),
    )


class _Server(uvicorn.Server):
    """A server that says where it is once it listens, and ends in time whatever hangs."""

    def __init__(self, config: uvicorn.Config, stop_seconds: float) -> None:
        super().__init__(config)
        self.announce: Callable[[str], None] = lambda _address: None
        self._stop_seconds = stop_seconds

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self.announce(f"http://{host}:{port}")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            end_after(self._stop_seconds)
        super().handle_exit(sig, frame)


def end_after(seconds: float) -> None:
    """End this process after so many seconds, whatever its threads wait for; what was acknowledged is on disk."""

    def end() -> None:
        print(f"gradebound: stopping took longer than {seconds:g} s, so it was broken off", file=sys.stderr, flush=True)
        os._exit(1)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()


def _announce(address: str) -> None:
    student, ta = (tokens.create(Wanted(role, f"demo-{role}")) for role in ("student", "ta"))
    print(_WELCOME.format(address=address, student=student, ta=ta), flush=True)
