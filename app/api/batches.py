"""Handing in for many students at once."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from app.api.bodies import read_posted
from app.api.documented import refused
from app.api.problems import told
from app.deps import CallerDep, Service, ServiceDep
from app.errors import (
    BodyTooLargeError,
    ForbiddenError,
    NotUtf8Error,
    UnknownAssignmentError,
    UnsupportedTypeError,
)
from app.errors.submitting import BadBatchError
from app.runner.line import Urgency
from app.services.batch import MAX_ENTRIES, Outcome, read_batch, submit_batch
from app.services.limits import SUBMIT
from app.services.roles import Caller
from app.services.store import Stored

router = APIRouter(tags=["submissions"])
_ENTRY = {
    "type": "object",
    "required": ["student", "answers"],
    "properties": {
        "student": {"type": "string"},
        "answers": {"type": "object"},
        "idempotency_key": {"type": "string", "maxLength": 200},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "array", "items": _ENTRY, "maxItems": MAX_ENTRIES}}},
    }
}
_REFUSED = (
    UnknownAssignmentError, ForbiddenError, BodyTooLargeError, UnsupportedTypeError, NotUtf8Error, BadBatchError,
)  # fmt: skip


@router.post(
    "/assignments/{assignment_id}/submissions:batch",
    status_code=207,
    openapi_extra=_BODY,
    responses=refused(*_REFUSED),
)
async def hand_in_batch(assignment_id: str, request: Request, caller: CallerDep, service: ServiceDep) -> JSONResponse:
    """Hand in for up to 1,000 students: a list with what became of each, in their order.

    Each is as if it had been posted alone: `status` 202 with the `location` to ask for its report, or a `problem`.
    Those that were stored are graded after they were answered, behind whoever posts alone.
    """
    limit = service.settings.max_batch_bytes
    posted = await read_posted(request, {"json": limit})
    return JSONResponse(await run_in_threadpool(_take_in, service, caller, assignment_id, posted.text), 207)


def _take_in(service: Service, caller: Caller, assignment_id: str, text: str) -> list[dict[str, Any]]:
    assignment = service.assignment(caller, assignment_id)
    batch = read_batch(caller, text, service.settings.max_body_bytes)
    service.limits.spend(caller, SUBMIT, max(0, len(batch.texts) - 1))  # the request itself is counted already
    outcomes = submit_batch(service.database, caller, assignment, batch, service.clock())
    for outcome in outcomes:
        if isinstance(outcome, Stored) and not outcome.repeated:
            service.gradings.enqueue(outcome.owned, Urgency.BATCH)
    return [_result(outcome) for outcome in outcomes]


def _result(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Stored):
        return {"status": 202, "id": outcome.id, "location": f"/api/v1/submissions/{outcome.id}"}
    problem = told(outcome)
    return {"status": problem["status"], "problem": problem}
