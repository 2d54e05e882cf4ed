"""From a stored submission to its stored report, once, whatever breaks on the way.

The database is the queue: a submission without a report is to be graded. What stands in memory is only the order.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from app.clock import Clock
from app.db import submissions
from app.db.attempts import Part, parts
from app.db.database import Database
from app.db.submissions import NewReport, Ungraded
from app.runner.pool import GradingError, Runner
from app.runner.worker import Job
from app.services.rubrics import Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a grading is tried, and how long to wait (seconds) before the second try; the wait doubles."""

    tries: int
    seconds: float


class Gradings:
    """Grades submissions by number, as many at once as the runner has processes. To be closed in the end."""

    def __init__(self, database: Database, runner: Runner, shelf: Shelf, retries: Retries, clock: Clock) -> None:
        self._database = database
        self._runner = runner
        self._shelf = shelf
        self._retries = retries
        self._clock = clock
        self._threads = ThreadPoolExecutor(runner.workers, thread_name_prefix="grading")
        self._patient = ThreadPoolExecutor(1, thread_name_prefix="patient")
        self._in_line: dict[int, Future[str | None]] = {}
        self._timers: set[threading.Timer] = set()
        self._closed = threading.Event()

    def enqueue(self, number: int, *, patient: bool = False) -> Future[str | None]:
        """Put a submission in line. A `patient` one waits in a line of its own and holds nobody up.

        The future gives its report as JSON, or None if grading it failed for now or it has one already.
        """
        return self._put(self._patient if patient else self._threads, number, 1)

    def under_way(self, number: int) -> Future[str | None]:
        """The grading of a submission that was put in line before, or else a new one."""
        return self._in_line.get(number) or self.enqueue(number)

    @property
    def engine_version(self) -> str:
        """The version of the engine that grades."""
        return self._runner.engine_version

    @property
    def at_once(self) -> int:
        """How many gradings run at once."""
        return self._runner.workers

    def resume(self) -> int:
        """Put in line whatever was left without a report; returns how many."""
        with self._database.reading() as connection:
            left = submissions.ungraded_numbers(connection)
        for number in left:
            self.enqueue(number, patient=True)
        return len(left)

    def replay(self, number: int, rubric_version: str) -> NewReport:
        """The report of a submission by any version; nothing is kept. Raises `GradingError`."""
        with self._database.reading() as connection:
            found = submissions.stored(connection, number, rubric_version)
        return self._report(number, found)

    def close(self) -> None:
        """Let the gradings under way end, and leave those in line to the next start."""
        self._closed.set()
        for timer in tuple(self._timers):
            timer.cancel()
            timer.join()
        for threads in (self._threads, self._patient):
            threads.shutdown(wait=True, cancel_futures=True)

    def _put(self, threads: ThreadPoolExecutor, number: int, attempt: int) -> Future[str | None]:
        future = threads.submit(self._grade, number, attempt)
        self._in_line[number] = future
        future.add_done_callback(lambda done: self._leave(number, done))
        return future

    def _leave(self, number: int, done: Future[str | None]) -> None:
        if self._in_line.get(number) is done:  # another may have taken its place
            del self._in_line[number]

    def _grade(self, number: int, attempt: int) -> str | None:
        try:
            return self._graded(number)
        except Exception as fault:
            log.exception("grading submission number %d failed (try %d of %d)", number, attempt, self._retries.tries)
            self._again(number, attempt)
            self._record(number, fault)
            return None

    def _graded(self, number: int) -> str | None:
        with self._database.reading() as connection:
            found = submissions.ungraded(connection, number)
        if found is None:
            return None
        report = self._report(number, found)
        with self._database.writing_derived() as connection:
            submissions.add_report(connection, report)
        return report.body

    def _report(self, number: int, found: Ungraded) -> NewReport:
        rubric = self._shelf.version(found.rubric_version)
        graded = self._runner.grade(_job(found, rubric.text, self._earlier(found)))
        return NewReport(number, graded.rubric_version, graded.engine_version, self._clock(), graded.body)

    def _earlier(self, found: Ungraded) -> Sequence[Part]:
        """Whose answers hold where this one has none."""
        if found.base_number is None:
            return ()
        with self._database.reading() as connection:
            return parts(connection, found.base_number)

    def _record(self, number: int, fault: Exception) -> None:
        reason = str(fault) if isinstance(fault, GradingError) else repr(fault)
        with self._database.writing() as connection:
            submissions.add_failure(connection, number, reason, self._clock())

    def _again(self, number: int, attempt: int) -> None:
        if attempt >= self._retries.tries or self._closed.is_set():
            return
        timer = threading.Timer(self._retries.seconds * 2 ** (attempt - 1), self._retry, (number, attempt + 1))
        timer.daemon = True
        self._timers = {waiting for waiting in self._timers if waiting.is_alive()} | {timer}
        timer.start()

    def _retry(self, number: int, attempt: int) -> None:
        if not self._closed.is_set():
            self._put(self._patient, number, attempt)


def _job(found: Ungraded, rubric: str, earlier: Sequence[Part]) -> Job:
    texts = tuple((part.syntax, part.body) for part in earlier)
    return Job(found.rubric_version, rubric, found.syntax, found.body, found.variant, texts)
