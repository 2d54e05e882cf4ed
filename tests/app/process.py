"""`gradebound serve` as an operator starts it: a process of its own, on a free port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx

from tests.homework6 import ROOT
from tests.waiting import PATIENCE, eventually

COMMAND = str(Path(sys.executable).parent / "gradebound")


class Served:
    """A server process, killed at the end of the block if it still runs."""

    def __init__(self, environment: Mapping[str, str], port: int, log: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        command = [COMMAND, "serve", "--port", str(port)]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, env={**os.environ, **environment}, cwd=ROOT, stdout=out, stderr=out
            )
        self._log = log

    def __enter__(self) -> Self:
        try:
            with httpx.Client(base_url=self.address) as client:
                eventually(lambda: self._process.poll() is not None or _ready(client), self._log.read_text)
                assert self._process.poll() is None, self._log.read_text()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self, number: int = signal.SIGKILL) -> int:
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(PATIENCE)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False
