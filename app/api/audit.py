"""The audit log of a course."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.api.documented import refused
from app.api.paging import PageDep, link
from app.deps import CallerDep, ServiceDep
from app.errors import ForbiddenError
from app.reports.standing import instant
from app.services.audit import read_log

router = APIRouter(prefix="/course/audit-log", tags=["courses"])


@router.get("", responses=refused(ForbiddenError))
def show_audit_log(request: Request, caller: CallerDep, service: ServiceDep, page: PageDep) -> JSONResponse:
    """Who did what in the course, newest first. For instructors and admins."""
    found = read_log(service.database, caller, page)
    rows = [{**row._asdict(), "at": instant(row.at), "detail": json.loads(row.detail)} for row in found.rows]
    return JSONResponse({"entries": rows}, headers=dict(link(request, page, found)))
