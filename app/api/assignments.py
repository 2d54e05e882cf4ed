"""What is asked."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.api.documented import refused
from app.deps import CallerDep, ServiceDep
from app.errors import UnknownAssignmentError
from app.reports.asked import asked, summary

router = APIRouter(prefix="/assignments", tags=["assignments"])


@router.get("")
def list_assignments(caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """The assignments that are loaded."""
    return {"assignments": [summary(rubric.assignment) for rubric in service.shelf.offered(caller.course.number)]}


@router.get("/{assignment_id}", responses=refused(UnknownAssignmentError))
def show_assignment(assignment_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """What an assignment asks: items, prompts, shapes, points and given inputs. Never the key."""
    return dict(asked(service.assignment(caller, assignment_id)))
