"""Grading processes for tests: what they are asked, and assignments that make them go wrong in every way."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.assignments import load_named
from app.runner.pool import Limits, Runner
from app.runner.process import Process
from app.runner.worker import Job
from app.settings import HOME
from tests.app.service import RIGHT_H0
from tests.waiting import PATIENCE

HW6 = load_named(HOME / "rubrics", "hw6")
KEPT = {HW6.assignment.version: HW6.assignment}
GOOD = Job(HW6.assignment.version, HW6.text, "json", RIGHT_H0)
LIMITS = Limits(workers=1, seconds=PATIENCE, address_space=2**31, cpu_seconds=PATIENCE, jobs=10**6)


@dataclass(frozen=True)
class Trouble:
    """Stands where an assignment should: a grading process that looks at it gets into trouble."""

    kind: str

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        _TROUBLES[self.kind]()


def _spin() -> None:
    while True:
        pass


def _eat() -> None:
    kept = []
    while True:
        kept.append(bytearray(2**26))


_TROUBLES = {"spins": _spin, "sleeps": lambda: time.sleep(10**6), "eats": _eat, "dies": lambda: os._exit(3)}


def job_in(kind: str) -> Job:
    """A job that meets a trouble, for a runner that has `TROUBLES`."""
    return GOOD._replace(rubric_version=kind)


TROUBLES: Mapping[str, Any] = {**KEPT, **{kind: Trouble(kind) for kind in _TROUBLES}}


@contextmanager
def runner_of(assignments: Mapping[str, Any] = KEPT, limits: Limits = LIMITS) -> Iterator[Runner]:
    runner = Runner(assignments, limits)
    try:
        yield runner
    finally:
        runner.close()


def processes(runner: Runner) -> list[Process]:
    return sorted(runner._all, key=pid_of)


def pid_of(process: Process) -> int:
    pid = process._process.pid
    assert pid
    return pid


def children(pid: int) -> set[int]:
    """The processes that have this one as their parent, as the kernel has it; none without /proc."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def workers_of(pid: int) -> set[int]:
    """The grading processes of a server, without Python's own helper."""
    found = set()
    for child in children(pid):
        try:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
        except OSError:  # it has just ended
            continue
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
