"""A formula that can be parsed but has no meaning here."""

from __future__ import annotations

from grader.language.errors import Span


class FormulaError(Exception):
    """The message is for the student; `span` is where in the source it is."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span
