"""What waits for a person: answers that the engine could not decide or read, or whose grading broke, oldest first.

Listed are the attempts that count, since no other decides a grade; where the best attempt counts, all of them, since
any may turn out to be the best. An item that has an override is decided. Answers of the same text are told together.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.db.attempts import bodies_of
from app.db.book import Offered
from app.db.page import Page, Slice
from app.policy.settings import Counts
from app.policy.standing import Standing, Status, Valued
from app.reports.standing import instant
from app.reports.words import readable
from app.services.book import open_book
from app.services.decided import merged_texts
from app.services.overrides import Desk
from app.services.roles import Right
from grader.answers import parse_json
from grader.assignment import Assignment
from grader.report import Verdict

_ITEMS_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Undecided:
    """An item of an attempt that waits for a person; `answer` is what it is graded from, as JSON."""

    number: int
    student: str
    attempt: Valued
    counts: bool
    item: str
    verdict: str
    answer: str

    @property
    def text(self) -> str:
        """The answer as a person reads it."""
        return readable(parse_json(self.answer))

    @property
    def same(self) -> tuple[str, str, str]:
        """What answers of the same text to the same item have in common; blanks and ends of lines do not matter.

        The first sign of the JSON keeps a number apart from a text of the same digits.
        """
        return self.item, self.answer[:1], " ".join(self.text.split())


def list_undecided(desk: Desk, assignment_id: str, page: Page) -> tuple[Slice[Undecided], Mapping[str, Any]]:
    """A page of what waits, and how it is shown. Raises `ForbiddenError` or `UnknownAssignmentError`."""
    desk.caller.demand(Right.DECIDE)
    assignment = desk.shelf.active(desk.caller.course.number, assignment_id).assignment
    found = waiting(desk, assignment)
    rows = page.of([one for one in found if page.after is None or one.number > page.after][: page.fetched])
    alike: dict[tuple[str, str, str], list[Undecided]] = defaultdict(list)
    for one in found:
        alike[one.same].append(one)
    shown = [_described(one, alike[one.same]) for one in rows.rows]
    return rows, {"assignment": assignment.id, "waiting": len(found), "undecided": shown}


def waiting(desk: Desk, assignment: Assignment) -> list[Undecided]:
    """All that waits, oldest first."""
    with open_book(desk.database, desk.caller.course, assignment) as book:
        standings = [one for one in book.standings() if any(_open_items(valued, assignment) for valued in one.attempts)]
        texts = _texts(desk, assignment, standings)
        found = [
            Undecided(
                valued.attempt.number * _ITEMS_AT_MOST + place, standing.student.name, valued,
                valued is standing.counted, item, verdict, texts[valued.attempt.number][answer],
            )
            for standing in standings
            for valued in _considered(standing, book.terms.settings.counts)
            for place, item, answer, verdict in _open_items(valued, assignment)
            if answer in texts.get(valued.attempt.number, {})
        ]  # fmt: skip
    return sorted(found, key=lambda one: one.number)


def _considered(standing: Standing, counts: Counts) -> Sequence[Valued]:
    if counts is Counts.BEST:
        return standing.attempts
    return () if standing.counted is None else (standing.counted,)


def _open_items(valued: Valued, assignment: Assignment) -> list[tuple[int, str, str, str]]:
    """The items of an attempt that wait: place in the report, item, the answer that it is graded from, verdict."""
    answer_of = {item.id: item.answer for item in assignment.items}
    if valued.credit is None:
        broken = valued.status is Status.SERVICE_FAILURE
        asked = enumerate(answer_of.items())
        return [(place, *pair, Verdict.SERVICE_FAILURE) for place, pair in asked] if broken else []
    return [
        (place, item.id, answer_of.get(item.id, item.id), item.verdict)
        for place, item in enumerate(valued.credit.items)
        if item.waiting
    ]


def _texts(desk: Desk, assignment: Assignment, standings: Sequence[Standing]) -> Mapping[int, Mapping[str, str]]:
    """The texts of the answers of these students' attempts, by the attempt's number and the answer's id."""
    people = [standing.student.number for standing in standings]
    with desk.database.reading() as connection:
        bodies = bodies_of(connection, Offered(desk.caller.course.number, assignment.id), people)
    return merged_texts(bodies)


def _described(one: Undecided, alike: Sequence[Undecided]) -> dict[str, Any]:
    attempt = one.attempt.attempt
    report = json.loads(attempt.report) if attempt.report else {"items": ()}
    item: Mapping[str, Any] = next((item for item in report["items"] if item["id"] == one.item), {})
    return {
        "student": one.student,
        "submission": attempt.id,
        "submitted_at": instant(attempt.received_at),
        "counts": one.counts,
        "item": one.item,
        "verdict": one.verdict,
        "answer": one.answer,
        "text": one.text,
        "max_points": item.get("max_points"),
        "feedback": item.get("feedback"),
        "evidence": item.get("evidence"),
        "identical": list(_others(one, alike)),
    }


def _others(one: Undecided, alike: Sequence[Undecided]) -> Iterator[dict[str, str]]:
    for other in alike:
        if other is not one:
            yield {"student": other.student, "submission": other.attempt.attempt.id}
