"""What can go wrong in a command that its user can mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from app.db.alone import ServedAlreadyError
from app.errors import RefusalError
from grader.errors import EnvelopeError, RubricError


class CommandError(Exception):
    """A command that can't be done as it was given; the message says what to do."""


EXPECTED = (CommandError, EnvelopeError, RubricError, RefusalError, ServedAlreadyError, SettingsError)


def explain(error: Exception) -> str:
    """The sentence for standard error."""
    match error:
        case EnvelopeError(code=code):
            return f"gradebound: the submission can't be accepted ({code}): {error}"
        case RubricError():
            return f"gradebound: the rubric has faults:\n{error}"
        case SettingsError():
            return f"gradebound: {error}: it has to be JSON; docs/operators.md has an example"
        case ValidationError(title="Settings"):
            return f"gradebound: the settings can't be used: {'; '.join(map(_setting, error.errors()))}"
        case _:
            return f"gradebound: {error}"


def _setting(fault: Mapping[str, Any]) -> str:
    """What is wrong with the variable of a setting."""
    name, *within = map(str, fault["loc"])
    place = f" at {'.'.join(within)}" if within else ""
    said = fault["msg"].removeprefix("Value error, ")
    return f"GRADEBOUND_{name.upper()}{place}: got {fault['input']!r:.80}; {said}"
