"""What can go wrong in a command that its user can mend."""

from __future__ import annotations

from app.errors import RefusalError
from grader.errors import EnvelopeError, RubricError


class CommandError(Exception):
    """A command that can't be done as it was given; the message says what to do."""


EXPECTED = (CommandError, EnvelopeError, RubricError, RefusalError)


def explain(error: Exception) -> str:
    """The sentence for standard error."""
    match error:
        case EnvelopeError(code=code):
            return f"gradebound: the submission can't be accepted ({code}): {error}"
        case RubricError():
            return f"gradebound: the rubric has faults:\n{error}"
        case _:
            return f"gradebound: {error}"
