"""Where to look, whether the process lives, whether it can do its work. No token needed."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter

from app.api.documented import refused
from app.deps import ServiceDep
from app.errors import NotReadyError

router = APIRouter(tags=["service"])
_LOOKING = CapacityLimiter(1)


@router.get("/")
def where_to_look() -> dict[str, str]:
    """The first things to ask for."""
    return {
        "service": "Gradebound",
        "assignments": "/api/v1/assignments",
        "hand_in": "POST /api/v1/assignments/{id}/submissions",
        "openapi": "/api/v1/openapi.json",
        "health": "/healthz",
        "ready": "/readyz",
    }


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Alive: answers at all."""
    return {"status": "alive"}


@router.get("/readyz", responses=refused(NotReadyError))
async def readyz(service: ServiceDep) -> dict[str, str]:
    """Ready: a grading process lives, and the database can be written and has the schema of this version.

    It looks in a thread of its own, as those of all requests may be waiting for the database.
    """
    fault = await to_thread.run_sync(service.readiness.fault, limiter=_LOOKING)
    if fault is not None:
        raise NotReadyError(f"{fault}. What was acknowledged is kept; ask again in a few seconds")
    return {"status": "ready"}
