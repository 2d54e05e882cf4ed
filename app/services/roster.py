"""Who is in a course: reading a roster in, listing people, letting them leave, erasing what is known of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import roster
from app.db.audit import Act, add_entry
from app.db.courses import person_number, read_from_roster
from app.db.database import Connection, Database
from app.db.page import Page, Slice
from app.db.roster import MemberRecord, Membership, Wanted
from app.errors import ForbiddenError
from app.errors.access import RosterError, UnknownPersonError
from app.roster.entry import Entry
from app.roster.plan import Plan, plan, shared_by_two
from app.roster.reading import read_roster
from app.services.roles import RIGHTS, Caller, Right, Role, lacking


@dataclass(frozen=True, slots=True)
class Import:
    """A roster file to read in; students that it has not leave if `remove_missing`; nothing happens if `dry_run`."""

    text: str
    dry_run: bool
    remove_missing: bool


def import_roster(database: Database, caller: Caller, wanted: Import, now: datetime) -> Plan:
    """Make a course's people those of a file, all or nothing; returns what changed, or what would.

    Raises `ForbiddenError`, also for a role above the caller's, or `RosterError` with all faults of the file.
    """
    caller.demand(Right.MANAGE_PEOPLE)
    entries = read_roster(wanted.text)
    _check_roles(caller, {entry.role for entry in entries})
    if wanted.dry_run:
        with database.reading() as connection:
            return _planned(connection, caller, entries, wanted)
    with database.writing() as connection:
        planned = _planned(connection, caller, entries, wanted)
        if any(entry.role == Role.STUDENT for entry in entries):
            read_from_roster(connection, caller.course.number, now)
        roster.apply(connection, caller.course.number, planned.changes, now)
        leaving = planned.missing if wanted.remove_missing else ()
        for member in leaving:
            person = person_number(connection, member.id)
            roster.leave(connection, caller.course.number, person, member.role, now)
        counts = {
            "joined": len(planned.joining), "returned": len(planned.returning),
            "changed": len(planned.changing), "left": len(leaving),
        }  # fmt: skip
        add_entry(connection, caller, Act("roster.import", caller.course.id, counts), now)
    return planned


def _planned(connection: Connection, caller: Caller, entries: Sequence[Entry], wanted: Import) -> Plan:
    on_record = roster.on_record(connection, caller.course.number)
    if faults := shared_by_two(entries, on_record, remove_missing=wanted.remove_missing):
        raise RosterError(faults)
    return plan(entries, on_record)


def list_people(database: Database, caller: Caller, wanted: Wanted, page: Page) -> Slice[MemberRecord]:
    """The people of the caller's course. Raises `ForbiddenError`."""
    caller.demand(Right.READ_PEOPLE)
    with database.reading() as connection:
        return roster.members(connection, caller.course.number, wanted, page)


def leave_course(database: Database, caller: Caller, name: str, now: datetime) -> None:
    """End all that a person is in the caller's course, and with it their tokens there.

    Raises `ForbiddenError`, also for somebody whose role is above the caller's, or `UnknownPersonError`.
    """
    caller.demand(Right.MANAGE_PEOPLE)
    with database.writing() as connection:
        person = roster.person_called(connection, name)
        held = roster.memberships(connection, person) if person is not None else ()
        roles = {one.role for one in held if one.course_number == caller.course.number and not one.left}
        if person is None or not roles:
            raise _unknown(name)
        _check_roles(caller, roles)
        roster.leave(connection, caller.course.number, person, None, now)
        add_entry(connection, caller, Act("person.leave", f"person {person}", {"roles": sorted(roles)}), now)


def erase_person(database: Database, caller: Caller, name: str, now: datetime) -> str:
    """Take away what is known of a person and their id, in every course, and leave their work under a new id.

    They leave all courses and their tokens end. Somebody who is still in another course is an admin's to erase.
    Returns the new id. Raises `ForbiddenError` or `UnknownPersonError`.
    """
    caller.demand(Right.MANAGE_PEOPLE)
    with database.writing() as connection:
        person = roster.person_called(connection, name)
        held = roster.memberships(connection, person) if person is not None else ()
        if person is None or caller.course.number not in {one.course_number for one in held}:
            raise _unknown(name)
        _check_erasable(caller, held)
        pseudonym = f"erased-{secrets.token_hex(6)}"
        roster.erase(connection, person, pseudonym, now)
        add_entry(connection, caller, Act("person.erase", f"person {person}"), now)
    return pseudonym


def _check_erasable(caller: Caller, held: Iterable[Membership]) -> None:
    present = [one for one in held if not one.left]
    _check_roles(caller, {one.role for one in present})
    if any(one.course_number != caller.course.number for one in present):
        caller.demand(Right.MANAGE_COURSES)


def _check_roles(caller: Caller, roles: Iterable[str]) -> None:
    """Raise `ForbiddenError` if one of the roles may do what the caller may not."""
    for role in sorted(roles):
        if more := lacking(RIGHTS[caller.role], RIGHTS[Role(role)]):
            raise ForbiddenError(f"a person of the role {role} may {more[0]}, and you may not: ask somebody who may")


def _unknown(name: str) -> UnknownPersonError:
    return UnknownPersonError(f"got the id {name[:80]!a}; there is nobody of this id in the course")
