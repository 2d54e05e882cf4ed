"""A person's word on an item of a submission: set, taken back, looked up. For TAs, instructors and admins."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from app.api.documented import refused
from app.deps import DeskDep
from app.errors import ForbiddenError, NotFoundError
from app.errors.grades import NoOverrideError, PointsOutOfRangeError, UnknownItemError
from app.errors.submitting import PreconditionFailedError
from app.services.overrides import History, Place, Word, decide, read_history
from grader.frozen import Frozen

router = APIRouter(prefix="/submissions/{submission_id}/items/{item}", tags=["decisions"])
Points = Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=2)]
_IfMatch = Annotated[str | None, Header(description="the ETag of what was said so far; what was said since is kept")]
_REFUSED = (ForbiddenError, NotFoundError, UnknownItemError)


class OverrideBody(Frozen):
    """The points of an item, and why; the student reads both."""

    points: Points
    reason: str = Field(min_length=1, max_length=2000, pattern=r"\S")


def _place(submission_id: str, item: str) -> Place:
    return Place(submission_id, item)


PlaceDep = Annotated[Place, Depends(_place)]


@router.get("/override", responses=refused(*_REFUSED))
def show_override(place: PlaceDep, desk: DeskDep) -> Response:
    """What holds of an item beside the report, and all that was said on it before; with an `ETag`."""
    return _answer(read_history(desk, place))


@router.put("/override", responses=refused(*_REFUSED, PointsOutOfRangeError, PreconditionFailedError))
def set_override(body: OverrideBody, place: PlaceDep, desk: DeskDep, if_match: _IfMatch = None) -> Response:
    """Let other points than the report's hold; they stay through regrades until they are withdrawn."""
    return _answer(decide(desk, place, Word(body.points, body.reason, if_match)))


@router.delete("/override", responses=refused(*_REFUSED, NoOverrideError, PreconditionFailedError))
def withdraw_override(place: PlaceDep, desk: DeskDep, if_match: _IfMatch = None) -> Response:
    """Let the report's points hold again. What was said stays in the history."""
    return _answer(decide(desk, place, Word(None, "", if_match)))


def _answer(history: History) -> Response:
    return JSONResponse(history.shown, headers={"ETag": history.etag})
