"""A person's word on an item of a submission. It stands in for the report's points, also of reports to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from app.db import overrides, submissions
from app.db.audit import Act, add_entry
from app.db.database import Connection, Database
from app.db.overrides import NewOverride, OverrideRow
from app.db.submissions import Found
from app.errors import NotFoundError
from app.errors.grades import NoOverrideError, PointsOutOfRangeError, UnknownItemError
from app.errors.submitting import PreconditionFailedError
from app.policy.bounds import Bounds, bounds
from app.reports.cells import number
from app.reports.standing import instant
from app.services.etags import etag, fits
from app.services.roles import Caller, Right
from app.services.rubrics import Shelf


class Place(NamedTuple):
    """An item of a submission, by their ids."""

    submission: str
    item: str


class Word(NamedTuple):
    """Points and why; without points it takes back what holds. `seen` is an `If-Match`, if one was sent."""

    points: Decimal | None
    reason: str
    seen: str | None = None


class History(NamedTuple):
    """All that was said on an item, and the ETag of that."""

    shown: Mapping[str, Any]
    etag: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Where decisions are made: on which records, who decides, from which shelf the rubrics are, and when."""

    database: Database
    caller: Caller
    shelf: Shelf
    now: datetime


def decide(desk: Desk, place: Place, word: Word) -> History:
    """Let a person's word on an item hold, or take back what holds.

    Raises `ForbiddenError`, `NotFoundError`, `UnknownItemError`, `PointsOutOfRangeError`, `NoOverrideError` or
    `PreconditionFailedError`.
    """
    desk.caller.demand(Right.DECIDE)
    with desk.database.writing() as connection:
        found, within = find_item(connection, desk, place)
        last = overrides.last_word(connection, found.number, place.item)
        _check(place, word, within, last)
        add_word(connection, desk, found.number, place, word)
        return _history(connection, found, place.item)


def read_history(desk: Desk, place: Place) -> History:
    """What holds of an item, and all that was said before. Raises `ForbiddenError`, or as `decide` does."""
    desk.caller.demand(Right.READ_ALL)
    with desk.database.reading() as connection:
        found, _ = find_item(connection, desk, place)
        return _history(connection, found, place.item)


def add_word(connection: Connection, desk: Desk, submission: int, place: Place, word: Word) -> None:
    """Append a word that was checked, and that it was said."""
    caller, now = desk.caller, desk.now
    new = NewOverride(submission, place.item, word.points, word.reason, now, caller.token_number)
    overrides.add_override(connection, new)
    action = "override.withdraw" if word.points is None else "override.set"
    detail = {"item": place.item, "points": word.points, "reason": word.reason}
    add_entry(connection, caller, Act(action, place.submission, detail), now)


def demand_within(points: Decimal, within: Bounds, item: str) -> None:
    """Raise `PointsOutOfRangeError` for points that an item can't have."""
    if not within.least <= points <= within.most:
        raise PointsOutOfRangeError(
            f"got {points} points; {item} has from {number(within.least)} to {number(within.most)}: stay within"
        )


def find_item(connection: Connection, desk: Desk, place: Place) -> tuple[Found, Bounds]:
    """The submission, if it is one of the course, and between which points its item may be.

    Raises `NotFoundError` or `UnknownItemError`.
    """
    found = submissions.find(connection, desk.caller.course.number, place.submission)
    if found is None:
        raise NotFoundError(f"got the id {place.submission[:80]!r}; the course has no such submission")
    known = bounds(desk.shelf.active(desk.caller.course.number, found.assignment).assignment)
    if place.item not in known:
        raise UnknownItemError(f"got the item {place.item[:80]!r}; {found.assignment} has: {', '.join(known)}")
    return found, known[place.item]


def _check(place: Place, word: Word, within: Bounds, last: OverrideRow | None) -> None:
    if word.seen is not None and not fits(word.seen, last.number if last else 0):
        raise PreconditionFailedError(
            f"got `If-Match: {word.seen[:80]}`, but {etag(last.number if last else 0)} holds: somebody else has decided"
            " on this item since; GET its override and look"
        )
    if word.points is not None:
        demand_within(word.points, within, place.item)
    elif last is None or last.points is None:
        raise NoOverrideError(f"got {place.item}, of which no override holds in this submission: nothing to take back")


def _history(connection: Connection, found: Found, item: str) -> History:
    rows = overrides.override_history(connection, found.number, item)
    said = [_described(row) for row in rows]
    holds = said[-1] if rows and rows[-1].points is not None else None
    shown = {"submission": found.id, "item": item, "holds": holds, "history": said}
    return History(shown, etag(rows[-1].number if rows else 0))


def _described(row: OverrideRow) -> dict[str, Any]:
    return {
        "points": None if row.points is None else number(row.points),
        "reason": row.reason,
        "made_at": instant(row.made_at),
        "by": row.by,
        "role": row.role,
    }
