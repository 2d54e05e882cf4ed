"""The people of a course: a roster in, a list out, leaving, erasing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from app.api.bodies import read_text
from app.api.documented import refused
from app.api.paging import PageDep, link
from app.db.roster import MemberRecord, Wanted
from app.deps import CallerDep, ServiceDep
from app.errors import BodyTooLargeError, ForbiddenError, NotUtf8Error
from app.errors.access import RosterError, UnknownPersonError
from app.reports.standing import instant
from app.roster.plan import Change, Plan
from app.services.roles import Role
from app.services.roster import Import, erase_person, import_roster, leave_course, list_people

MAX_BYTES = 4_000_000
_BODY = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}
_MISSING = Query(description="whether students that the file has not leave the course")
router = APIRouter(prefix="/course", tags=["people"])


def _wanted(
    role: Role | None = None,
    section: str | None = None,
    left: Annotated[bool, Query(description="whether to list those too that have left")] = False,  # noqa: FBT002
) -> Wanted:
    return Wanted(role, section, left)


@router.post(
    "/roster", openapi_extra=_BODY, responses=refused(ForbiddenError, BodyTooLargeError, NotUtf8Error, RosterError)
)
async def read_roster_in(
    request: Request,
    caller: CallerDep,
    service: ServiceDep,
    dry_run: Annotated[bool, Query(description="whether to say only what would happen")] = False,  # noqa: FBT002
    remove_missing: Annotated[bool, _MISSING] = False,  # noqa: FBT002
) -> dict[str, Any]:
    """Read a roster in: CSV of ours, Canvas' or Moodle's; all of it or nothing. For instructors and admins."""
    wanted = Import(await read_text(request, MAX_BYTES), dry_run, remove_missing)
    done = await run_in_threadpool(import_roster, service.database, caller, wanted, service.clock())
    return {"dry_run": dry_run, "remove_missing": remove_missing, **_planned(done)}


@router.get("/people", responses=refused(ForbiddenError))
def show_people(
    request: Request, caller: CallerDep, service: ServiceDep, page: PageDep, wanted: Annotated[Wanted, Depends(_wanted)]
) -> JSONResponse:
    """Who is in the course, with names and mail addresses. For staff."""
    found = list_people(service.database, caller, wanted, page)
    return JSONResponse({"people": [_member(row) for row in found.rows]}, headers=dict(link(request, page, found)))


@router.delete("/people/{student:path}/details", responses=refused(ForbiddenError, UnknownPersonError))
def erase_details(student: str, caller: CallerDep, service: ServiceDep) -> dict[str, str]:
    """Erase what is known of a person, in all courses; their work stays under the new id that this answers."""
    return {"id": erase_person(service.database, caller, student, service.clock())}


@router.delete("/people/{student:path}", status_code=204, responses=refused(ForbiddenError, UnknownPersonError))
def let_leave(student: str, caller: CallerDep, service: ServiceDep) -> Response:
    """Let somebody leave the course: their tokens end, their work stays. For instructors and admins."""
    leave_course(service.database, caller, student, service.clock())
    return Response(status_code=204)


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "joining": _ids(plan.joining),
        "returning": _ids(plan.returning),
        "changing": [
            {"id": change.after.id, "role": change.after.role, "fields": dict(change.fields)}
            for change in plan.changing
        ],
        "unchanged": plan.unchanged,
        "missing": [member.id for member in plan.missing],
        "alike": [{"id": new, "known": known} for new, known in plan.alike],
    }


def _ids(changes: Iterable[Change]) -> list[dict[str, str]]:
    return [{"id": change.after.id, "role": change.after.role} for change in changes]


def _member(row: MemberRecord) -> dict[str, Any]:
    return {
        "id": row.id,
        "role": row.role,
        "section": row.section,
        **asdict(row.details),
        "joined_at": instant(row.joined_at),
        "left_at": instant(row.left_at),
    }
