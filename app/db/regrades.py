"""Questions that a regrade asks of the records, and what it appends to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, select

from app.db.book import Offered
from app.db.submissions import CURRENT, NewReport, Owned
from app.db.tables import Activation, Extension, Override, Report, SettingsRecord, Submission


class Seen(NamedTuple):
    """The last record of each kind that a preview rests on: equal as long as nothing was added."""

    submission: int | None
    report: int | None
    override: int | None
    activation: int | None
    settings: int | None
    extension: int | None


class KeptReport(NamedTuple):
    """A report of a submission, by whatever version, and when it was made."""

    number: int
    rubric_version: str
    engine_version: str
    graded_at: datetime
    body: str


def seen(connection: Connection, offered: Offered) -> Seen:
    """The last records of an assignment in a course."""
    mine = _of(offered, Submission)
    of_submissions = (
        select(func.max(kind.number)).join(Submission, Submission.number == kind.submission_number).where(*mine)
        for kind in (Report, Override)
    )
    others = (
        select(func.max(kind.number)).where(*_of(offered, kind)) for kind in (Activation, SettingsRecord, Extension)
    )
    parts = (select(func.max(Submission.number)).where(*mine), *of_submissions, *others)
    return Seen(*connection.execute(select(*(part.scalar_subquery() for part in parts))).one())


def submission_numbers(connection: Connection, offered: Offered) -> Sequence[int]:
    """All submissions to an assignment, oldest first."""
    query = select(Submission.number).where(*_of(offered, Submission)).order_by(Submission.number)
    return connection.scalars(query).all()


def ungraded_numbers(connection: Connection, offered: Offered) -> Sequence[Owned]:
    """Those without a report by the version that holds, oldest first."""
    query = select(Submission.number, Submission.student_number).where(*_of(offered, Submission), CURRENT.is_(None))
    return [Owned(*row) for row in connection.execute(query.order_by(Submission.number))]


def append_reports(connection: Connection, offered: Offered, new: Sequence[NewReport]) -> int:
    """Append the reports that are not there yet by the same rubric and engine; returns how many were new."""
    query = (
        select(Report.submission_number, Report.rubric_version, Report.engine_version)
        .join(Submission, Submission.number == Report.submission_number)
        .where(*_of(offered, Submission))
    )
    known = {tuple(row) for row in connection.execute(query)}
    rows = [one._asdict() for one in new if one[:3] not in known]
    if rows:
        connection.execute(insert(Report), rows)
    return len(rows)


def reports_of(connection: Connection, submission_id: str) -> Sequence[KeptReport]:
    """All reports of a submission, in the order in which they were made."""
    query = (
        select(Report.number, Report.rubric_version, Report.engine_version, Report.graded_at, Report.body)
        .join(Submission, Submission.number == Report.submission_number)
        .where(Submission.id == submission_id)
        .order_by(Report.number)
    )
    return [KeptReport(*row) for row in connection.execute(query)]


def _of(offered: Offered, kind: Any) -> tuple[ColumnElement[bool], ...]:
    return (kind.course_number == offered.course, kind.assignment == offered.assignment)
