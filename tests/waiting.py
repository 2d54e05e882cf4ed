"""Waiting in tests: for so long that a busy machine is no reason to fail, and not a moment longer than needed."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 180.0  # seconds; no test waits for less than a minute for another process


def eventually(holds: Callable[[], object], otherwise: str | Callable[[], str] = "waited in vain") -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, otherwise if isinstance(otherwise, str) else otherwise()
        time.sleep(0.02)
