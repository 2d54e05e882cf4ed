"""Refusals of submissions, and of changes to the terms that they are taken by."""

from __future__ import annotations

from app.errors.base import NotFoundError, RefusalError


class NotOpenError(RefusalError):
    """A submission before the assignment opens."""

    status = 403
    code = "not_open"
    title = "This is not open yet"


class NoAttemptsLeftError(RefusalError):
    """A submission after the last attempt."""

    status = 409
    code = "no_attempts_left"
    title = "No attempts are left"


class UnknownStudentError(RefusalError):
    """A submission for somebody who is not on the course's roster."""

    status = 422
    code = "unknown_student"
    title = "Nobody on the roster has this id"


class LikelyTypoError(RefusalError):
    """A new name that differs from a student's by case, form or blanks alone."""

    status = 422
    code = "likely_typo"
    title = "A student has almost this id"


class BadFormError(RefusalError):
    """A form without the parts that make a submission."""

    status = 422
    code = "bad_form"
    title = "The form is not as expected"


class BadBatchError(RefusalError):
    """A batch that is no list of submissions, or holds too many."""

    status = 422
    code = "bad_batch"
    title = "The batch is not as expected"


class BadKeyError(RefusalError):
    """An idempotency key that can't be one."""

    code = "bad_idempotency_key"
    title = "This can't be an Idempotency-Key"


class KeyReusedError(RefusalError):
    """An idempotency key that stood for something else."""

    status = 422
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used for something else"


class BadSettingsError(RefusalError):
    """Settings of an assignment that do not fit together."""

    status = 422
    code = "bad_settings"
    title = "These settings do not fit together"


class NoExtensionError(NotFoundError):
    """The student has no deadline of their own."""

    code = "no_extension"
    title = "There is no extension"


class PreconditionNeededError(RefusalError):
    """A change that does not say which state it is a change of."""

    status = 428
    code = "precondition_needed"
    title = "Say which state you have seen"


class PreconditionFailedError(RefusalError):
    """A change of a state that holds no more."""

    status = 412
    code = "precondition_failed"
    title = "Somebody else was faster"
