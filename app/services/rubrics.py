"""Versions of rubrics: kept with their texts, and which of them holds for an assignment of a course.

A file's version holds at once for an assignment that nobody has handed in for. A later version is kept, and holds from
the regrade that brings everybody's points to it, so that no class is graded by two versions.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from threading import Lock

from app.assignments import Rubric
from app.db import courses, rubrics, versions
from app.db.database import Database
from app.db.rubrics import Active, NewActivation
from app.db.versions import NewSource
from app.errors import UnknownAssignmentError
from grader.rubric import parse_rubric

log = logging.getLogger(__name__)


class Shelf:
    """Rubrics by version: those that were loaded at the start, and others from the records when they are asked for."""

    def __init__(self, database: Database, loaded: Iterable[Rubric]) -> None:
        self._database = database
        self._lock = Lock()
        self._loaded = tuple(loaded)
        self._kept = {rubric.assignment.version: rubric for rubric in self._loaded}

    def newest(self, assignment_id: str) -> Rubric:
        """The rubric that the folder has for an assignment. Raises `UnknownAssignmentError` with the ids there."""
        found = {rubric.assignment.id: rubric for rubric in self._loaded}
        if assignment_id not in found:
            known = ", ".join(sorted(found)) or "none"
            raise UnknownAssignmentError(f"got the assignment {assignment_id[:80]!r}; the rubric folder has: {known}")
        return found[assignment_id]

    def statement(self, assignment_id: str) -> str | None:
        """The text for students that lies in the folder, with places for numbers."""
        return next((one.statement for one in self._loaded if one.assignment.id == assignment_id), None)

    def version(self, version: str) -> Rubric:
        """The rubric of a version. Raises `UnknownAssignmentError` for one that was never kept."""
        with self._lock:
            if version not in self._kept:
                self._kept[version] = self._read(version)
            return self._kept[version]

    def active(self, course: int, assignment_id: str) -> Rubric:
        """The rubric that holds for an assignment. Raises `UnknownAssignmentError` with the ids that the course has."""
        with self._database.reading() as connection:
            version = rubrics.active_version(connection, course, assignment_id)
        if version is None:
            known = ", ".join(rubric.assignment.id for rubric in self.offered(course)) or "none"
            raise UnknownAssignmentError(f"got the assignment {assignment_id[:80]!r}; known are: {known}")
        return self.version(version)

    def offered(self, course: int) -> list[Rubric]:
        """The rubrics that hold in a course, by assignment id."""
        return [self.version(active.rubric_version) for active in offered_in(self._database, course)]

    def _read(self, version: str) -> Rubric:
        with self._database.reading() as connection:
            text = rubrics.rubric_text(connection, version)
        if text is None:
            raise UnknownAssignmentError(f"got the rubric version {version[:80]!r}; none of this version was kept")
        return Rubric(parse_rubric(text).kept_as(version), text)


def offered_in(database: Database, course: int) -> Sequence[Active]:
    """What a course offers, and the versions that hold, by assignment id."""
    with database.reading() as connection:
        return rubrics.offered(connection, course)


def keep_rubrics(database: Database, loaded: Mapping[str, Rubric], now: datetime) -> None:
    """Enter the versions that are new, and let them hold in the first course where nobody has handed in yet."""
    with database.writing() as connection:
        course = courses.courses(connection)[0].number
        for name, rubric in loaded.items():
            version = rubric.assignment.version
            rubrics.add_rubric(connection, version, name, rubric.text, now)
            source = NewSource(version, None, None, now, "from the rubric folder", rubric.key)
            versions.add_source(connection, name, source)
            holds = rubrics.active_version(connection, course, name)
            if holds is None or (holds != version and not rubrics.is_answered(connection, course, name)):
                new = NewActivation(course, name, version, now, None, "loaded before anybody had handed in")
                rubrics.activate(connection, new)
            elif holds != version and rubrics.rubric_text(connection, holds) != rubric.text:
                log.warning(
                    "%s: the file has version %s, version %s holds; `gradebound regrade` shows what would change",
                    name, version, holds,
                )  # fmt: skip
