"""Where to look, whether the process lives, whether it can do its work. No token needed."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.documented import refused
from app.db.migrate import is_current
from app.deps import ServiceDep
from app.errors import NotReadyError

router = APIRouter(tags=["service"])


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
def readyz(service: ServiceDep) -> dict[str, str]:
    """Ready: the database answers and has the schema of this version."""
    if not is_current(service.database):
        raise NotReadyError(
            "got a database of another schema; start this version with `gradebound serve`, which migrates"
        )
    return {"status": "ready"}
