"""Refusals about people and access: courses, rosters, tokens, identities, quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from app.errors import NotFoundError, NoTokenError, RefusalError
from app.errors.base import faults_of

MAX_TOLD, MAX_LISTED = 5, 200


class UnknownPersonError(NotFoundError):
    """Nobody of this id in the course."""

    code = "unknown_person"
    title = "Nobody of this id"


class UnknownTokenError(NotFoundError):
    """No valid token of this number in the course."""

    code = "unknown_token"
    title = "No valid token of this number"


class CourseExistsError(RefusalError):
    """A course of this id is there already."""

    status = 409
    code = "course_exists"
    title = "There is a course of this id already"


class BadCourseError(RefusalError):
    """A course's id, title or zone that can't be one."""

    status = 422
    code = "bad_course"
    title = "This can't be a course"


class BadGrantError(RefusalError):
    """A token's scopes or end that can't be such."""

    status = 422
    code = "bad_grant"
    title = "A token can't be good for this"


@dataclass(frozen=True, slots=True)
class LineFault:
    """What can't be in a line of a file; lines count from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class RosterError(RefusalError):
    """A roster with faults; nothing of it was done."""

    status = 422
    code = "bad_roster"
    title = "The roster has faults"

    def __init__(self, faults: Sequence[LineFault]) -> None:
        said = "; ".join(map(str, faults[:MAX_TOLD])) + ("; ..." if len(faults) > MAX_TOLD else "")
        super().__init__(f"got {faults_of(faults)}, and changed nothing; correct this and send it again: {said}")
        self._faults = [asdict(fault) for fault in faults[:MAX_LISTED]]

    @property
    def members(self) -> Mapping[str, Any]:
        """The faults with their lines."""
        return {"faults": self._faults}


class BadIdentityError(NoTokenError):
    """A workload's identity token that can't be believed, or was used."""

    code = "bad_identity"
    title = "The identity token can't be accepted"


class IssuerUnreachableError(RefusalError):
    """The issuer of an identity token could not be asked for its keys."""

    status = 503
    code = "issuer_unreachable"
    title = "The issuer's keys can't be read"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "60"})


class TooManyRequestsError(RefusalError):
    """More requests than the caller's quota; `headers` say how many it has, and when to try again."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(message)
        self.headers = headers


class TooBusyError(RefusalError):
    """More requests at the same time than the service answers, whoever they are from."""

    status = 503
    code = "too_busy"
    title = "Too many requests at the same time"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "1"})


class BodyLateError(RefusalError):
    """A body of which a part did not arrive in time; nothing was kept."""

    status = 408
    code = "too_slow"
    title = "The body did not arrive in time"
    headers: Mapping[str, str] = MappingProxyType({"Connection": "close"})
