"""Whether a text is the address of a database."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def checked_address(url: str) -> str:
    """An SQLAlchemy URL of a kind of database that is known here. Raises `ValueError`."""
    try:
        make_url(url).get_dialect()
    except ArgumentError:
        raise ValueError("write it as in sqlite:////var/lib/gradebound/gradebound.db") from None
    return url
