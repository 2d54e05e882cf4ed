"""Reading what a command is given: a file or standard input, JSON or YAML, an assignment by name or by file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.assignments import load_named, load_rubric
from app.cli.failures import CommandError
from app.cli.texts import is_yaml, read_text
from app.settings import Settings
from grader.assignment import Assignment
from grader.errors import EnvelopeError
from grader.submission import Submission, read_submission
from grader.variants import vary


def read_answers(file: Path | None, known: Iterable[str]) -> Submission:
    """Read a submission; what is not called YAML is tried as JSON first. Raises `EnvelopeError`."""
    text, ids = read_text(file), tuple(known)
    if is_yaml(file):
        return read_submission(text, ids, syntax="yaml", bare=True)
    try:
        return read_submission(text, ids, bare=True)
    except EnvelopeError as error:
        if error.code != "not_json" or text.lstrip().startswith(("{", "[")):
            raise
    return read_submission(text, ids, syntax="yaml", bare=True)


def find_assignment(wanted: str | Path) -> Assignment:
    """An assignment by its name in the rubric folder, or by its file. Raises `CommandError` or `RubricError`."""
    try:
        found = load_rubric(wanted) if isinstance(wanted, Path) else load_named(Settings().rubrics, wanted)
    except OSError as error:
        raise CommandError(f"can't read {wanted}: {error.strerror}") from None
    except LookupError as error:
        raise CommandError(str(error.args[0])) from None
    return found.assignment


def find_variant(wanted: str | Path, variant: str | None) -> Assignment:
    """An assignment, at a variant's numbers where one is named. Raises as `find_assignment` does."""
    assignment = find_assignment(wanted)
    if variant is None:
        return assignment
    if not assignment.has_variants:
        raise CommandError(f"{assignment.id} has no variants: everybody has the same numbers; leave --variant out")
    return vary(assignment, variant)
