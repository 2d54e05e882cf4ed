"""Handing in, and looking at what was handed in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from app.api.bodies import SYNTAXES, read_posted
from app.deps import CallerDep, Service, ServiceDep
from app.services.read import describe, read_submission_record
from app.services.roles import Caller
from app.services.submit import Posted, submit
from app.settings import Settings
from grader.assignment import Assignment

router = APIRouter(tags=["submissions"])
_BODY = {"requestBody": {"required": True, "content": {name: {"schema": {"type": "object"}} for name in SYNTAXES}}}


@router.post("/assignments/{assignment_id}/submissions", status_code=201, openapi_extra=_BODY)
async def hand_in(assignment_id: str, request: Request, caller: CallerDep, service: ServiceDep) -> Response:
    """Hand in answers: 201 with the report, or 202 if it is not graded in time; `Location` is the submission."""
    assignment = service.assignment(caller, assignment_id)
    posted = await read_posted(request, _limits(service.settings))
    submission_id, grading = await run_in_threadpool(_take_in, service, caller, assignment, posted)
    report = await _wait(grading, service.settings.answer_seconds)
    headers = {"Location": f"/api/v1/submissions/{submission_id}"}
    if report is not None:
        return Response(report, 201, headers, media_type="application/json")
    return JSONResponse(await run_in_threadpool(_described, service, caller, submission_id), 202, headers)


@router.get("/submissions/{submission_id}")
def look_at(submission_id: str, caller: CallerDep, service: ServiceDep) -> Response:
    """A submission as it was sent, its status, and its report."""
    return JSONResponse(_described(service, caller, submission_id))


def _limits(settings: Settings) -> Mapping[str, int]:
    return {"json": settings.max_body_bytes, "yaml": settings.max_yaml_bytes}


def _take_in(
    service: Service, caller: Caller, assignment: Assignment, posted: Posted
) -> tuple[str, Future[str | None]]:
    """Store and put in line without leaving this thread, so that no cancelled request comes in between."""
    stored = submit(service.database, caller, assignment, posted, service.clock())
    return stored.id, service.gradings.enqueue(stored.number)


async def _wait(grading: Future[str | None], seconds: float) -> str | None:
    """The report if it is there in time; a grading goes on whoever stops waiting for it."""
    waiting = asyncio.wrap_future(grading)
    done, _ = await asyncio.wait({waiting}, timeout=seconds)
    return waiting.result() if done and waiting.exception() is None else None


def _described(service: Service, caller: Caller, submission_id: str) -> dict[str, object]:
    found = read_submission_record(service.database, caller, submission_id)
    return dict(describe(found, lambda assignment_id: service.assignment(caller, assignment_id)))
