"""From a stored submission to its stored report, once, whatever breaks on the way.

The database is the queue: a submission without a report is to be graded. What stands in memory is only the order, and
every so often the database is asked what has no report, whatever the reason.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from app.clock import Clock
from app.db import submissions
from app.db.attempts import Part, parts
from app.db.database import Database
from app.db.submissions import NewReport, Owned, Ungraded
from app.errors import NoDatabaseError
from app.runner.line import FairLine, Urgency
from app.runner.pool import Runner, StoppingError
from app.runner.process import GradingError
from app.runner.turns import Turns
from app.runner.worker import Job
from app.services.rubrics import Shelf

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a grading is tried, and how long to wait (seconds) before the second try; the wait doubles.

    Every `look_seconds` what has no report and waits for nothing is put in line again.
    """

    tries: int
    seconds: float
    look_seconds: float = 15.0


class Gradings:
    """Grades submissions by number, as many at once as the runner has processes. To be closed in the end."""

    def __init__(self, database: Database, runner: Runner, shelf: Shelf, retries: Retries, clock: Clock) -> None:
        self._database = database
        self._runner = runner
        self._shelf = shelf
        self._retries = retries
        self._clock = clock
        # One more than there are processes, so that none is idle while a report is written.
        self._turns = Turns(FairLine(self.beside), runner.workers + 1)
        self._in_line: dict[int, Future[str | None]] = {}
        self._failed: Counter[int] = Counter()  # tries that failed in this run; with all of them used up, a TA is next
        self._pausing: dict[int, threading.Timer] = {}
        self._closed = threading.Event()
        self._looking = threading.Thread(target=self._look_again_and_again, daemon=True, name="looking")
        self._looking.start()

    def enqueue(self, owned: Owned, urgency: Urgency = Urgency.INTERACTIVE) -> Future[str | None]:
        """Put a student's submission in line.

        The future gives its report as JSON, or None if grading it failed for now or it has one already.
        """
        future = self._turns.ask(partial(self._grade, owned), owned.student, urgency)
        self._in_line[owned.number] = future
        future.add_done_callback(partial(self._leave, owned.number))
        return future

    def under_way(self, owned: Owned) -> Future[str | None]:
        """The grading of a submission that was put in line before, or else a new one."""
        return self._in_line.get(owned.number) or self.enqueue(owned)

    @property
    def engine_version(self) -> str:
        """The version of the engine that grades."""
        return self._runner.engine_version

    @property
    def beside(self) -> int:
        """How many gradings that nobody waits for may run at once: all but one, so that who hands in finds one free."""
        return max(1, self._runner.workers - 1)

    @property
    def fault(self) -> str | None:
        """Why nothing can be graded now, if that is so."""
        return self._runner.fault

    def resume(self) -> int:
        """Put in line whatever has no report and waits for nothing; returns how many."""
        with self._database.reading() as connection:
            ungraded = submissions.ungraded_numbers(connection)
        left = [owned for owned in ungraded if not self._is_seen_to(owned.number)]
        for owned in left:
            self.enqueue(owned, Urgency.RETRY)
        return len(left)

    def replay(self, number: int, rubric_version: str) -> NewReport:
        """The report of a submission by any version; nothing is kept. In no line, but no more than `beside` at once.

        Raises `GradingError` or `StoppingError`.
        """
        with self._database.reading() as connection:
            found = submissions.stored(connection, number, rubric_version)
        return self._report(number, found)

    def close(self, seconds: float = 5.0) -> None:
        """Let the gradings under way end for so many seconds, and leave those in line to the next start."""
        self._closed.set()
        for timer in tuple(self._pausing.values()):
            timer.cancel()
        self._turns.close(seconds)

    def _leave(self, number: int, done: Future[str | None]) -> None:
        if self._in_line.get(number) is done:  # another may have taken its place
            del self._in_line[number]

    def _is_seen_to(self, number: int) -> bool:
        """Whether it is in line, waits for its next try, or has failed too often for this run."""
        return number in self._in_line or number in self._pausing or self._failed[number] >= self._retries.tries

    def _look_again_and_again(self) -> None:
        while not self._closed.wait(self._retries.look_seconds):
            try:
                if found := self.resume():
                    log.warning("%d submissions had no report and were in no line; they are graded now", found)
            except Exception:
                log.exception("could not look for submissions without a report; it is tried again")

    def _grade(self, owned: Owned) -> str | None:
        """Grade a submission. What is no fault of its own (no database, a service that stops) costs it no try."""
        try:
            return self._graded(owned.number)
        except StoppingError:
            return None
        except NoDatabaseError as fault:
            log.warning("submission number %d is graded later: %s", owned.number, fault)
            return None
        except Exception as fault:
            tried = self._failed[owned.number] + 1
            log.exception(
                "grading submission number %d failed (try %d of %d)", owned.number, tried, self._retries.tries
            )
            if self._is_recorded(owned.number, fault):
                self._failed[owned.number] = tried
                self._again(owned, tried)
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

    def _is_recorded(self, number: int, fault: Exception) -> bool:
        """Record a failure. One that can't be recorded counts for nothing: the submission is looked at again."""
        reason = str(fault) if isinstance(fault, GradingError) else repr(fault)
        try:
            with self._database.writing() as connection:
                submissions.add_failure(connection, number, reason, self._clock())
        except NoDatabaseError:
            return False
        return True

    def _again(self, owned: Owned, tried: int) -> None:
        if tried >= self._retries.tries or self._closed.is_set():
            return
        timer = threading.Timer(self._retries.seconds * 2 ** (tried - 1), self._retry, (owned,))
        timer.daemon = True
        self._pausing[owned.number] = timer
        try:
            timer.start()
        except RuntimeError:  # no thread can be started: it is found when what has no report is looked for
            del self._pausing[owned.number]

    def _retry(self, owned: Owned) -> None:
        self.enqueue(owned, Urgency.RETRY)
        del self._pausing[owned.number]


def _job(found: Ungraded, rubric: str, earlier: Sequence[Part]) -> Job:
    texts = tuple((part.syntax, part.body) for part in earlier)
    return Job(found.rubric_version, rubric, found.syntax, found.body, found.variant, texts)
