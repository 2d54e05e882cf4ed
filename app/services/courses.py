"""Courses: making them, looking at them, and which assignments each offers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from app.assignments import Rubric
from app.db import courses, rubrics
from app.db.audit import Act, add_entry
from app.db.courses import CourseRecord, NewCourse
from app.db.database import Database
from app.db.rubrics import NewActivation
from app.errors import UnknownCourseError
from app.errors.access import BadCourseError, CourseExistsError
from app.services.roles import Caller, Right, demand

MAX_TITLE = 200
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CourseDraft:
    """A course as it is asked for; `zone` is where its days end, by IANA's name."""

    id: str
    title: str
    zone: str = "UTC"

    def check(self) -> None:
        """Raise `BadCourseError` with all that can't be."""
        if faults := tuple(self._faults()):
            raise BadCourseError("; ".join(faults))

    def _faults(self) -> Iterator[str]:
        if not _ID.fullmatch(self.id):
            yield f"got the id {self.id[:80]!a}; it has 1 to 80 of a-z, 0-9, `.`, `_`, `-`, and a letter or digit first"
        if not (self.title.strip() and len(self.title) <= MAX_TITLE and self.title.isprintable()):
            yield f"got the title {self.title[:80]!a}; it has 1 to {MAX_TITLE} printable characters"
        if self.zone not in available_timezones():
            yield f"got the zone {self.zone[:80]!a}; give a name of the IANA time zones, such as Europe/Berlin or UTC"


def create_course(database: Database, by: Caller | None, draft: CourseDraft, now: datetime) -> CourseRecord:
    """Make a course. Raises `ForbiddenError`, `BadCourseError` or `CourseExistsError`."""
    demand(by, Right.MANAGE_COURSES)
    draft.check()
    new = NewCourse(draft.id, draft.title, draft.zone, secrets.token_hex(32), now)
    with database.writing() as connection:
        if courses.course_called(connection, draft.id) is not None:
            raise CourseExistsError(f"got the id {draft.id!r}, which a course has already; choose another")
        number = courses.add_course(connection, new)
        act = Act("course.create", draft.id, {"title": draft.title, "zone": draft.zone}, number)
        add_entry(connection, by, act, now)
    return CourseRecord(number, new.id, new.title, new.zone, new.pseudonym_key)


def list_courses(database: Database, by: Caller | None) -> Sequence[CourseRecord]:
    """All courses. Raises `ForbiddenError`."""
    demand(by, Right.MANAGE_COURSES)
    with database.reading() as connection:
        return courses.courses(connection)


def find_course(database: Database, by: Caller | None, course_id: str) -> CourseRecord:
    """A course by its id. Raises `ForbiddenError` or `UnknownCourseError`."""
    demand(by, Right.MANAGE_COURSES)
    with database.reading() as connection:
        found = courses.course_called(connection, course_id)
    if found is None:
        raise UnknownCourseError(f"got the course {course_id[:80]!r}; there is none of this id")
    return found


def offer(database: Database, by: Caller | None, course_id: str, rubric: Rubric, now: datetime) -> str:
    """Let a course offer an assignment by this version of its rubric; returns the version that holds from now on.

    A version that holds already stays: only a regrade changes it. Raises `ForbiddenError` or `UnknownCourseError`.
    """
    course, assignment = find_course(database, by, course_id), rubric.assignment
    token = by.token_number if by else None
    with database.writing() as connection:
        holds = rubrics.active_version(connection, course.number, assignment.id)
        if holds is not None:
            return holds
        rubrics.add_rubric(connection, assignment.version, assignment.id, rubric.text, now)
        new = NewActivation(course.number, assignment.id, assignment.version, now, token, "the course offers it")
        rubrics.activate(connection, new)
        act = Act("course.offer", assignment.id, {"rubric_version": assignment.version}, course.number)
        add_entry(connection, by, act, now)
    return assignment.version
