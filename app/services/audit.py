"""Reading the audit log."""

from __future__ import annotations

from app.db import audit
from app.db.audit import Entry
from app.db.database import Database
from app.db.page import Page, Slice
from app.services.roles import Caller, Right


def read_log(database: Database, caller: Caller, page: Page) -> Slice[Entry]:
    """The entries of the caller's course, newest first. Raises `ForbiddenError`."""
    caller.demand(Right.READ_AUDIT)
    with database.reading() as connection:
        return audit.entries(connection, caller.course.number, page)
