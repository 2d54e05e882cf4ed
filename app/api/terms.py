"""An assignment's terms: its settings, and extensions for single students."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from app.api.documented import refused
from app.api.paging import PageDep, link
from app.db.terms import ExtensionRecord
from app.deps import CallerDep, ServiceDep
from app.errors import ForbiddenError, UnknownAssignmentError
from app.errors.access import UnknownPersonError
from app.errors.submitting import BadSettingsError, NoExtensionError, PreconditionFailedError, PreconditionNeededError
from app.policy.settings import AssignmentSettings
from app.reports.standing import instant
from app.services import terms
from app.services.terms import Change, Extended, Whose

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["terms"])
_IfMatch = Annotated[str | None, Header(description="the ETag of the settings that are changed")]
_REFUSED = (UnknownAssignmentError, ForbiddenError)


@router.get("/settings", response_model=AssignmentSettings, responses=refused(UnknownAssignmentError))
def show_settings(assignment_id: str, caller: CallerDep, service: ServiceDep) -> Response:
    """The settings that hold, with their `ETag`. Moments without an offset are by the clocks of the course's zone."""
    assignment = service.assignment(caller, assignment_id)
    return _settings(*terms.read_settings(service.database, caller, assignment.id))


@router.put(
    "/settings",
    response_model=AssignmentSettings,
    responses=refused(*_REFUSED, BadSettingsError, PreconditionFailedError, PreconditionNeededError),
)
def set_settings(
    assignment_id: str,
    settings: AssignmentSettings,
    caller: CallerDep,
    service: ServiceDep,
    if_match: _IfMatch = None,
) -> Response:
    """Let these settings hold from now on, for everybody and also for what was handed in. For instructors."""
    assignment = service.assignment(caller, assignment_id)
    change = Change(settings, if_match)
    number = terms.set_settings(service.database, caller, assignment.id, change, service.clock())
    return _settings(number, settings)


@router.get("/extensions", responses=refused(*_REFUSED))
def list_extensions(
    assignment_id: str, request: Request, page: PageDep, caller: CallerDep, service: ServiceDep
) -> JSONResponse:
    """The extensions that hold. For TAs and instructors."""
    assignment = service.assignment(caller, assignment_id)
    found = terms.list_extensions(service.database, caller, assignment.id, page)
    return JSONResponse({"extensions": [_extension(one) for one in found.rows]}, headers=link(request, page, found))


@router.put("/extensions/{student:path}", status_code=204, responses=refused(*_REFUSED, UnknownPersonError))
def grant_extension(
    assignment_id: str, student: str, extended: Extended, caller: CallerDep, service: ServiceDep
) -> None:
    """Give a student a deadline of their own, in place of one that they had. For TAs and instructors."""
    whose = Whose(service.assignment(caller, assignment_id).id, student)
    terms.grant_extension(service.database, caller, whose, extended, service.clock())


@router.delete("/extensions/{student:path}", status_code=204, responses=refused(*_REFUSED, NoExtensionError))
def withdraw_extension(assignment_id: str, student: str, caller: CallerDep, service: ServiceDep) -> None:
    """Take a student's own deadline back. For TAs and instructors."""
    whose = Whose(service.assignment(caller, assignment_id).id, student)
    terms.withdraw_extension(service.database, caller, whose, service.clock())


def _settings(number: int, settings: AssignmentSettings) -> Response:
    return Response(settings.model_dump_json(), headers={"ETag": f'"{number}"'}, media_type="application/json")


def _extension(one: ExtensionRecord) -> dict[str, Any]:
    return {
        "student": one.student,
        "due_at": instant(one.due_at),
        "reason": one.reason,
        "granted_at": instant(one.granted_at),
        "by": one.by,
    }
