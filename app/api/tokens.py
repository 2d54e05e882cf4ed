"""Tokens of a course: making them, listing them, ending them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.documented import refused
from app.api.paging import PageDep, link
from app.db.people import TokenRecord
from app.deps import CallerDep, ServiceDep
from app.errors import BadNameError, ForbiddenError, UnknownCourseError
from app.errors.access import BadGrantError, UnknownTokenError
from app.errors.submitting import LikelyTypoError
from app.reports.standing import instant
from app.services.courses import find_course
from app.services.expiry import expiry
from app.services.roles import Role
from app.services.tokens import Grant, make_token, revoke_token, tokens_of_course

router = APIRouter(prefix="/course/tokens", tags=["tokens"])


class TokenBody(BaseModel):
    """A token to make: for whom, in which role, narrowed to which scopes, until when.

    `expires` is a while (12h, 30d, 4w), a date, or a moment with its zone. `course` is for admins; without it, it is
    the caller's.
    """

    model_config = ConfigDict(extra="forbid")

    role: Role
    name: str
    scopes: list[str] | None = Field(None, max_length=50)
    expires: str | None = None
    course: str | None = None


@router.post(
    "",
    status_code=201,
    responses=refused(ForbiddenError, UnknownCourseError, BadGrantError, BadNameError, LikelyTypoError),
)
def make_a_token(body: TokenBody, caller: CallerDep, service: ServiceDep) -> JSONResponse:
    """Make a token; this answer is the only time it is shown. For instructors and admins."""
    elsewhere = body.course not in {None, caller.course.id}
    course = find_course(service.database, caller, str(body.course)) if elsewhere else caller.course
    now = service.clock()
    ends = expiry(body.expires, now, course.zone) if body.expires is not None else None
    scopes = None if body.scopes is None else frozenset(body.scopes)
    made = make_token(service.database, Grant(body.role, course.id, scopes, ends), body.name, now, caller)
    shown = {"number": made.number, "token": made.token, "expires_at": instant(made.expires_at)}
    return JSONResponse(shown, 201, {"Cache-Control": "no-store"})


@router.get("", responses=refused(ForbiddenError))
def show_tokens(request: Request, caller: CallerDep, service: ServiceDep, page: PageDep) -> JSONResponse:
    """The tokens of the course, without their secrets, which nobody has. For instructors and admins."""
    found = tokens_of_course(service.database, caller, page)
    return JSONResponse({"tokens": [_token(row) for row in found.rows]}, headers=dict(link(request, page, found)))


@router.delete("/{number}", status_code=204, responses=refused(ForbiddenError, UnknownTokenError))
def end_token(number: int, caller: CallerDep, service: ServiceDep) -> Response:
    """End a token from now on. For instructors and admins."""
    revoke_token(service.database, number, service.clock(), caller)
    return Response(status_code=204)


def _token(token: TokenRecord) -> dict[str, Any]:
    return {
        "number": token.number,
        "role": token.role,
        "name": token.name,
        "scopes": None if token.scopes is None else sorted(token.scopes),
        "created_at": instant(token.created_at),
        "expires_at": instant(token.expires_at),
        "revoked_at": instant(token.revoked_at),
    }
