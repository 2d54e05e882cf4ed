"""The book of an assignment: where every student stands, derived from the records whenever it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.db import book as records
from app.db.book import Offered
from app.db.courses import CourseRecord
from app.db.database import Connection, Database
from app.policy.records import Attempt, Student
from app.policy.standing import Standing, Terms, standing
from app.services.decided import Posed, attempts_of
from grader.assignment import Assignment

_STUDENTS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Book:
    """An assignment in a course with its terms, and all its students' standings, by name."""

    course: CourseRecord
    assignment: Assignment
    terms: Terms
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A book that is read a few students at a time, all from one state of the records, however large the class is.

    `attempts` gives the attempts of the people with these numbers.
    """

    course: CourseRecord
    assignment: Assignment
    terms: Terms
    students: Sequence[Student]
    attempts: Callable[[Collection[int]], Mapping[int, Sequence[Attempt]]]

    def standings(self, students: Sequence[Student] | None = None) -> Iterator[Standing]:
        """Where these students stand, in their order; without them, all by name."""
        chosen = self.students if students is None else students
        for start in range(0, len(chosen), _STUDENTS_AT_ONCE):
            some = chosen[start : start + _STUDENTS_AT_ONCE]
            attempts = self.attempts([student.number for student in some])
            for student in some:
                yield standing(student, attempts.get(student.number, ()), self.terms)


def book_of(database: Database, course: CourseRecord, assignment: Assignment, *, person: int | None = None) -> Book:
    """The book of an assignment, or one person's page of it. Whoever calls this has checked who may see it."""
    with open_book(database, course, assignment, person=person) as book:
        return Book(course, assignment, book.terms, tuple(book.standings()))


@contextmanager
def open_book(
    database: Database, course: CourseRecord, assignment: Assignment, *, person: int | None = None
) -> Iterator[OpenBook]:
    """The same, to be read while the block lasts."""
    offered = Offered(course.number, assignment.id)
    with database.reading() as connection:
        terms = terms_of(connection, course, assignment)
        students = records.students_of(connection, offered, person=person)

        def attempts(people: Collection[int]) -> Mapping[int, Sequence[Attempt]]:
            return attempts_of(connection, Posed(course.number, assignment, terms.settings), people)

        yield OpenBook(course, assignment, terms, students, attempts)


def terms_of(connection: Connection, course: CourseRecord, assignment: Assignment) -> Terms:
    """By what an assignment is counted in a course now."""
    _, settings = records.settings_of(connection, Offered(course.number, assignment.id))
    return Terms(settings, settings.late or assignment.late, ZoneInfo(course.zone))
