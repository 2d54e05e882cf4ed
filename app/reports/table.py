"""Tables: columns that say what they are, and rows as a stream, so that no table has to stand in memory whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Generic, TypeAlias, TypeVar

from app.reports.cells import Cell, Kind

Row: TypeAlias = tuple[Cell, ...]
Source = TypeVar("Source")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, of which kind its cells are, and what they mean for people."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one assignment, made at a moment. JSON says `head` before the rows, and calls these `called`."""

    title: str
    made_at: datetime
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    head: Mapping[str, Any]
    called: str = "rows"


@dataclass(frozen=True, slots=True)
class Field(Generic[Source]):
    """A column beside how its cell is read from what a row is about."""

    name: str
    kind: Kind
    meaning: str
    read: Callable[[Source], Cell]

    @property
    def column(self) -> Column:
        """The column alone."""
        return Column(self.name, self.kind, self.meaning)


Writer: TypeAlias = Callable[[Table, BinaryIO], None]
