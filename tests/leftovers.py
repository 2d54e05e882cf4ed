"""A run of the tests that leaves a process behind fails, whether its tests passed or not.

Every process that a test starts inherits a mark in its environment, so that it is found also if its parent is gone.
"""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

MARK = "GRADEBOUND_TESTS"
GRACE_SECONDS = 60.0  # for what was told to end and has not got round to it on a busy machine


def marked(mark: str) -> dict[int, str]:
    """The processes with this mark, other than this one, and their command lines; none without /proc."""
    found = {}
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{MARK}={mark}".encode() in environ.read_bytes().split(b"\0"):
                found[int(environ.parent.name)] = (
                    (environ.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                )
        except OSError:  # it has ended, or is somebody else's
            continue
    helper = "multiprocessing.resource_tracker"  # Python's own, which ends with the process that it belongs to
    return {pid: line for pid, line in found.items() if pid != os.getpid() and line and helper not in line}


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Set up before and taken down after all others."""
    mark = uuid.uuid4().hex
    os.environ[MARK] = mark
    yield
    del os.environ[MARK]
    end = time.monotonic() + GRACE_SECONDS
    while (left := marked(mark)) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, f"the tests left processes behind: {left}"
