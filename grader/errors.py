"""The errors of the grader, one class for each reader: the sender of a submission and the author of a rubric."""

from __future__ import annotations

from dataclasses import dataclass


class EnvelopeError(Exception):
    """A submission that can't be accepted as a whole; nothing of it is graded or stored.

    `code` is a stable word for programs (`not_json`, `too_deep`, `unknown_answer`, ...), the message is for people
    and says what was got, what was expected and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a file, at a 1-based line and column."""

    line: int
    column: int
    message: str

    @classmethod
    def at(cls, text: str, position: int, message: str) -> Fault:
        """A fault at a 0-based position of a text."""
        before = text.rfind("\n", 0, position)
        return cls(text.count("\n", 0, position) + 1, position - before, message)

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class RubricError(Exception):
    """A rubric file with faults; all of them, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
