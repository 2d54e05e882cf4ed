"""Who may do what: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.db.courses import CourseRecord
from app.errors import BadNameError, ForbiddenError

MAX_NAME = 200


class Role(StrEnum):
    """What a token lets its bearer do."""

    STUDENT = "student"
    TA = "ta"
    INSTRUCTOR = "instructor"
    CI = "ci"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that a role may allow; the value is what a refusal calls it."""

    SUBMIT_FOR_OTHERS = "submit for somebody else"
    READ_ALL = "read everybody's submissions"
    READ_SCORES = "read the scores of the class"


_STAFF = frozenset(Right)
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.STUDENT: frozenset(),
    Role.CI: frozenset({Right.SUBMIT_FOR_OTHERS}),
    Role.TA: _STAFF,
    Role.INSTRUCTOR: _STAFF,
    Role.ADMIN: _STAFF,
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: a person in one role of one course, by the token that was sent.

    `scopes` are the rights that the token is narrowed to; without them it has all of its role.
    """

    token_number: int
    person_number: int
    name: str
    role: Role
    course: CourseRecord
    scopes: frozenset[str] | None = None

    def may(self, right: Right) -> bool:
        """Whether the role allows it, and the token is not narrowed to other things."""
        return right in RIGHTS[self.role] and (self.scopes is None or right.name.lower() in self.scopes)

    def demand(self, right: Right) -> None:
        """Raise `ForbiddenError` unless the role allows it."""
        if not self.may(right):
            allowed = ", ".join(role for role in Role if right in RIGHTS[role])
            raise ForbiddenError(f"got a token of the role {self.role}; to {right}, use one of: {allowed}")


def checked_name(name: str) -> str:
    """A person's id as it may be: 1 to 200 printable characters, no space at its ends. Raises `BadNameError`."""
    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or name != name.strip():
        raise BadNameError(
            f"got {name[:80]!a}; a person's id has 1 to {MAX_NAME} printable characters and no space at its ends"
        )
    return name
