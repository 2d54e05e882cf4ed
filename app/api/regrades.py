"""Regrading a class, for staff; and the reports by each version of the rubric, for whoever may see the submission."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from app.api.documented import refused
from app.deps import CallerDep, DeskDep, ServiceDep
from app.errors import ForbiddenError, NotFoundError, UnknownAssignmentError
from app.errors.grades import PreviewStaleError, RegradeRunningError, UnknownVersionError
from app.services.kept_reports import list_reports, read_report
from app.services.regrade import Order
from grader.frozen import Frozen

router = APIRouter(tags=["regrades"])


class RegradeOrder(Frozen):
    """A regrade by a version that was brought in; without one, by the version that holds and the engine that runs.

    Without `apply` nothing is kept. `preview` is that of an answer without `apply`: applied is what was shown, or
    nothing.
    """

    rubric_version: str | None = Field(default=None, max_length=80)
    apply: bool = False
    reason: str = Field(default="", max_length=2000)
    preview: str | None = Field(default=None, max_length=80)

    @model_validator(mode="after")
    def _reasoned(self) -> RegradeOrder:
        if self.apply and not self.reason.strip():
            raise ValueError("to `apply` a regrade, say in `reason` why it is done")
        return self


@router.post(
    "/assignments/{assignment_id}/regrades",
    responses=refused(
        ForbiddenError, UnknownAssignmentError, UnknownVersionError, RegradeRunningError, PreviewStaleError
    ),
)
def regrade(assignment_id: str, body: RegradeOrder, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """Regrade the class: who changes by how much, item by item. With `apply` the version holds from then on."""
    order = Order(body.rubric_version, body.apply, body.reason, body.preview)
    return service.regrades.regrade(caller, assignment_id, order)


@router.get("/submissions/{submission_id}/reports", responses=refused(NotFoundError))
def list_kept_reports(submission_id: str, desk: DeskDep) -> dict[str, Any]:
    """By which versions of rubric and engine a submission was graded, when, and what it has by each."""
    return list_reports(desk, submission_id)


@router.get("/submissions/{submission_id}/reports/{version}", responses=refused(NotFoundError, UnknownVersionError))
def show_kept_report(submission_id: str, version: str, desk: DeskDep) -> JSONResponse:
    """The report by one version of the rubric, whether or not that version holds, without overrides."""
    return JSONResponse(dict(read_report(desk, submission_id, version)))
