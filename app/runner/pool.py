"""The pool: worker processes, as many as are wanted, whatever becomes of each.

Why processes of our own: a thread can't be ended, and one dead or killed process of a `ProcessPoolExecutor` breaks
the whole pool. docs/operators.md has the measurements.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from app.runner.process import GoneError, GradingError, Process
from app.runner.worker import Graded, Job, KeyJob, Work
from grader.assignment import Assignment

log = logging.getLogger(__name__)

START_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between tries to start a process; short, as a class waits for it
_WATCH_SECONDS = 1.0  # how soon a process that died with nothing to do is replaced


class StoppingError(Exception):
    """A grading that was not begun, or was broken off, because the service stops. No fault of anybody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many gradings run at once, and what one may take: seconds, bytes of address space, seconds of CPU time.

    After `jobs` a process is replaced by a new one.
    """

    workers: int
    seconds: float
    address_space: int
    cpu_seconds: float
    jobs: int


class Runner:
    """Grades jobs in `limits.workers` processes, which are ready when it is made. To be closed in the end.

    One thread, the keeper, starts all processes and is their parent until the end: Linux ends a process that wants to
    die with its parent when the *thread* that started it ends. What can't be started is tried again, ever more rarely;
    no place is lost. Raises `GradingError` if the first processes do not start.
    """

    def __init__(self, assignments: Mapping[str, Assignment], limits: Limits) -> None:
        self._work = Work(assignments, limits.address_space, limits.cpu_seconds, os.getpid())
        self._limits = limits
        self._changed = threading.Condition()
        self._idle: list[Process] = []
        self._all: set[Process] = set()  # idle or busy
        self._starting: list[Process] = []
        self._waiting: deque[object] = deque()  # who wants a process, in the order of their coming
        self._trouble = ""
        self._closing = self._over = False
        self._keeper = threading.Thread(target=self._keep, daemon=True, name="keeper")
        self._keeper.start()
        with self._changed:
            self._changed.wait_for(lambda: self._trouble or len(self._all) == limits.workers)
        if self._trouble:
            self.close()
            raise GradingError(self._trouble)
        self._engine_version = self._idle[0].engine_version

    @property
    def workers(self) -> int:
        """How many gradings run at once."""
        return self._limits.workers

    @property
    def engine_version(self) -> str:
        """The version of the engine that the processes run."""
        return self._engine_version

    @property
    def fault(self) -> str | None:
        """Why nothing can be graded now: no process lives. Nothing as long as one does."""
        with self._changed:
            if any(process.alive for process in self._all):
                return None
            return f"no grading process lives ({self._trouble or 'they died'}); it is tried again every few seconds"

    def grade(self, job: Job | KeyJob) -> Graded:
        """Do one job; waits for an idle process first. Raises `GradingError` or `StoppingError`."""
        process = self._take()
        try:
            return process.ask(job, self._limits.seconds)
        except GoneError as gone:
            if self._closing:
                raise StoppingError("the service stops") from gone
            raise
        finally:
            self._give_back(process)

    def close(self, seconds: float = 0.0) -> None:
        """End all processes, those that are grading after so many seconds."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            self._changed.wait_for(self._is_idle, seconds)
            for process in (*self._starting, *(self._all - set(self._idle))):
                process.kill()  # whoever waits for its word ends it
            self._changed.wait_for(self._is_idle, _WATCH_SECONDS)
            left, self._idle = self._idle, []
            self._all -= set(left)
            self._over = True
            self._changed.notify_all()
        for process in left:
            process.end()
        self._keeper.join(START_SECONDS)

    def _is_idle(self) -> bool:
        return len(self._idle) == len(self._all)

    def _take(self) -> Process:
        """An idle process, for whoever has waited longest: a regrade, which asks again and again, is no exception.

        Processes that were killed while they had nothing to do are let go: no fault of any job.
        """
        mine = object()
        with self._changed:
            self._waiting.append(mine)
            try:
                while not self._closing:
                    self._drop_dead()
                    if self._idle and self._waiting[0] is mine:
                        return self._idle.pop()
                    self._changed.wait()
            finally:
                self._waiting.remove(mine)
                self._changed.notify_all()
        raise StoppingError("the service stops")

    def _give_back(self, process: Process) -> None:
        with self._changed:
            stays = not (process.gone or self._over or self._is_surplus(process))
            if stays:
                self._idle.append(process)
            else:
                self._all.discard(process)
            self._changed.notify_all()
        if not stays:
            process.end()

    def _keep(self) -> None:
        """The keeper's life: fill gaps, and wait longer after each failure. Whatever happens, it lives to the end."""
        pause = FIRST_PAUSE
        while gap := self._gap():
            fault = self._fill(gap)
            self._tell(fault)
            if fault is None:
                pause = FIRST_PAUSE
                continue
            self._pause(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing, seconds)

    def _gap(self) -> int:
        """How many processes are to be started, once there are any; 0 when all is over."""
        with self._changed:
            while not self._over:
                self._drop_dead()
                gap = self._limits.workers - sum(not self._is_old(process) for process in self._all)
                if gap > 0 and not self._closing:
                    return gap
                self._changed.wait(_WATCH_SECONDS)
        return 0

    def _fill(self, gap: int) -> Exception | None:
        """Start processes, together; returns why not all came to life."""
        fault = self._spawn(gap)
        while self._starting:
            fault = self._welcome(self._starting[0]) or fault
        return fault

    def _spawn(self, gap: int) -> Exception | None:
        """Start processes, up to the first that can't be; returns why."""
        try:
            for _ in range(gap):
                process = Process(self._work)
                with self._changed:
                    self._starting.append(process)
                    if self._closing:
                        process.kill()
        except Exception as fault:  # noqa: BLE001 -- no descriptors, no memory, no more processes: the keeper lives on
            return fault
        return None

    def _welcome(self, process: Process) -> Exception | None:
        """Wait for a new process to be ready; returns why it is not."""
        fault: Exception | None = None
        try:
            process.wait_until_ready(START_SECONDS)
        except Exception as broken:  # noqa: BLE001 -- as above
            fault = broken
        with self._changed:
            self._starting.remove(process)
            left = [process] if process.gone or self._closing else self._take_in(process)
        for one in left:
            one.end()
        return fault

    def _take_in(self, process: Process) -> list[Process]:
        """A new process is there; where it is one too many now, an old one goes, which is returned."""
        self._all.add(process)
        self._idle.append(process)
        old = [one for one in self._idle if self._is_surplus(one)][:1]
        for one in old:
            self._idle.remove(one)
            self._all.remove(one)
        self._changed.notify_all()
        return old

    def _tell(self, fault: Exception | None) -> None:
        if fault is not None and not self._closing:
            log.error("a grading process could not be started: %s", fault)
        with self._changed:
            self._trouble = "" if fault is None else str(fault) or type(fault).__name__
            self._changed.notify_all()

    def _drop_dead(self) -> None:
        for process in [one for one in self._idle if not one.alive]:
            self._idle.remove(process)
            self._all.remove(process)
            process.end()
            self._changed.notify_all()

    def _is_old(self, process: Process) -> bool:
        return process.jobs >= self._limits.jobs

    def _is_surplus(self, process: Process) -> bool:
        """Whether its successor is there already."""
        return self._is_old(process) and len(self._all) > self._limits.workers
