"""`rubric draft` and `rubric try`: what an author of homework does before it is served."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.cli import render
from app.cli.failures import CommandError
from app.cli.files import find_variant, read_answers
from app.cli.texts import read_text
from grader.assignment import Assignment
from grader.drafts import DraftError, draft
from grader.engine import grade
from grader.report import ItemResult
from grader.submission import Submission


def write_draft(example: Path, folder: Path) -> None:
    """Write a worked example as rubric.yaml and key.yaml; files that are there already are kept."""
    try:
        drafted = draft(read_text(example))
    except DraftError as error:
        raise CommandError(f"{example} can't be drafted from: {error}") from None
    files = {folder / "rubric.yaml": drafted.rubric, folder / "key.yaml": drafted.key}
    for file in files:
        if file.exists():
            raise CommandError(f"{file} is there already; move it away, or name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            file.write_text(text, "utf-8")
            print(file)
    except OSError as error:
        raise CommandError(f"can't write into {folder}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class Trial:
    """An answer to be tried, other answers beside it, and the variant whose numbers it is about."""

    item: str
    answer: str
    beside: Path | None = None
    variant: str | None = None


def try_answer(rubric: Path, trial: Trial) -> None:
    """Print what an answer earns, and what it changes for the answers beside it."""
    assignment, item, beside = find_variant(rubric, trial.variant), trial.item, trial.beside
    if item not in assignment.answer_ids:
        raise CommandError(f"{rubric} has no answer {item!r}; it has {', '.join(assignment.answer_ids)}")
    others = read_answers(beside, assignment.answer_ids).answers if beside is not None else {}
    before = _results({name: one for name, one in others.items() if name != item}, assignment)
    after = _results({**others, item: trial.answer}, assignment)
    asked = {one.id for one in assignment.items if one.answer == item}
    told = [one for name, one in after.items() if name in asked or one != before[name]]
    render.print_items([one.model_dump(mode="json") for one in told])


def _results(answers: dict[str, object], assignment: Assignment) -> dict[str, ItemResult]:
    return {one.id: one for one in grade(Submission(answers=answers), assignment).items}
