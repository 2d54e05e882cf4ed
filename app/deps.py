"""What routes ask for: the service's parts, and who is calling."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.clock import Clock
from app.db.database import Database
from app.errors import NoTokenError
from app.oidc.verifying import is_identity_token
from app.services.grading import Gradings
from app.services.key_audits import KeyAudits
from app.services.limits import READ, SUBMIT, Limiter
from app.services.overrides import Desk
from app.services.readiness import Readiness
from app.services.regrade import Regrades
from app.services.roles import Caller
from app.services.rubrics import Shelf
from app.services.tokens import identify
from app.services.workloads import Workloads
from app.settings import Settings
from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service, put together in app.main."""

    settings: Settings
    database: Database
    shelf: Shelf
    gradings: Gradings
    audits: KeyAudits
    regrades: Regrades
    limits: Limiter
    workloads: Workloads
    readiness: Readiness
    clock: Clock

    def assignment(self, caller: Caller, assignment_id: str) -> Assignment:
        """An assignment of the caller's course. Raises `UnknownAssignmentError` with the ids that are known."""
        return self.shelf.active(caller.course.number, assignment_id).assignment


# What waits for nothing is `async`: FastAPI would send any other dependency to a thread and wait for it there.
async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]


async def _bearer(request: Request) -> str:
    """The token that was sent. Raises `NoTokenError`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        got = f"an Authorization header of the scheme {scheme[:20]!r}" if scheme else "no Authorization header"
        raise NoTokenError(f"got {got}; send `Authorization: Bearer <your token>`")
    return token.strip()


BearerDep = Annotated[str, Depends(_bearer)]


def _identified(token: BearerDep, service: ServiceDep) -> Caller:
    if is_identity_token(token):
        return service.workloads.admit(token)
    return identify(service.database, token, service.clock())


async def _caller(
    request: Request, service: ServiceDep, caller: Annotated[Caller, Depends(_identified)]
) -> AsyncIterator[Caller]:
    """Whoever calls, with this request counted; handing in and all else have quotas of their own."""
    hands_in = request.method == "POST" and request.url.path.rpartition("/")[2].startswith("submissions")
    with service.limits.at_once(caller):
        request.state.allowance = service.limits.spend(caller, SUBMIT if hands_in else READ)
        yield caller


CallerDep = Annotated[Caller, Depends(_caller)]


async def _desk(caller: CallerDep, service: ServiceDep) -> Desk:
    return Desk(service.database, caller, service.shelf, service.clock())


DeskDep = Annotated[Desk, Depends(_desk)]
