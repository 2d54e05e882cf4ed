"""What routes ask for: the service's parts, and who is calling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.assignments import Rubric
from app.db.database import Database
from app.errors import NoTokenError, UnknownAssignmentError
from app.services.grading import Gradings
from app.services.roles import Caller
from app.services.tokens import identify
from app.settings import Settings
from grader.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service, put together in app.main."""

    settings: Settings
    database: Database
    rubrics: Mapping[str, Rubric]
    gradings: Gradings

    def assignment(self, assignment_id: str) -> Assignment:
        """A loaded assignment. Raises `UnknownAssignmentError` with the ids that are known."""
        rubric = self.rubrics.get(assignment_id)
        if rubric is None:
            known = ", ".join(self.rubrics) or "none"
            raise UnknownAssignmentError(f"got the assignment {assignment_id[:80]!r}; known are: {known}")
        return rubric.assignment


async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]


def _caller(request: Request, service: ServiceDep) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        got = f"an Authorization header of the scheme {scheme[:20]!r}" if scheme else "no Authorization header"
        raise NoTokenError(f"got {got}; send `Authorization: Bearer <your token>`")
    return identify(service.database, token.strip())


CallerDep = Annotated[Caller, Depends(_caller)]
