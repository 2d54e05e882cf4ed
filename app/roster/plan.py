"""What a roster changes in a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.policy.records import Details
from app.roster.entry import DETAILS, Entry, Present


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
    def changes(self) -> tuple[Change, ...]:
        """All that is to be written, but for who leaves."""
        return self.joining + self.returning + self.changing


def plan(entries: Iterable[Entry], on_record: Iterable[Present]) -> Plan:
    """What has to change so that the records say what the entries say; a blank in a file changes nothing.

    What is known of a person holds in all roles, also for one that is new.
    """
    known = {(member.id, member.role): member for member in on_record}
    details = {member.id: member.details for member in known.values()}
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


def _after(entry: Entry, before: Present | None, details: Mapping[str, Details]) -> Present:
    from_record = before.details if before else details.get(entry.id)
    said = {name: entry.given[name] for name in DETAILS if name in entry.given}
    known = replace(from_record, **said) if from_record else Details(**said)
    section = entry.given.get("section", before.section if before else "")
    return Present(entry.id, entry.role, section, known, left=False)


def _fields(member: Present) -> Mapping[str, str]:
    return {"section": member.section} | {name: getattr(member.details, name) for name in DETAILS}
