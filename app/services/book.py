"""The book of an assignment: where every student stands, derived from the records whenever it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.db import book as records
from app.db.book import Offered
from app.db.courses import CourseRecord
from app.db.database import Database
from app.policy.standing import Standing, Terms, standing
from app.services.roles import Caller, Right
from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Book:
    """An assignment in a course with its terms, and all its students' standings, by name."""

    course: CourseRecord
    assignment: Assignment
    terms: Terms
    standings: tuple[Standing, ...]


def class_book(database: Database, caller: Caller, assignment: Assignment) -> Book:
    """Everybody's standing. Raises `ForbiddenError`."""
    caller.demand(Right.READ_SCORES)
    return book_of(database, caller.course, assignment)


def book_of(database: Database, course: CourseRecord, assignment: Assignment, *, person: int | None = None) -> Book:
    """The book of an assignment, or one person's page of it. Whoever calls this has checked who may see it."""
    offered = Offered(course.number, assignment.id)
    with database.reading() as connection:
        _, settings = records.settings_of(connection, offered)
        students = records.students_of(connection, offered, person=person)
        attempts = records.attempts_of(connection, offered, person=person)
    terms = Terms(settings, settings.late or assignment.late, ZoneInfo(course.zone))
    standings = (standing(student, attempts.get(student.number, ()), terms) for student in students)
    return Book(course, assignment, terms, tuple(standings))
