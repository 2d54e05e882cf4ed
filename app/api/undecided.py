"""What waits for a person, and deciding on it. For TAs, instructors and admins."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from app.api.documented import refused
from app.api.overrides import PlaceDep, Points
from app.api.paging import PageDep, link
from app.deps import DeskDep
from app.errors import ForbiddenError, NotFoundError, UnknownAssignmentError
from app.errors.grades import PointsOutOfRangeError, UnknownItemError
from app.services.decisions import Decision, decide_alike
from app.services.undecided import list_undecided
from grader.frozen import Frozen

router = APIRouter(tags=["decisions"])


class DecisionBody(Frozen):
    """The points of an answer that waits, why, and whether all waiting answers of the same text have the same."""

    points: Points
    reason: str = Field(min_length=1, max_length=2000, pattern=r"\S")
    also_identical: bool = False


@router.get(
    "/assignments/{assignment_id}/undecided",
    responses=refused(ForbiddenError, UnknownAssignmentError),
)
def show_undecided(assignment_id: str, desk: DeskDep, page: PageDep, request: Request) -> Response:
    """The answers that wait for a person, oldest first: undecided, unreadable, or not graded by a fault of the service.

    Of the attempts that count; where the best attempt counts, of all, as any may turn out to be the best.
    """
    rows, shown = list_undecided(desk, assignment_id, page)
    return JSONResponse(shown, headers=link(request, page, rows))


@router.post(
    "/submissions/{submission_id}/items/{item}/decision",
    responses=refused(ForbiddenError, NotFoundError, UnknownItemError, PointsOutOfRangeError),
)
def decide_item(body: DecisionBody, place: PlaceDep, desk: DeskDep) -> dict[str, Any]:
    """Decide on an answer, and, with `also_identical`, on all waiting ones of the same text. Each is an override."""
    return dict(decide_alike(desk, place, Decision(body.points, body.reason, body.also_identical)))
