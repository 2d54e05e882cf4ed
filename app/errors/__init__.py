"""Refusals: what the service answers when it can't do what was asked, one class for each HTTP status and reason.

A message is written for the person who sent the request: what was got, what was expected, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.errors.base import NotFoundError as NotFoundError
from app.errors.base import RefusalError as RefusalError


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


class NoDatabaseError(RefusalError):
    """The database can't be read or written just now: another program holds it, the disk is full, it can't be reached.

    What was acknowledged before stays; nothing of this request was kept.
    """

    status = 503
    code = "no_database"
    title = "The database can't be used just now"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "5"})


class NotReadyError(RefusalError):
    """The service runs but can't do its work yet."""

    status = 503
    code = "not_ready"
    title = "The service is not ready"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "5"})
