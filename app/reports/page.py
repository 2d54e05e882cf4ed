"""A submission's report as one page of HTML, to be read and printed: no script, nothing loaded from anywhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.policy.records import Student
from app.policy.release import NOT_RELEASED
from app.policy.standing import Status, Valued
from app.reports.cells import number
from app.reports.page_items import groups
from app.reports.words import printable, total
from grader.assignment import Assignment

_TEMPLATES = Environment(
    loader=PackageLoader("app.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["number"] = number
_TEMPLATES.filters["printable"] = printable
_STYLE = hashlib.sha256(_TEMPLATES.get_template("report.css").render().encode()).digest()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(_STYLE).decode()}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_STATES = {
    Status.PENDING: "Handed in; its grading has not finished.",
    Status.SERVICE_FAILURE: "Handed in; the service failed to grade it. That is no zero: it is tried again.",
    Status.PARTLY_GRADED: "Some of its points are still open, or wait for a person; what waits is no zero.",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt at an assignment: whose, worth what, which of the student's attempts, and its answers by id.

    `place` is counted from 1. `counts` is None where the reader is not to know.
    """

    assignment: Assignment
    student: Student
    valued: Valued
    place: int
    attempts: int
    counts: bool | None
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: by which clocks, until when the student could hand in, and whether staff."""

    zone: ZoneInfo
    due_at: datetime | None
    is_staff: bool


def page(sent: Sent, reader: Reader) -> str:
    """The page. Whatever a student or a person of the course wrote stands in it as text."""

    def clock(moment: datetime) -> str:
        return f"{moment.astimezone(reader.zone):%Y-%m-%d %H:%M} {reader.zone.key}"

    credit = sent.valued.credit
    return _TEMPLATES.get_template("report.html").render(
        sent=sent,
        reader=reader,
        clock=clock,
        credit=credit,
        states=list(_states(sent.valued)),
        earned=total(credit, sent.assignment.max_score) if credit else "",
        groups=groups(sent.assignment, sent.valued, sent.answers),
        who=_name(sent.student),
    )


def _states(valued: Valued) -> Iterator[str]:
    """What is to be known before the score is read."""
    if valued.status in _STATES:
        yield _STATES[valued.status]
    if valued.credit and any(item.verdict == NOT_RELEASED for item in valued.credit.items):
        yield "Not everything is shown yet; the score and the points are of what is."


def _name(student: Student) -> str:
    full = " ".join(name for name in (student.details.given_name, student.details.family_name) if name)
    return f"{full} ({student.name})" if full else student.name
