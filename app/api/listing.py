"""Lists of submissions, and where a student stands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from app.api.documented import refused
from app.api.paging import PageDep, link
from app.deps import DeskDep
from app.errors import ForbiddenError, StudentNeededError, UnknownAssignmentError
from app.errors.access import UnknownPersonError
from app.policy.settings import Moment
from app.policy.standing import Status
from app.reports.standing import instant
from app.services.listing import Filters, Row, list_submissions
from app.services.standing import read_standing

router = APIRouter(tags=["submissions"])
_Student = Annotated[str | None, Query(description="a student's id")]


@router.get("/submissions")
def show_submissions(  # noqa: PLR0913, PLR0917 -- each is a parameter of the query
    request: Request,
    desk: DeskDep,
    page: PageDep,
    assignment: Annotated[str | None, Query(description="an assignment's id")] = None,
    student: _Student = None,
    status: Annotated[list[Status] | None, Query(description="these statuses only")] = None,
    since: Annotated[Moment | None, Query(description="received at or after this moment")] = None,
) -> Response:
    """Submissions, newest first: one's own, those that a CI sent, for staff all. A page may be short: see `Link`."""
    found = list_submissions(desk, Filters(assignment, student, frozenset(status or ()), since), page)
    return JSONResponse({"submissions": [_row(row) for row in found.rows]}, headers=link(request, page, found))


@router.get(
    "/assignments/{assignment_id}/standing",
    responses=refused(UnknownAssignmentError, ForbiddenError, StudentNeededError, UnknownPersonError),
)
def show_standing(assignment_id: str, desk: DeskDep, student: _Student = None) -> dict[str, Any]:
    """Where a student stands: the deadline that holds, attempts left, which attempt counts and why, what is late."""
    return dict(read_standing(desk, assignment_id, student))


def _row(row: Row) -> dict[str, Any]:
    listed = row.listed
    return {
        "id": listed.id,
        "href": f"/api/v1/submissions/{listed.id}",
        "assignment": listed.assignment,
        "student": listed.student,
        "submitted_at": instant(listed.received_at),
        "status": row.status,
    }
