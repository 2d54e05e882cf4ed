"""What a roster changes in a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.errors.access import LineFault
from app.policy.names import composed, folded
from app.policy.records import Details
from app.roster.entry import DETAILS, Entry, Present

_ONE_EACH: Mapping[str, str] = {"email": "mail address", "student_number": "student number"}


@dataclass(frozen=True, slots=True)
class Change:
    """A membership that is to be other than it is: before, where there was any, and after."""

    before: Present | None
    after: Present

    @property
    def fields(self) -> Mapping[str, tuple[str, str]]:
        """What changes: field by field, from what to what."""
        if self.before is None:
            return {}
        old, new = _fields(self.before), _fields(self.after)
        return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


@dataclass(frozen=True, slots=True)
class Plan:
    """Who joins, who comes back, who changes, how many stay as they are, and which students the file has not."""

    joining: tuple[Change, ...]
    returning: tuple[Change, ...]
    changing: tuple[Change, ...]
    unchanged: int
    missing: tuple[Present, ...]

    @property
    def alike(self) -> tuple[tuple[str, str], ...]:
        """Who joins, beside a student that the file has not and whose id differs by case, form or blanks alone."""
        left_over = {folded(member.id): member.id for member in self.missing}
        joining = (change.after.id for change in self.joining if change.after.role == "student")
        return tuple((name, left_over[folded(name)]) for name in joining if folded(name) in left_over)

    @property
    def changes(self) -> tuple[Change, ...]:
        """All that is to be written, but for who leaves."""
        return self.joining + self.returning + self.changing


def plan(entries: Iterable[Entry], on_record: Iterable[Present]) -> Plan:
    """What has to change so that the records say what the entries say; a blank in a file changes nothing.

    What is known of a person holds in all roles, also for one that is new.
    """
    known = {(composed(member.id), member.role): member for member in on_record}
    details = {name: member.details for (name, _), member in known.items()}
    changes = []
    for entry in entries:
        before = known.pop((entry.id, entry.role), None)
        changes.append(Change(before, _after(entry, before, details)))
    joining = tuple(change for change in changes if change.before is None)
    returning = tuple(change for change in changes if change.before and change.before.left)
    staying = [change for change in changes if change.before and not change.before.left]
    changing = tuple(change for change in staying if change.fields)
    missing = tuple(member for member in known.values() if member.role == "student" and not member.left)
    return Plan(joining, returning, changing, len(staying) - len(changing), missing)


def shared_by_two(
    entries: Sequence[Entry], on_record: Iterable[Present] = (), *, remove_missing: bool = False
) -> list[LineFault]:
    """What two people would have of which each has one of their own: a mail address, a student number.

    Whoever is `on_record` counts with what the entries leave as it is, unless they have left, or leave by this.
    """
    said = {(entry.id, name) for entry in entries for name in _ONE_EACH if name in entry.given}
    named = {entry.id for entry in entries}
    holders: dict[tuple[str, str], tuple[str, str]] = {}
    for member in on_record:
        leaves = member.left or (remove_missing and member.role == "student")
        if composed(member.id) in named or not leaves:
            for name in _ONE_EACH:
                value = getattr(member.details, name)
                if value and (composed(member.id), name) not in said:
                    holders[name, folded(value)] = composed(member.id), "in the course"
    faults = []
    for entry in entries:
        for name, called in _ONE_EACH.items():
            if value := entry.given.get(name):
                holder, where = holders.setdefault((name, folded(value)), (entry.id, f"in line {entry.line}"))
                if holder != entry.id:
                    told = f"{entry.id!a} has the {called} {value!a}, and so has {holder!a} {where}; each has their own"
                    faults.append(LineFault(entry.line, told))
    return faults


def _after(entry: Entry, before: Present | None, details: Mapping[str, Details]) -> Present:
    from_record = before.details if before else details.get(entry.id)
    said = {name: entry.given[name] for name in DETAILS if name in entry.given}
    known = replace(from_record, **said) if from_record else Details(**said)
    section = entry.given.get("section", before.section if before else "")
    return Present(before.id if before else entry.id, entry.role, section, known, left=False)


def _fields(member: Present) -> Mapping[str, str]:
    return {"section": member.section} | {name: getattr(member.details, name) for name in DETAILS}
