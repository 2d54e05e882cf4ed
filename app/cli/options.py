"""Options and formats that several commands have."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Table(StrEnum):
    """The formats of reports."""

    TABLE = "table"
    JSON = "json"


ServerOption = Annotated[str, typer.Option(envvar="GRADEBOUND_SERVER", help="The service's address.")]
HERE = "http://127.0.0.1:8000"
