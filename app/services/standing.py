"""Where students stand with an assignment, as far as whoever asks may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.db.courses import student_called
from app.errors import StudentNeededError
from app.errors.access import UnknownPersonError
from app.policy.release import released_standing
from app.policy.standing import Standing, Terms
from app.reports.own import own
from app.services.book import open_book
from app.services.overrides import Desk
from app.services.roles import Right, Role


def read_standing(desk: Desk, assignment_id: str, student: str | None) -> Mapping[str, Any]:
    """A student's own standing, or for staff that of the student named.

    Raises `ForbiddenError`, `StudentNeededError`, `UnknownPersonError` or `UnknownAssignmentError`.
    """
    found = list(standings(desk, assignment_id, {_whose(desk, student)}))
    if not found:
        raise UnknownPersonError(f"got the student {desk.caller.name[:80]!r}; the course has none of this id")
    (standing, terms) = found[0]
    return {"assignment": assignment_id, **own(standing, terms)}


def standings(desk: Desk, assignment_id: str, people: Collection[int]) -> Iterator[tuple[Standing, Terms]]:
    """The standings of these people, each as the caller may see it, and the terms."""
    staff = desk.caller.may(Right.READ_ALL)
    assignment = desk.shelf.active(desk.caller.course.number, assignment_id).assignment
    with open_book(desk.database, desk.caller.course, assignment) as book:
        for standing in book.standings([student for student in book.students if student.number in people]):
            yield standing if staff else released_standing(standing, book.terms, assignment, desk.now), book.terms


def _whose(desk: Desk, student: str | None) -> int:
    caller = desk.caller
    if student in {None, caller.name} and caller.role is Role.STUDENT:
        return caller.person_number
    caller.demand(Right.READ_ALL)
    if student is None:
        raise StudentNeededError("got no `student`; name the student whose standing it is: ?student=...")
    with desk.database.reading() as connection:
        person = student_called(connection, caller.course.number, student)
    if person is None:
        raise UnknownPersonError(f"got the student {student[:80]!r}; the course has none of this id")
    return person
