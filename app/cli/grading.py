"""`grade`, `audit`, `rubric check` and `rubric statement`: what works without a server."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from app.assignments import load_rubric, statement_of
from app.cli import audit_page, render
from app.cli.failures import CommandError
from app.cli.files import find_variant, read_answers
from app.cli.texts import read_text
from grader.audit import audit
from grader.engine import grade
from grader.errors import Fault, RubricError
from grader.items.shown import shown_faults
from grader.rubric import placed
from grader.statements import filled, statement_faults


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
        audit_page.print_audit(values)


def print_rubric_faults(file: Path) -> int:
    """Print a rubric's faults as `file:line:column: message`; returns the exit code."""
    try:
        rubric = load_rubric(file)
    except RubricError as error:
        return _told(file, error.faults)
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None
    assignment = rubric.assignment
    unsound = placed(read_text(file), shown_faults(assignment))
    if unsound:
        return _told(file, unsound)
    faults = tuple(statement_faults(rubric.statement or "", assignment))
    if faults:
        return _told(statement_of(file), faults)
    items, points = len(assignment.items), assignment.max_score
    print(f"{file}: sound; {assignment.id}, version {assignment.version}: {items} items, {points} points")
    return 0


def _told(file: Path, faults: Iterable[Fault]) -> int:
    for fault in faults:
        print(f"{file}:{fault.line}:{fault.column}: {fault.message}")
    return 1


def print_statement(file: Path, variant: str | None) -> None:
    """Print a rubric's statement with the numbers of a variant, or the rubric's own."""
    assignment, text = find_variant(file, variant), statement_of(file)
    if not text.is_file():
        raise CommandError(f"{file} has no statement; write one to {text}")
    try:
        print(filled(read_text(text), assignment).rstrip())
    except ValueError as error:
        raise CommandError(f"{text}: {error}; `gradebound rubric check {file}` says where") from None
