"""Lists a page at a time: a page begins after the last number of the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Row = TypeVar("Row", bound="Numbered")


class Numbered(Protocol):
    """A row that has the number by which its list is ordered."""

    @property
    def number(self) -> int:
        """Its place in the order."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for: at most `limit` rows after the number `after`; from the beginning without it."""

    limit: int
    after: int | None = None

    @property
    def fetched(self) -> int:
        """How many rows to fetch: one more than asked for, which says that there are more."""
        return self.limit + 1

    def of(self, rows: Sequence[Row]) -> Slice[Row]:
        """The page, from `fetched` rows or fewer."""
        kept = rows[: self.limit]
        return Slice(kept, kept[-1].number if len(rows) > len(kept) else None)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A page's rows, and the number after which the next page begins, if there is one."""

    rows: Sequence[Row]
    following: int | None
