"""`grade`, `audit` and `rubric check`: what works without a server."""

from __future__ import annotations

import json
from pathlib import Path

from app.assignments import load_rubric
from app.cli import render
from app.cli.failures import CommandError
from app.cli.files import find_variant, read_answers
from grader.audit import audit
from grader.engine import grade
from grader.errors import RubricError


def print_grades(file: Path | None, wanted: str | Path, variant: str | None, *, as_json: bool) -> None:
    """Grade a file and print its report."""
    assignment = find_variant(wanted, variant)
    report = grade(read_answers(file, assignment.answer_ids), assignment)
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        render.print_report(report.model_dump(mode="json"))


def print_audit(file: Path | None, wanted: str | Path, variant: str | None, *, as_json: bool) -> None:
    """Audit a file as a key and print what was found."""
    assignment = find_variant(wanted, variant)
    found = audit(read_answers(file, assignment.answer_ids), assignment)
    values = found.model_dump(mode="json", by_alias=True, include={"figures", "items"})
    if as_json:
        print(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        render.print_audit(values)


def print_rubric_faults(file: Path) -> int:
    """Print a rubric's faults as `file:line:column: message`; returns the exit code."""
    try:
        assignment = load_rubric(file).assignment
    except RubricError as error:
        for fault in error.faults:
            print(f"{file}:{fault.line}:{fault.column}: {fault.message}")
        return 1
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None
    items, points = len(assignment.items), assignment.max_score
    print(f"{file}: sound; {assignment.id}, version {assignment.version}: {items} items, {points} points")
    return 0
