"""What a roster says of one person, and what the records say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.policy.records import Details

DETAILS = ("given_name", "family_name", "email", "student_number")


@dataclass(frozen=True, slots=True)
class Entry:
    """A person in a role. `given` is what the file says beside that, by field; what it leaves blank is not in it.

    `line` is where the file says so, counted from 1.
    """

    id: str
    role: str
    given: Mapping[str, str] = field(default_factory=dict)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Present:
    """A membership as it is on record."""

    id: str
    role: str
    section: str
    details: Details
    left: bool
