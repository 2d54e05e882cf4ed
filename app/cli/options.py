"""Options and formats that several commands have."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Table(StrEnum):
    """The formats of reports."""

    TABLE = "table"
    JSON = "json"


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


ServerOption = Annotated[str, typer.Option(envvar="GRADEBOUND_SERVER", help="The service's address.")]
HERE = "http://127.0.0.1:8000"
