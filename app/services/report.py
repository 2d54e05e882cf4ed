"""The report of one submission in the forms that are no JSON of ours: a page to print, and what Gradescope reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.db.database import Database
from app.db.submissions import Found
from app.errors import UnsettledError
from app.policy.records import Details
from app.policy.standing import Standing, Status, Terms, Valued
from app.reports.importers.gradescope import results
from app.reports.page import Reader, Sent, page
from app.reports.page_items import Answers
from app.services.book import book_of
from app.services.read import read_submission_record
from app.services.roles import Caller, Right
from app.services.rubrics import Shelf
from grader.assignment import Assignment
from grader.errors import EnvelopeError
from grader.submission import read_submission


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission as it was sent, and what it is worth among its student's others."""

    found: Found
    assignment: Assignment
    terms: Terms
    standing: Standing
    valued: Valued


def graded(database: Database, shelf: Shelf, caller: Caller, submission_id: str) -> Graded:
    """A submission that the caller may see. Raises `NotFoundError` for any other."""
    found = read_submission_record(database, caller, submission_id)
    assignment = shelf.active(caller.course.number, found.assignment).assignment
    book = book_of(database, caller.course, assignment, person=found.student_number)
    (standing,) = book.standings
    valued = next(one for one in standing.attempts if one.attempt.id == found.id)
    return Graded(found, assignment, book.terms, standing, valued)


def printed(seen: Graded, caller: Caller) -> str:
    """The page for this caller. Names are for those who may read them, and for the student."""
    student, standing = seen.standing.student, seen.standing
    if not caller.may(Right.READ_PEOPLE) and caller.person_number != student.number:
        student = replace(student, details=Details())
    sent = Sent(
        assignment=seen.assignment,
        student=student,
        valued=seen.valued,
        place=standing.attempts.index(seen.valued) + 1,
        attempts=len(standing.attempts),
        counts=seen.valued is standing.counted,
        answers=_answers(seen),
    )
    return page(sent, Reader(seen.terms.zone, standing.due_at, caller.may(Right.READ_ALL)))


def gradescope(seen: Graded) -> Mapping[str, Any]:
    """The `results.json` of a submission. Raises `UnsettledError` while points are open."""
    credit = seen.valued.credit
    if credit is None or seen.valued.status is not Status.GRADED:
        raise UnsettledError(
            f"got a submission of the status {seen.valued.status}; Gradescope reads final scores only, and would take"
            " anything else for a zero: ask again when the status is graded"
        )
    return results(seen.assignment, seen.terms.settings, seen.valued, credit)


def _answers(seen: Graded) -> Answers:
    """The answers one by one; the text as it came where another version of the rubric asks for others by now."""
    try:
        sent = read_submission(seen.found.body, seen.assignment.answer_ids, syntax=seen.found.syntax)
    except EnvelopeError:
        return Answers({}, seen.found.body)
    return Answers(sent.answers)
