"""Refusals: what the service answers when it can't do what was asked, one class for each HTTP status and reason.

A message is written for the person who sent the request: what was got, what was expected, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from app.errors.base import NotFoundError as NotFoundError
from app.errors.base import RefusalError as RefusalError
from grader.errors import Fault

MAX_TOLD, MAX_LISTED = 5, 200


class NotUtf8Error(RefusalError):
    """The body's bytes are no UTF-8 text."""

    code = "not_utf8"
    title = "The body is not UTF-8 text"


class NoTokenError(RefusalError):
    """No token, or one that is unknown or revoked."""

    status = 401
    code = "no_token"
    title = "A valid token is needed"
    headers: Mapping[str, str] = MappingProxyType({"WWW-Authenticate": 'Bearer realm="gradebound"'})


class ForbiddenError(RefusalError):
    """A valid token whose role does not allow this."""

    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class UnknownAssignmentError(NotFoundError):
    """No assignment of this id is loaded."""

    code = "unknown_assignment"
    title = "Unknown assignment"


class UnknownCourseError(NotFoundError):
    """No course of this id."""

    code = "unknown_course"
    title = "Unknown course"


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


class BodyTooLargeError(RefusalError):
    """A body over the limit; it was not kept."""

    status = 413
    code = "too_large"
    title = "The body is too large"


class BadExportError(RefusalError):
    """A text that is no export of the system that it should be from."""

    status = 422
    code = "bad_export"
    title = "This is no export that can be read"


class UnsettledError(RefusalError):
    """A submission whose points are not all settled, asked for in a form that knows final grades only."""

    status = 409
    code = "unsettled"
    title = "There is no final grade yet"


class ContradictionError(RefusalError):
    """Two parameters that exclude each other."""

    status = 422
    code = "contradiction"
    title = "Two parameters exclude each other"


class TooManyRowsError(RefusalError):
    """A table that does not fit into a sheet."""

    status = 422
    code = "too_many_rows"
    title = "The table does not fit into a sheet"


class UnsupportedTypeError(RefusalError):
    """A content type that is neither JSON nor YAML."""

    status = 415
    code = "unsupported_type"
    title = "The content type is neither JSON nor YAML"


class StudentNeededError(RefusalError):
    """A submission by somebody other than a student that does not say whose it is."""

    status = 422
    code = "student_needed"
    title = "Whose submission is it?"


class BadNameError(RefusalError):
    """An id of a person that can't be one."""

    status = 422
    code = "bad_student"
    title = "This can't be a person's id"


class BadCourseError(RefusalError):
    """A course's id, title or zone that can't be one."""

    status = 422
    code = "bad_course"
    title = "This can't be a course"


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
        super().__init__(f"got {len(faults)} faults, and changed nothing; correct them and send it again: {said}")
        self._faults = [asdict(fault) for fault in faults[:MAX_LISTED]]

    @property
    def members(self) -> Mapping[str, Any]:
        """The faults with their lines."""
        return {"faults": self._faults}


class BadGrantError(RefusalError):
    """A token's scopes or end that can't be such."""

    status = 422
    code = "bad_grant"
    title = "A token can't be good for this"


class BadRubricError(RefusalError):
    """A rubric with faults; nothing of it was kept."""

    status = 422
    code = "bad_rubric"
    title = "The rubric has faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"got {len(faults)} faults; correct them and upload it again: {'; '.join(map(str, faults))}")
        self.faults = faults

    @property
    def members(self) -> Mapping[str, Any]:
        """Each fault with its place in the text."""
        return {"faults": [asdict(fault) for fault in self.faults]}


class BadUploadError(RefusalError):
    """An upload whose parts can't be told apart, or are too large."""

    status = 422
    code = "bad_upload"
    title = "The upload is not as expected"


class OtherAssignmentError(RefusalError):
    """A rubric of another assignment than the one that it was uploaded to."""

    status = 422
    code = "other_assignment"
    title = "The rubric is another assignment's"


class UnknownVersionError(NotFoundError):
    """No version of the assignment's rubric that the course may use."""

    code = "unknown_version"
    title = "Unknown version"


class RegradeRunningError(RefusalError):
    """Another regrade is being worked out."""

    status = 409
    code = "regrade_running"
    title = "Another regrade is under way"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "10"})


class PreviewStaleError(RefusalError):
    """A regrade that is to be applied as a preview showed it, which has changed since."""

    status = 412
    code = "preview_stale"
    title = "Something has changed since the preview"


class TooManyRequestsError(RefusalError):
    """More requests than the caller's quota; `headers` say how many it has, and when to try again."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(message)
        self.headers = headers


class NotReadyError(RefusalError):
    """The service runs but can't do its work yet."""

    status = 503
    code = "not_ready"
    title = "The service is not ready"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "5"})
