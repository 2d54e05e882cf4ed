"""Setting an assignment's terms: deadlines, attempts, what is shown when, and extensions for single students."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field

from app.db import courses, terms
from app.db.audit import Act, add_entry
from app.db.book import Offered, settings_of
from app.db.database import Database
from app.db.page import Page, Slice
from app.db.terms import ExtensionRecord, NewExtension
from app.errors.access import UnknownPersonError
from app.errors.submitting import BadSettingsError, NoExtensionError, PreconditionFailedError, PreconditionNeededError
from app.policy.lateness import moment
from app.policy.settings import AssignmentSettings, Moment
from app.services.etags import fits
from app.services.roles import Caller, Right
from grader.frozen import Frozen


class Extended(Frozen):
    """A student's own deadline, and why they have it."""

    due: Moment
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class Whose(NamedTuple):
    """An assignment and a student, by their ids."""

    assignment: str
    student: str


@dataclass(frozen=True, slots=True)
class Change:
    """New settings, and the `If-Match` of whoever sends them: the ETags that they may stand in for."""

    settings: AssignmentSettings
    seen: str | None


def read_settings(database: Database, caller: Caller, assignment_id: str) -> tuple[int, AssignmentSettings]:
    """The settings that hold and the number of their record; 0 and the defaults where none were made."""
    with database.reading() as connection:
        return settings_of(connection, Offered(caller.course.number, assignment_id))


def set_settings(database: Database, caller: Caller, assignment_id: str, change: Change, now: datetime) -> int:
    """Let settings hold from now on; returns the number of their record.

    Raises `ForbiddenError`, `BadSettingsError`, and `PreconditionNeededError` or `PreconditionFailedError` if the
    change is not one of the settings that hold.
    """
    caller.demand(Right.CONFIGURE)
    fitting(change.settings, ZoneInfo(caller.course.zone))
    offered = Offered(caller.course.number, assignment_id)
    with database.writing() as connection:
        holding, before = settings_of(connection, offered)
        _check_seen(change.seen, holding)
        number = terms.add_settings(connection, offered, change.settings, caller.token_number, now)
        add_entry(connection, caller, Act("settings.set", assignment_id, _changed(before, change.settings)), now)
    return number


def grant_extension(database: Database, caller: Caller, whose: Whose, extended: Extended, now: datetime) -> None:
    """Give a student a deadline of their own. Raises `ForbiddenError` or `UnknownPersonError`."""
    caller.demand(Right.EXTEND)
    due = moment(extended.due, ZoneInfo(caller.course.zone))
    offered = Offered(caller.course.number, whose.assignment)
    with database.writing() as connection:
        person = courses.student_called(connection, offered.course, whose.student)
        if person is None:
            raise UnknownPersonError(f"got the student {whose.student[:80]!r}; the course has none of this id")
        new = NewExtension(person, due, extended.reason, now, caller.token_number)
        terms.add_extension(connection, offered, new)
        detail = {"person": person, "due_at": due.isoformat(), "reason": extended.reason}
        add_entry(connection, caller, Act("extension.grant", whose.assignment, detail), now)


def withdraw_extension(database: Database, caller: Caller, whose: Whose, now: datetime) -> None:
    """Take a student's own deadline back. Raises `ForbiddenError` or `NoExtensionError`."""
    caller.demand(Right.EXTEND)
    offered = Offered(caller.course.number, whose.assignment)
    with database.writing() as connection:
        person = courses.student_called(connection, offered.course, whose.student)
        if person is None or terms.extension_of(connection, offered, person) is None:
            raise NoExtensionError(f"got the student {whose.student[:80]!r}, who has no extension here")
        terms.add_extension(connection, offered, NewExtension(person, None, "", now, caller.token_number))
        add_entry(connection, caller, Act("extension.withdraw", whose.assignment, {"person": person}), now)


def list_extensions(database: Database, caller: Caller, assignment_id: str, page: Page) -> Slice[ExtensionRecord]:
    """The extensions that hold. Raises `ForbiddenError`."""
    caller.demand(Right.EXTEND)
    with database.reading() as connection:
        return terms.extensions(connection, Offered(caller.course.number, assignment_id), page)


def _check_seen(seen: str | None, holding: int) -> None:
    if seen is None and holding:
        raise PreconditionNeededError(
            "got no `If-Match`, and there are settings already: GET them, and send their `ETag` as `If-Match`"
        )
    if not fits(seen or "*", holding):
        raise PreconditionFailedError(
            f'got `If-Match: {(seen or "")[:80]}`, but "{holding}" holds: GET the settings and change those'
        )


def fitting(settings: AssignmentSettings, zone: ZoneInfo) -> None:
    """Raise `BadSettingsError` for moments that do not exist by the clocks of the zone, or are in the wrong order."""
    for name in ("opens", "due"):
        written: datetime | None = getattr(settings, name)
        if written and not written.tzinfo and moment(written, zone).astimezone(zone).replace(tzinfo=None) != written:
            raise BadSettingsError(
                f"`{name}`: got {written.isoformat()}, when the clocks of {zone.key} are put forward: they never show"
                " it. Take another minute, or write an offset"
            )
    if settings.opens and settings.due and moment(settings.opens, zone) >= moment(settings.due, zone):
        raise BadSettingsError(
            f"`opens`: got {settings.opens.isoformat()}, which is not before `due`, {settings.due.isoformat()}"
        )


def _changed(before: AssignmentSettings, after: AssignmentSettings) -> Mapping[str, Any]:
    """What is different, by key: the value before and the value now."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    return {key: {"from": old[key], "to": new[key]} for key in new if new[key] != old[key]}
