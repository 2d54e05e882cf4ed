"""The report of one submission in the forms that are no JSON of ours: a page to print, and what Gradescope reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.db.attempts import parts
from app.db.database import Database
from app.errors import ForbiddenError, UnsettledError
from app.policy.records import Details
from app.policy.release import released, withheld
from app.policy.settings import Counts
from app.policy.standing import Standing, Terms, Valued
from app.reports.importers.gradescope import results
from app.reports.importers.handover import UnfitError, demand_settled
from app.reports.page import Reader, Sent, page
from app.services.book import book_of
from app.services.read import read_submission_record
from app.services.roles import Caller, Right
from app.services.rubrics import Shelf
from grader.assignment import Assignment
from grader.submission import merged, read_submission


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission's attempt among its student's others, and by item id the answers that it was graded by.

    `withheld` are the kinds of items that its student does not see yet.
    """

    assignment: Assignment
    terms: Terms
    standing: Standing
    valued: Valued
    answers: Mapping[str, Any]
    withheld: Mapping[str, str]


def graded(database: Database, shelf: Shelf, caller: Caller, submission_id: str, now: datetime) -> Graded:
    """A submission that the caller may see. Raises `NotFoundError` for any other."""
    found = read_submission_record(database, caller, submission_id)
    assignment = shelf.active(caller.course.number, found.assignment).assignment
    book = book_of(database, caller.course, assignment, person=found.student_number)
    (standing,) = book.standings
    valued = next(one for one in standing.attempts if one.attempt.id == found.id)
    answers = _answers(database, found.number)
    return Graded(
        assignment, book.terms, standing, valued, answers, withheld(book.terms.settings, standing.due_at, now)
    )


def printed(seen: Graded, caller: Caller) -> str:
    """The page for this caller. Names are for those who may read them, and for the student."""
    student, standing = seen.standing.student, seen.standing
    is_staff = caller.may(Right.READ_ALL)
    if not caller.may(Right.READ_PEOPLE) and caller.person_number != student.number:
        student = replace(student, details=Details())
    hidden = {} if is_staff else seen.withheld
    sent = Sent(
        assignment=seen.assignment,
        student=student,
        valued=released(seen.valued, hidden, seen.assignment, seen.terms.late),
        place=standing.attempts.index(seen.valued) + 1,
        attempts=len(standing.attempts),
        counts=_counts(seen, hidden),
        answers=seen.answers,
    )
    return page(sent, Reader(seen.terms.zone, standing.due_at, is_staff))


def _counts(seen: Graded, hidden: Mapping[str, str]) -> bool | None:
    """Whether the attempt counts; nothing where that would say which of several is better before points are shown."""
    if hidden and seen.terms.settings.counts is Counts.BEST:
        return None
    return seen.valued is seen.standing.counted


def gradescope(seen: Graded, caller: Caller, *, zeros_meant: bool = False) -> Mapping[str, Any]:
    """The `results.json` of a submission, with all points.

    Raises `ForbiddenError` for whoever is not staff before everything is released, and `UnsettledError` while points
    are open or, unless zeros are meant, answers wait for a person.
    """
    if seen.withheld and not caller.may(Right.READ_ALL):
        raise ForbiddenError("results.json has all points, and not all are released to students yet; use a ta's token")
    credit = seen.valued.credit
    if credit is None:
        raise UnsettledError(
            f"got a submission of the status {seen.valued.status}; it has no points yet: ask again when it is graded"
        )
    try:
        demand_settled(credit, zeros_meant=zeros_meant)
    except UnfitError as error:
        raise UnsettledError(
            f"got a submission of the status {seen.valued.status}: {error}. Gradescope reads final scores only, and"
            " would take anything else for a zero: ask again when the status is graded, or, where zeros are meant,"
            " with waiting_as_zero=1"
        ) from None
    return results(seen.assignment, seen.terms.settings, seen.valued, credit)


def _answers(database: Database, number: int) -> Mapping[str, Any]:
    """All answers that count, in a course that merges also those of earlier submissions."""
    with database.reading() as connection:
        sent = parts(connection, number)
    return merged([read_submission(part.body, None, syntax=part.syntax) for part in sent]).answers
