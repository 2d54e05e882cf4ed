"""What can go wrong in a command that its user can mend."""

from __future__ import annotations


class CommandError(Exception):
    """A command that can't be done as it was given; the message says what to do."""
