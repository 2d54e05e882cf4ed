"""Assignments on disk: each `<id>.yaml` directly in the rubric folder is one rubric.

In the folder `<id>` beside it lie the author's key, `key.yaml`, and the text for students, `statement.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment
from grader.errors import Fault, RubricError
from grader.rubric import parse_rubric
from grader.statements import statement_faults

KEY_FILES = ("key.yaml", "published.yaml")


@dataclass(frozen=True, slots=True)
class Rubric:
    """An assignment beside the text that it was read from.

    `key` is the text of the author's own answers; `statement` the text for students, with places for numbers.
    """

    assignment: Assignment
    text: str
    key: str | None = None
    statement: str | None = None


def load_rubric(path: Path) -> Rubric:
    """Read one rubric file. Raises `RubricError` with all faults, `OSError` where there is no readable file."""
    text = _text(path)
    statement = statement_of(path)
    return Rubric(parse_rubric(text), text, statement=_text(statement) if statement.is_file() else None)


def statement_of(path: Path) -> Path:
    """Where the statement of a rubric file lies, if there is one."""
    return path.with_suffix("") / "statement.md"


def load_named(folder: Path, name: str) -> Rubric:
    """Read the assignment `name` of a folder. Raises `LookupError` with the known names, or `RubricError`."""
    known = names(folder)
    if name not in known:
        raise LookupError(f"unknown assignment {name!r}; {folder} has {', '.join(known) or 'no rubrics'}")
    rubric = load_rubric(folder / f"{name}.yaml")
    if rubric.assignment.id != name:
        message = f"the file is called {name}.yaml but its id is {rubric.assignment.id!r}; make them the same"
        raise RubricError((Fault(1, 1, message),))
    faults = tuple(statement_faults(rubric.statement or "", rubric.assignment))
    if faults:
        raise RubricError(tuple(Fault(1, 1, f"in {name}/statement.md, {fault}") for fault in faults))
    return replace(rubric, key=_key(folder / name))


def names(folder: Path) -> tuple[str, ...]:
    """The names of the assignments in a folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def load_all(folder: Path) -> Mapping[str, Rubric]:
    """Read every rubric of a folder, by id. Raises `RubricError` at the first file with faults, with all of them."""
    return {name: load_named(folder, name) for name in names(folder)}


def _key(folder: Path) -> str | None:
    """The author's own answers, which lie in the folder of the rubric's name."""
    files = (folder / name for name in KEY_FILES)
    return next((_text(file) for file in files if file.is_file()), None)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RubricError((Fault(1, 1, f"{path.name} is not UTF-8 text: byte {error.start} can't be read"),)) from None
