"""A workload's identity token against a token of an hour."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from app.api.documented import refused
from app.deps import BearerDep, ServiceDep
from app.errors import UnknownCourseError
from app.errors.access import BadIdentityError, IssuerUnreachableError
from app.reports.standing import instant

router = APIRouter(prefix="/workload-tokens", tags=["tokens"])


@router.post("", status_code=201, responses=refused(BadIdentityError, IssuerUnreachableError, UnknownCourseError))
def exchange_identity(bearer: BearerDep, service: ServiceDep) -> JSONResponse:
    """Exchange the identity token of a CI's job, sent as the bearer token, for a token of an hour; each works once."""
    made = service.workloads.exchange(bearer)
    shown = {"number": made.number, "token": made.token, "expires_at": instant(made.expires_at)}
    return JSONResponse(shown, 201, {"Cache-Control": "no-store"})
