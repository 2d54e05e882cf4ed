"""Handing in, and looking at what was handed in."""

from __future__ import annotations

import asyncio
import hashlib
import json
from concurrent.futures import Future
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from app.api.documented import refused
from app.api.posts import BODY, read_post
from app.deps import CallerDep, Service, ServiceDep
from app.errors import (
    BadNameError,
    BodyTooLargeError,
    ForbiddenError,
    NotFoundError,
    NotUtf8Error,
    StudentNeededError,
    UnknownAssignmentError,
    UnsupportedTypeError,
)
from app.errors.submitting import (
    BadFormError,
    BadKeyError,
    KeyReusedError,
    LikelyTypoError,
    NoAttemptsLeftError,
    NotOpenError,
    UnknownStudentError,
)
from app.services.read import Looked, look_at
from app.services.roles import Caller
from app.services.store import Posted, Stored
from app.services.submit import submit

router = APIRouter(tags=["submissions"])
REFUSED = (
    UnknownAssignmentError, ForbiddenError, NotOpenError, NoAttemptsLeftError, BodyTooLargeError, UnsupportedTypeError,
    UnknownStudentError, LikelyTypoError, NotUtf8Error, BadKeyError, KeyReusedError, StudentNeededError, BadNameError,
    BadFormError,
)  # fmt: skip
_ENVELOPE = (
    (400, "not_json", "The submission can't be accepted"),
    (422, "unknown_answer", "The submission can't be accepted"),
)


@router.post(
    "/assignments/{assignment_id}/submissions",
    status_code=201,
    openapi_extra=BODY,
    responses=refused(*REFUSED, codes=_ENVELOPE),
)
async def hand_in(assignment_id: str, request: Request, caller: CallerDep, service: ServiceDep) -> Response:
    """Hand in answers: 201 with the report, or 202 if it is not graded in time; `Location` is the submission.

    With an `Idempotency-Key` a repeat of the same is the same submission.
    """
    posted = await read_post(request, service.settings)
    stored, grading = await run_in_threadpool(_take_in, service, caller, assignment_id, posted)
    report = await _wait(grading, service.settings.answer_seconds)
    headers = {"Location": f"/api/v1/submissions/{stored.id}"}
    headers |= {"Idempotency-Replayed": "true"} if stored.repeated else {}
    if report is not None and stored.open and not stored.repeated:
        return Response(report, 201, headers, media_type="application/json")
    looked = await run_in_threadpool(_looked, service, caller, stored.id)
    return JSONResponse(looked.report, 201, headers) if looked.graded else JSONResponse(looked.whole, 202, headers)


@router.get("/submissions/{submission_id}", responses=refused(NotFoundError))
def show_submission(
    submission_id: str,
    caller: CallerDep,
    service: ServiceDep,
    if_none_match: Annotated[str | None, Header(description="ETags that were got before")] = None,
) -> Response:
    """A submission as it was sent, its status, and its report as far as it is released; 304 if nothing is new."""
    body = json.dumps(_looked(service, caller, submission_id).whole).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    if not known.isdisjoint({"*", tag}):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _take_in(service: Service, caller: Caller, assignment_id: str, posted: Posted) -> tuple[Stored, Future[str | None]]:
    """Store and put in line without leaving this thread, so that no cancelled request comes in between."""
    assignment = service.assignment(caller, assignment_id)
    stored = submit(service.database, caller, assignment, posted, service.clock())
    gradings = service.gradings
    return stored, gradings.under_way(stored.owned) if stored.repeated else gradings.enqueue(stored.owned)


async def _wait(grading: Future[str | None], seconds: float) -> str | None:
    """The report if it is there in time; a grading goes on whoever stops waiting for it."""
    waiting = asyncio.wrap_future(grading)
    done, _ = await asyncio.wait({waiting}, timeout=seconds)
    return waiting.result() if done and waiting.exception() is None else None


def _looked(service: Service, caller: Caller, submission_id: str) -> Looked:
    return look_at(service.database, service.shelf, caller, submission_id, service.clock())
