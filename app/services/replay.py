"""Grading a class anew by another version, beside the gradings of what is handed in, and comparing. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from app.db import regrades
from app.db.book import Offered
from app.db.courses import CourseRecord
from app.db.database import Database
from app.db.regrades import Seen
from app.db.submissions import NewReport
from app.policy.regrade import Change, Regraded, change, regraded
from app.policy.standing import standing
from app.reports.regrade import Versions, detail, digest, outline
from app.runner.process import GradingError
from app.services.book import open_book
from app.services.grading import Gradings
from grader.assignment import Assignment

Replayed: TypeAlias = "Mapping[int, NewReport | GradingError]"


@dataclass(frozen=True, slots=True)
class Plan:
    """An assignment in a course, from the version that holds to another one, or to itself by another engine."""

    course: CourseRecord
    before: Assignment
    after: Assignment

    @property
    def offered(self) -> Offered:
        """The assignment in its course."""
        return Offered(self.course.number, self.before.id)


@dataclass(frozen=True, slots=True)
class Look:
    """What a regrade does, by the records up to those that were `seen`: in outline, and student by student."""

    seen: Seen
    found: Replayed
    outline: Mapping[str, Any]
    detail: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What stands for all that is shown."""
        return digest({**self.outline, **self.detail})


class Replays:
    """Grades a class by another version, beside the gradings of what is handed in."""

    def __init__(self, database: Database, gradings: Gradings) -> None:
        self._database = database
        self._gradings = gradings

    def look(self, plan: Plan, found: Replayed) -> Look:
        """Grade what is not among the `found` yet, and compare."""
        with self._database.reading() as connection:
            seen = regrades.seen(connection, plan.offered)
            numbers = regrades.submission_numbers(connection, plan.offered)
        more = self._replayed([number for number in numbers if number not in found], plan.after.version)
        known = {**found, **more}
        results = {number: _result(one) for number, one in known.items()}
        changes = list(self._changes(plan, results))
        names = Versions(plan.before.version, plan.after.version, self._gradings.engine_version)
        return Look(seen, known, outline(plan.before.id, names, changes), detail(changes, results))

    def _replayed(self, numbers: Sequence[int], version: str) -> Replayed:
        def one(number: int) -> NewReport | GradingError:
            try:
                return self._gradings.replay(number, version)
            except GradingError as fault:
                return fault

        with ThreadPoolExecutor(self._gradings.beside, thread_name_prefix="regrade") as threads:
            return dict(zip(numbers, threads.map(one, numbers), strict=True))

    def _changes(self, plan: Plan, found: Mapping[int, Regraded]) -> Iterator[Change]:
        same = plan.before.version == plan.after.version
        with open_book(self._database, plan.course, plan.before) as book:
            terms = replace(book.terms, late=book.terms.settings.late or plan.after.late)
            for before in book.standings():
                attempts = regraded([one.attempt for one in before.attempts], found, same_version=same)
                yield change(before, standing(before.student, attempts, terms))


def _result(one: NewReport | GradingError) -> Regraded:
    """A fault is told by its last line: the others are for the log."""
    if isinstance(one, NewReport):
        return Regraded(one.body)
    return Regraded(None, str(one).strip().splitlines()[-1].strip())
