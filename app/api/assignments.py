"""What is asked."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.api.documented import refused
from app.deps import CallerDep, ServiceDep
from app.errors import BadNameError, ForbiddenError, UnknownAssignmentError
from app.reports.asked import asked, summary
from app.services.variants import seen_by

router = APIRouter(prefix="/assignments", tags=["assignments"])


@router.get("")
def list_assignments(caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """The assignments that are loaded."""
    return {"assignments": [summary(rubric.assignment) for rubric in service.shelf.offered(caller.course.number)]}


@router.get("/{assignment_id}", responses=refused(UnknownAssignmentError, ForbiddenError, BadNameError))
def show_assignment(
    assignment_id: str, caller: CallerDep, service: ServiceDep, student: str | None = None
) -> dict[str, Any]:
    """What an assignment asks: items, prompts, shapes, points, the statement and given inputs. Never the key.

    Where students have numbers of their own, a student sees theirs, and the staff those of the `student` they name.
    """
    assignment = seen_by(caller, service.assignment(caller, assignment_id), student)
    return dict(asked(assignment, service.shelf.statement(assignment_id)))
