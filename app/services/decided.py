"""What people decided, as it holds: also for later attempts, and where grading broke and there is no report."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.db import book as records
from app.db.attempts import Body, bodies_of, parts
from app.db.book import Offered
from app.db.database import Connection
from app.policy.carried import carried
from app.policy.records import Attempt, Override
from app.policy.settings import AssignmentSettings
from app.policy.standing import Status
from app.reports.asked import asked
from app.reports.standing import waiting
from grader.answers import dump
from grader.assignment import Assignment
from grader.report import Verdict
from grader.submission import merged, read_submission

_UNANSWERED = {"points": 0, "verdict": Verdict.MISSING, "feedback": "No answer was handed in.", "waiting": False}


class Posed(NamedTuple):
    """An assignment in a course, by its number, and the settings that hold."""

    course: int
    assignment: Assignment
    settings: AssignmentSettings

    @property
    def offered(self) -> Offered:
        """The assignment's and the course's ids."""
        return Offered(self.course, self.assignment.id)


def attempts_of(connection: Connection, posed: Posed, people: Collection[int]) -> Mapping[int, Sequence[Attempt]]:
    """All submissions of these people with the reports and overrides that hold, oldest first, by student."""
    overrides = overrides_of(connection, posed, people)
    found = records.attempts_of(connection, posed.offered, overrides, people=people)
    return {
        person: [decidable(connection, one, posed.assignment) for one in attempts] for person, attempts in found.items()
    }


def overrides_of(connection: Connection, posed: Posed, people: Collection[int]) -> Mapping[int, Mapping[str, Override]]:
    """The overrides that hold, by submission and item, also those that were made on an earlier attempt."""
    made = records.overrides_of(connection, posed.offered, people=people)
    if not posed.settings.merge or not any(made.values()):
        return made
    answer_of = {item.id: item.answer for item in posed.assignment.items}
    by_student: dict[int, list[Body]] = defaultdict(list)
    for body in bodies_of(connection, posed.offered, people):
        by_student[body.student_number].append(body)
    held = dict(made)
    for bodies in by_student.values():
        if any(made.get(body.number) for body in bodies):
            held |= carried(made, list(merged_texts(bodies).items()), answer_of)
    return held


def merged_texts(bodies: Sequence[Body]) -> Mapping[int, Mapping[str, str]]:
    """The texts of the answers that each submission of a student is graded from, by number, oldest first."""
    texts: dict[int, Mapping[str, str]] = {}
    for body in bodies:
        sent = read_submission(body.body, None, syntax=body.syntax).answers
        earlier = texts.get(body.base_number, {}) if body.base_number is not None else {}
        texts[body.number] = {**earlier, **{key: dump(answer) for key, answer in sent.items()}}
    return texts


def decidable(connection: Connection, attempt: Attempt, assignment: Assignment) -> Attempt:
    """An attempt whose grading broke, once a person has decided on an item: the other answers wait, none of them zero.

    Where nothing was answered there is nothing to wait for.
    """
    if attempt.report is not None or not attempt.failures or not attempt.overrides:
        return attempt
    sent = merged([read_submission(one.body, None, syntax=one.syntax) for one in parts(connection, attempt.number)])
    answer_of = {item.id: item.answer for item in assignment.items}
    report = dict(waiting(asked(assignment), Status.SERVICE_FAILURE))
    items = [one if answer_of[one["id"]] in sent.answers else one | _UNANSWERED for one in report["items"]]
    return replace(attempt, report=json.dumps(report | {"engine_version": "", "items": items}))
