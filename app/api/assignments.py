"""What is asked, and the scores of a class."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.api.documented import refused
from app.deps import CallerDep, ServiceDep
from app.errors import ForbiddenError, UnknownAssignmentError
from app.reports.asked import asked, summary
from app.reports.scores import scores, scores_csv
from app.services.book import class_book

router = APIRouter(prefix="/assignments", tags=["assignments"])


@router.get("")
def list_assignments(caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """The assignments that are loaded."""
    return {"assignments": [summary(rubric.assignment) for rubric in service.shelf.offered(caller.course.number)]}


@router.get("/{assignment_id}", responses=refused(UnknownAssignmentError))
def show_assignment(assignment_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """What an assignment asks: items, prompts, shapes, points and given inputs. Never the key."""
    return dict(asked(service.assignment(caller, assignment_id)))


@router.get("/{assignment_id}/scores.json", responses=refused(UnknownAssignmentError, ForbiddenError))
def show_scores(assignment_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """Where each student stands, with points and verdict of each item. For TAs, instructors and admins."""
    assignment = service.assignment(caller, assignment_id)
    return dict(scores(asked(assignment), class_book(service.database, caller, assignment).standings))


@router.get(
    "/{assignment_id}/scores.csv", response_class=Response, responses=refused(UnknownAssignmentError, ForbiddenError)
)
def download_scores(assignment_id: str, caller: CallerDep, service: ServiceDep) -> Response:
    """The same as CSV, one row a student and one column an item."""
    assignment = service.assignment(caller, assignment_id)
    text = scores_csv(asked(assignment), class_book(service.database, caller, assignment).standings)
    headers = {"Content-Disposition": f'attachment; filename="{assignment.id}-scores.csv"'}
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")
