"""Deciding on an answer that waits for a person, and on all of the same text at once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from app.db import overrides
from app.reports.cells import number
from app.services.overrides import Desk, Place, Word, add_word, demand_within, find_item
from app.services.roles import Right
from app.services.undecided import waiting
from grader.assignment import Assignment


class Decision(NamedTuple):
    """Points and why, for one answer or for all of the same text that wait."""

    points: Decimal
    reason: str
    also_identical: bool


def decide_alike(desk: Desk, place: Place, decision: Decision) -> Mapping[str, Any]:
    """Decide on an answer, and on all of the same text that wait as well, if it is so decided.

    Each is an override whose reason says that it was decided. Raises `ForbiddenError`, `NotFoundError`,
    `UnknownItemError` or `PointsOutOfRangeError`.
    """
    desk.caller.demand(Right.DECIDE)
    with desk.database.reading() as connection:
        found, within = find_item(connection, desk, place)
    demand_within(decision.points, within, place.item)
    assignment = desk.shelf.active(desk.caller.course.number, found.assignment).assignment
    alike = _alike(desk, assignment, place) if decision.also_identical else []
    word = Word(decision.points, f"Decided by a person: {decision.reason}")
    decided = []
    with desk.database.writing() as connection:
        for submission, one in [(found.number, place), *alike]:
            last = overrides.last_word(connection, submission, one.item)
            if one == place or last is None or last.points is None:  # nobody else has decided on it meanwhile
                add_word(connection, desk, submission, one, word)
                decided.append(one.submission)
    return {"item": place.item, "points": number(decision.points), "reason": word.reason, "decided": decided}


def _alike(desk: Desk, assignment: Assignment, place: Place) -> list[tuple[int, Place]]:
    """Where else an answer of the same text to the same item waits."""
    found = [(one, Place(one.attempt.attempt.id, one.item)) for one in waiting(desk, assignment)]
    mine = [one.same for one, where in found if where == place]
    return [(one.attempt.attempt.number, where) for one, where in found if one.same in mine and where != place]
