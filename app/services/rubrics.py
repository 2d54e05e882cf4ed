"""Keeping the texts of the rubrics that submissions are graded by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from app.assignments import Rubric
from app.db import submissions
from app.db.database import Database


def keep_rubrics(database: Database, rubrics: Iterable[Rubric]) -> None:
    """Enter each rubric's version that is new."""
    now = datetime.now(UTC)
    with database.writing() as connection:
        for rubric in rubrics:
            submissions.add_rubric(connection, rubric.assignment.version, rubric.assignment.id, rubric.text, now)
