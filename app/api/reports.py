"""The report of a submission as a page to print, and as Gradescope reads it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, JSONResponse

from app.api.documented import refused
from app.deps import CallerDep, ServiceDep
from app.errors import ForbiddenError, NotFoundError, UnsettledError
from app.reports.page import CONTENT_SECURITY_POLICY
from app.services.report import graded, gradescope, printed

router = APIRouter(prefix="/submissions/{submission_id}", tags=["submissions"])
_ZerosMeant = Annotated[bool, Query(description="take answers that wait for a person for zeros")]
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


@router.get("/report.html", response_class=HTMLResponse, responses=refused(NotFoundError))
def print_report(submission_id: str, caller: CallerDep, service: ServiceDep) -> HTMLResponse:
    """A report as a page to read and print: points, verdicts and evidence beside the answers as they were sent."""
    seen = graded(service.database, service.shelf, caller, submission_id, service.clock())
    return HTMLResponse(printed(seen, caller), headers=_HEADERS)


@router.get("/results.json", responses=refused(ForbiddenError, NotFoundError, UnsettledError))
def show_results(
    submission_id: str,
    caller: CallerDep,
    service: ServiceDep,
    waiting_as_zero: _ZerosMeant = False,  # noqa: FBT002
) -> JSONResponse:
    """A report as Gradescope's `results.json`; refused while points are open or wait: there they would be zeros."""
    seen = graded(service.database, service.shelf, caller, submission_id, service.clock())
    return JSONResponse(dict(gradescope(seen, caller, zeros_meant=waiting_as_zero)))
