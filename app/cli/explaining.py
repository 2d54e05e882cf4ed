"""What a user is told of a command that failed. It knows every kind of failure, so it is loaded when one happens."""

from __future__ import annotations

from collections.abc import Mapping
from shutil import get_terminal_size
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from app.cli.failures import CommandError
from app.db.alone import ServedAlreadyError
from app.errors import RefusalError
from app.reports.quoted import laid_out
from grader.errors import EnvelopeError, RubricError

EXPECTED = (CommandError, EnvelopeError, RubricError, RefusalError, ServedAlreadyError, SettingsError)


def is_expected(error: Exception) -> bool:
    """Whether the user can mend it; anything else is a bug."""
    return isinstance(error, EXPECTED) or (isinstance(error, ValidationError) and error.title == "Settings")


def told(error: Exception, *, on_terminal: bool) -> str:
    """The sentence for standard error, laid out for a terminal's width where it goes to one."""
    return laid_out(explain(error), get_terminal_size().columns) if on_terminal else explain(error)


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
