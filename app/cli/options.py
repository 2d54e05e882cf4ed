"""Arguments and options that several commands have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

HERE = "http://127.0.0.1:8000"


class Table(StrEnum):
    """The formats of reports."""

    TABLE = "table"
    JSON = "json"


FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="[FILE]", help="JSON or YAML; standard input without it.", show_default=False),
]
AssignmentOption = Annotated[str, typer.Option("--assignment", "-a", help="An assignment of the rubric folder.")]


class ScoresForm(StrEnum):
    """The formats of a class's scores; the last three are for other systems to import."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"
    CANVAS = "canvas"
    MOODLE = "moodle"
    NBGRADER = "nbgrader"


class ScoresShape(StrEnum):
    """What a row of a class's scores is about."""

    STUDENTS = "students"
    ITEMS = "items"
    LONG = "long"


class WaitingForm(StrEnum):
    """The formats of the list of what waits: to read, or to fill in."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


ServerOption = Annotated[str, typer.Option(envvar="GRADEBOUND_SERVER", help="The service's address.")]
FormatOption = Annotated[Table, typer.Option("--format", help="How to print it.")]
