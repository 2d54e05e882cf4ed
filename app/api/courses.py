"""Courses: for admins, and the caller's own for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from app.api.documented import refused
from app.db.courses import CourseRecord
from app.deps import CallerDep, ServiceDep
from app.errors import ForbiddenError, UnknownAssignmentError, UnknownCourseError
from app.errors.access import BadCourseError, CourseExistsError
from app.services.courses import CourseDraft, create_course, find_course, list_courses, offer
from app.services.rubrics import offered_in

router = APIRouter(tags=["courses"])


class CourseBody(BaseModel):
    """A course to make; its days end in `zone`, a name of the IANA time zones."""

    model_config = ConfigDict(extra="forbid")

    id: str
    title: str
    zone: str = "UTC"


@router.get("/course")
def show_own_course(caller: CallerDep) -> dict[str, Any]:
    """The caller's course, and who the caller is there."""
    return {**_course(caller.course), "you": {"id": caller.name, "role": caller.role, "may": _scopes(caller.rights)}}


@router.get("/courses", responses=refused(ForbiddenError))
def show_courses(caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """All courses, in the order of their making. For admins."""
    return {"courses": [_course(course) for course in list_courses(service.database, caller)]}


@router.post("/courses", status_code=201, responses=refused(ForbiddenError, CourseExistsError, BadCourseError))
def make_course(body: CourseBody, caller: CallerDep, service: ServiceDep) -> JSONResponse:
    """Make a course. For admins."""
    draft = CourseDraft(body.id, body.title, body.zone)
    made = create_course(service.database, caller, draft, service.clock())
    return JSONResponse(_course(made), 201, {"Location": f"/api/v1/courses/{made.id}"})


@router.get("/courses/{course_id}", responses=refused(ForbiddenError, UnknownCourseError))
def show_course(course_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """A course with what it offers. For admins."""
    course = find_course(service.database, caller, course_id)
    offers = offered_in(service.database, course.number)
    return {**_course(course), "assignments": {active.assignment: active.rubric_version for active in offers}}


@router.put(
    "/courses/{course_id}/assignments/{assignment_id}",
    responses=refused(ForbiddenError, UnknownCourseError, UnknownAssignmentError),
)
def offer_assignment(course_id: str, assignment_id: str, caller: CallerDep, service: ServiceDep) -> dict[str, Any]:
    """Let a course offer an assignment of the rubric folder; a version that holds there stays. For admins."""
    find_course(service.database, caller, course_id)
    rubric = service.shelf.newest(assignment_id)
    version = offer(service.database, caller, course_id, rubric, service.clock())
    return {"course": course_id, "assignment": assignment_id, "rubric_version": version}


def _course(course: CourseRecord) -> Mapping[str, Any]:
    return {"id": course.id, "title": course.title, "zone": course.zone}


def _scopes(rights: frozenset[Any]) -> list[str]:
    return sorted(right.scope for right in rights)
