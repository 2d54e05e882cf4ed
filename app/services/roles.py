"""Who may do what: one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.db.courses import CourseRecord
from app.errors import BadNameError, ForbiddenError
from app.policy.names import composed

MAX_NAME = 200


class Role(StrEnum):
    """What a token lets its bearer do."""

    STUDENT = "student"
    TA = "ta"
    INSTRUCTOR = "instructor"
    CI = "ci"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that a role may allow; the value is what a refusal calls it, the lower-case name is its scope."""

    SUBMIT = "submit as yourself"
    SUBMIT_FOR_OTHERS = "submit for somebody else"
    READ_ALL = "read everybody's submissions"
    READ_SCORES = "read the scores of the class"
    READ_PEOPLE = "read names and mail addresses"
    DECIDE = "decide and override items"
    EXTEND = "grant extensions"
    CONFIGURE = "change an assignment's settings and rubric"
    REGRADE = "regrade an assignment"
    MANAGE_PEOPLE = "change who is in the course"
    MANAGE_TOKENS = "make, list and revoke tokens"
    READ_AUDIT = "read the audit log"
    MANAGE_COURSES = "make courses and say what they offer"

    @property
    def scope(self) -> str:
        """What a token that is narrowed to this right calls it."""
        return self.name.lower()


_TA = frozenset({
    Right.SUBMIT_FOR_OTHERS, Right.READ_ALL, Right.READ_SCORES, Right.READ_PEOPLE, Right.DECIDE, Right.EXTEND,
    Right.REGRADE,
})  # fmt: skip
_INSTRUCTOR = _TA | {Right.CONFIGURE, Right.MANAGE_PEOPLE, Right.MANAGE_TOKENS, Right.READ_AUDIT}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.STUDENT: frozenset({Right.SUBMIT}),
    Role.CI: frozenset({Right.SUBMIT_FOR_OTHERS}),
    Role.TA: _TA,
    Role.INSTRUCTOR: _INSTRUCTOR,
    Role.ADMIN: _INSTRUCTOR | {Right.MANAGE_COURSES},
}


def rights_of(role: Role, scopes: frozenset[str] | None) -> frozenset[Right]:
    """What a role lets do when it is narrowed to `scopes`, or all of it without them."""
    return frozenset(right for right in RIGHTS[role] if scopes is None or right.scope in scopes)


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
        return right in self.rights

    @property
    def rights(self) -> frozenset[Right]:
        """All that the token lets its bearer do."""
        return rights_of(self.role, self.scopes)

    def demand(self, right: Right) -> None:
        """Raise `ForbiddenError` unless the role allows it and the token is not narrowed to other things."""
        if right not in RIGHTS[self.role]:
            allowed = ", ".join(role for role in Role if right in RIGHTS[role])
            raise ForbiddenError(f"got a token of the role {self.role}; to {right}, use one of: {allowed}")
        if not self.may(right):
            raise ForbiddenError(
                f"got a token that is narrowed to {', '.join(sorted(self.scopes or ())) or 'nothing'};"
                f" to {right}, use one with the scope {right.scope}"
            )


def demand(by: Caller | None, right: Right) -> None:
    """Raise `ForbiddenError` unless the caller may; nobody is an operator on the command line, who may do all."""
    if by is not None:
        by.demand(right)


def lacking(own: frozenset[Right], rights: frozenset[Right]) -> Sequence[Right]:
    """What of `rights` is not among one's own, in the order of the table; who submits for others may submit."""
    implied = {Right.SUBMIT} if Right.SUBMIT_FOR_OTHERS in own else set()
    return [right for right in Right if right in rights - own - implied]


def checked_name(name: str) -> str:
    """A person's id as it may be: 1 to 200 printable characters, no space at its ends; composed (NFC).

    Raises `BadNameError`.
    """
    if not 0 < len(name) <= MAX_NAME or not name.isprintable() or name != name.strip():
        raise BadNameError(
            f"got {name[:80]!a}; a person's id has 1 to {MAX_NAME} printable characters and no space at its ends"
        )
    return composed(name)
