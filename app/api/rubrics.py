"""The versions of an assignment's rubric, and what the engine found in the key of each. For staff."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from app.api.bodies import read_posted
from app.api.documented import refused
from app.deps import CallerDep, Service, ServiceDep
from app.errors import ForbiddenError, UnknownAssignmentError
from app.errors.grades import BadRubricError, BadUploadError, OtherAssignmentError, UnknownVersionError
from app.services.key_audits import read_key_audit
from app.services.roles import Caller
from app.services.store import Posted
from app.services.versions import Upload, keep_version, version_history, version_text
from grader.frozen import Frozen

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["rubrics"])
_STAFF = (ForbiddenError, UnknownAssignmentError)


class UploadBody(Frozen):
    """A rubric's YAML text, the author's own answers (YAML or JSON, as text), and what the version is for."""

    rubric: str = Field(min_length=1)
    key: str | None = None
    reason: str = Field(default="", max_length=2000)


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": UploadBody.model_json_schema()},
            "application/yaml": {"schema": {"type": "string", "description": "the rubric alone"}},
        },
    }
}


@router.get("/rubrics", responses=refused(*_STAFF))
def list_rubric_versions(assignment_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """Which versions of the rubric there are, where they came from, and which of them held since when and why."""
    return version_history(service.database, caller, service.assignment(caller, assignment_id).id)


@router.post(
    "/rubrics", status_code=201, openapi_extra=_BODY,
    responses=refused(*_STAFF, BadRubricError, OtherAssignmentError, BadUploadError),
)  # fmt: skip
async def upload_rubric(assignment_id: str, request: Request, caller: CallerDep, service: ServiceDep) -> Response:
    """Bring in a version: checked and kept, and its key audited. It grades nobody until a regrade applies it."""
    assignment = service.assignment(caller, assignment_id).id
    limit = service.settings.max_yaml_bytes
    posted = await read_posted(request, {"json": 2 * service.settings.max_body_bytes, "yaml": limit})
    return await run_in_threadpool(_keep, service, caller, assignment, _upload(posted, limit))


@router.get("/rubrics/{version}", responses=refused(*_STAFF, UnknownVersionError), response_class=Response)
def show_rubric_version(assignment_id: str, version: str, caller: CallerDep, service: ServiceDep) -> Response:
    """The text of one version."""
    assignment = service.assignment(caller, assignment_id).id
    return Response(version_text(service.database, caller, assignment, version), media_type="application/yaml")


@router.get("/audit", responses=refused(*_STAFF, UnknownVersionError))
def show_key_audit(
    assignment_id: str,
    caller: CallerDep,
    service: ServiceDep,
    version: Annotated[str | None, Query(description="without it, the version that holds")] = None,
) -> dict[str, Any]:
    """What the engine found in the key that came with a version: each printed figure, and what the key would earn."""
    assignment = service.assignment(caller, assignment_id)
    return read_key_audit(service.database, caller, assignment.id, version or assignment.version)


def _upload(posted: Posted, limit: int) -> Upload:
    """What was uploaded. Raises `BadUploadError`."""
    if posted.syntax == "yaml":
        return Upload(posted.text)
    try:
        body = UploadBody.model_validate_json(posted.text)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors())
        raise BadUploadError(f'{faults}; expected {{"rubric": "...", "key": "...", "reason": "..."}}') from None
    for name, text in (("rubric", body.rubric), ("key", body.key or "")):
        if len(text.encode()) > limit:
            raise BadUploadError(f"{name}: got {len(text.encode())} bytes; at most {limit} are read: shorten it")
    return Upload(body.rubric, body.key, body.reason)


def _keep(service: Service, caller: Caller, assignment: str, upload: Upload) -> Response:
    kept = keep_version(service.database, caller, assignment, upload, service.clock())
    service.audits.enqueue()
    location = f"/api/v1/assignments/{assignment}/rubrics/{kept.version}"
    return JSONResponse(
        {"rubric_version": kept.version, "new": kept.new}, 201 if kept.new else 200, {"Location": location}
    )
