"""Whether a text is the address of a database."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def is_address(url: str) -> bool:
    """Whether it is an SQLAlchemy URL of a kind of database that SQLAlchemy knows."""
    try:
        make_url(url).get_dialect()
    except ArgumentError:
        return False
    return True
