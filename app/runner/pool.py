"""The near side: worker processes, each asked one thing at a time, killed and replaced when it goes wrong.

Why processes of our own: a thread can't be ended, and one dead or killed process of a `ProcessPoolExecutor` breaks
the whole pool. docs/operators.md has the measurements.
"""

from __future__ import annotations

import multiprocessing
import queue
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import cast

from app.runner.worker import Broken, Graded, Job, KeyJob, Work, run
from grader.assignment import Assignment

START_SECONDS = 60.0
_SPAWN = multiprocessing.get_context("spawn")  # the service has threads, which a forked child would inherit half-way


class GradingError(Exception):
    """A grading that gave no report: a fault of the service. The message is for the operator."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many gradings run at once, how long one may take (seconds) and how much address space it may use (bytes)."""

    workers: int
    seconds: float
    address_space: int


class Runner:
    """Grades jobs in `limits.workers` processes, which are ready when it is made. To be closed in the end."""

    def __init__(self, assignments: Mapping[str, Assignment], limits: Limits) -> None:
        self._work = Work(assignments, limits.address_space)
        self._limits = limits
        self._idle: queue.LifoQueue[_Process] = queue.LifoQueue()
        processes = [_Process(self._work) for _ in range(limits.workers)]
        for process in processes:
            self._engine_version = process.wait_until_ready()
            self._idle.put(process)

    @property
    def workers(self) -> int:
        """How many gradings run at once."""
        return self._limits.workers

    @property
    def engine_version(self) -> str:
        """The version of the engine that the processes run."""
        return self._engine_version

    def grade(self, job: Job | KeyJob) -> Graded:
        """Do one job; waits for an idle process first. Raises `GradingError`."""
        process = self._idle.get()
        if not process.alive:  # killed from outside while it had nothing to do: no fault of this job
            process = self._replace(process)
        try:
            return process.ask(job, self._limits.seconds)
        except _GoneError:
            process = self._replace(process)
            raise
        finally:
            self._idle.put(process)

    def close(self) -> None:
        """End all processes; waits for those that are grading."""
        for _ in range(self._limits.workers):
            self._idle.get().end()

    def _replace(self, process: _Process) -> _Process:
        process.end()
        return _Process(self._work)


class _GoneError(GradingError):
    """The process is dead or must not be used any more."""


class _Process:
    """One worker process and our end of its pipe."""

    def __init__(self, work: Work) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=run, args=(theirs, work), daemon=True, name="gradebound-worker")
        self._process.start()
        theirs.close()
        self._engine_version = ""

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def wait_until_ready(self) -> str:
        """Wait for the process's first word, which is its engine's version."""
        if not self._engine_version:
            self._engine_version = str(_receive(self._pipe, START_SECONDS, "the grading process did not start"))
        return self._engine_version

    def ask(self, job: Job | KeyJob, seconds: float) -> Graded:
        self.wait_until_ready()
        try:
            self._pipe.send(job)
        except OSError:
            raise _GoneError("the grading process was dead") from None
        answer = _receive(self._pipe, seconds, f"the grading took longer than {seconds:g} s and was broken off")
        if isinstance(answer, Broken):
            raise GradingError(answer.reason)
        return cast("Graded", answer)

    def end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _receive(pipe: Connection, seconds: float, otherwise: str) -> object:
    try:
        if not pipe.poll(seconds):
            raise _GoneError(otherwise)
        return pipe.recv()
    except (EOFError, OSError):
        raise _GoneError("the grading process died (out of memory, or killed from outside)") from None
