"""ETags of records: the number of the last one, in quotes; 0 where there is none yet."""

from __future__ import annotations


def etag(number: int) -> str:
    """The ETag of a state whose last record has this number."""
    return f'"{number}"'


def fits(seen: str, number: int) -> bool:
    """Whether an `If-Match` is of the state whose last record has this number."""
    return not {tag.strip() for tag in seen.split(",")}.isdisjoint({"*", etag(number)})
