"""The versions of an assignment's rubric: bringing one in, and seeing which there are, which holds, and since when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.assignments import Rubric
from app.db import rubrics, versions
from app.db.audit import Act, add_entry
from app.db.database import Database
from app.db.versions import Held, NewSource, Source
from app.errors.grades import BadRubricError, OtherAssignmentError, UnknownVersionError
from app.reports.standing import instant
from app.services.roles import Caller, Right
from grader.errors import RubricError
from grader.rubric import parse_rubric
from grader.submission import read_submission


@dataclass(frozen=True, slots=True)
class Upload:
    """A rubric's text as it came, the author's own answers if they came along, and what it is for."""

    rubric: str
    key: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that is kept, and whether it is new to the course."""

    version: str
    new: bool


def keep_version(database: Database, caller: Caller, assignment: str, upload: Upload, now: datetime) -> Kept:
    """Keep an uploaded version of an assignment's rubric; it holds from the regrade that brings everybody to it.

    Raises `ForbiddenError`, `BadRubricError`, `OtherAssignmentError`, or `EnvelopeError` for a key that can't be one.
    """
    caller.demand(Right.CONFIGURE)
    rubric = read_upload(upload, assignment)
    version, course = rubric.assignment.version, caller.course.number
    source = NewSource(version, course, caller.token_number, now, upload.reason, upload.key)
    with database.writing() as connection:
        rubrics.add_rubric(connection, version, assignment, upload.rubric, now)
        new = versions.add_source(connection, assignment, source)
        if new:
            detail = {"version": version, "with_key": upload.key is not None, "reason": upload.reason}
            add_entry(connection, caller, Act("rubric.keep", assignment, detail), now)
    return Kept(version, new)


def read_upload(upload: Upload, assignment: str) -> Rubric:
    """Check a rubric, and its key if there is one. Raises as `keep_version` does."""
    try:
        found = parse_rubric(upload.rubric)
    except RubricError as error:
        raise BadRubricError(error.faults) from None
    if found.id != assignment:
        raise OtherAssignmentError(
            f"got a rubric with the id {found.id!r}; expected {assignment!r}: upload it there, or correct its id"
        )
    if upload.key is not None:
        read_submission(upload.key, found.answer_ids, syntax="yaml", bare=True)
    return Rubric(found, upload.rubric, upload.key)


def version_history(database: Database, caller: Caller, assignment: str) -> dict[str, Any]:
    """Which versions there are, in the order in which they came, and which held since when. Raises `ForbiddenError`."""
    caller.demand(Right.READ_ALL)
    with database.reading() as connection:
        known = versions.sources(connection, caller.course.number, assignment)
        held = versions.held(connection, caller.course.number, assignment)
    holds = held[-1].rubric_version
    return {
        "assignment": assignment,
        "holds": holds,
        "versions": [_source(one, holds) for one in known],
        "held": [_held(one) for one in held],
    }


def _source(one: Source, holds: str) -> dict[str, Any]:
    return {
        "rubric_version": one.rubric_version,
        "kept_at": instant(one.kept_at),
        "by": one.by,
        "reason": one.reason,
        "with_key": one.key is not None,
        "holds": one.rubric_version == holds,
    }


def _held(one: Held) -> dict[str, Any]:
    return {
        "rubric_version": one.rubric_version,
        "since": instant(one.since),
        "by": one.by,
        "reason": one.reason,
        "summary": json.loads(one.summary),
    }


def version_text(database: Database, caller: Caller, assignment: str, version: str) -> str:
    """The text of a version. Raises `ForbiddenError` or `UnknownVersionError`."""
    caller.demand(Right.READ_ALL)
    with database.reading() as connection:
        text = versions.seen_text(connection, caller.course.number, assignment, version)
    if text is None:
        raise unknown_version(assignment, version)
    return text


def unknown_version(assignment: str, version: str) -> UnknownVersionError:
    """What to raise where a course knows no such version of an assignment's rubric."""
    there = f"GET /api/v1/assignments/{assignment}/rubrics lists those that there are"
    return UnknownVersionError(f"got the version {version[:80]!r}; {there}")
