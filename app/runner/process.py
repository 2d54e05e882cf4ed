"""The near side of a worker process: asked one thing at a time, given up when it does not answer."""

from __future__ import annotations

import multiprocessing
import signal
from typing import cast

from app.runner.worker import Broken, Graded, Job, KeyJob, Work, run

_SPAWN = multiprocessing.get_context("spawn")  # the service has threads, which a forked child would inherit half-way


class GradingError(Exception):
    """A grading that gave no report: a fault of the service. The message is for the operator."""


class GoneError(GradingError):
    """The process is dead or must not be used any more."""


class Process:
    """One worker process and our end of its pipe."""

    def __init__(self, work: Work) -> None:
        self.engine_version = ""
        self.jobs = 0
        self.gone = False
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=run, args=(theirs, work), daemon=True, name="gradebound-worker")
        try:
            self._process.start()
        except BaseException:
            self._pipe.close()
            raise
        finally:
            theirs.close()

    @property
    def alive(self) -> bool:
        """Whether it may be asked."""
        return not self.gone and self._process.is_alive()

    def wait_until_ready(self, seconds: float) -> None:
        """Wait for the process's first word, which is its engine's version. Raises `GradingError`."""
        self.engine_version = str(self._receive(seconds, f"the grading process did not start within {seconds:g} s"))

    def ask(self, job: Job | KeyJob, seconds: float) -> Graded:
        """Let it do one job. Raises `GradingError`."""
        self.jobs += 1
        try:
            self._pipe.send(job)
        except OSError:
            raise self._is_gone("the grading process was dead") from None
        answer = self._receive(seconds, f"the grading took longer than {seconds:g} s and was broken off")
        if isinstance(answer, Broken):
            raise GradingError(answer.reason)
        return cast("Graded", answer)

    def kill(self) -> None:
        """Let whoever waits for its word be told that it is dead."""
        self._process.kill()

    def end(self) -> None:
        """Kill it, if it lives, and let go of all that it holds. To be called once, by its only user."""
        self.gone = True
        self._process.kill()
        self._process.join()
        self._pipe.close()
        self._process.close()

    def _receive(self, seconds: float, otherwise: str) -> object:
        try:
            if not self._pipe.poll(seconds):
                raise self._is_gone(otherwise)
            return self._pipe.recv()
        except (EOFError, OSError):
            raise self._is_gone(f"the grading process died ({self._cause()})") from None

    def _is_gone(self, reason: str) -> GoneError:
        self.gone = True
        return GoneError(reason)

    def _cause(self) -> str:
        self._process.join(1.0)  # its end of the pipe is closed a moment before it is dead
        if self._process.exitcode == -signal.SIGXCPU:
            return "it used more CPU time than a grading may"
        return "out of memory, or killed from outside"
