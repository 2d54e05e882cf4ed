"""Whose numbers: the variant of a homework that a student of a course has."""

from __future__ import annotations

import hashlib

from app.errors import ForbiddenError
from app.services.roles import Caller, Right, Role, checked_name
from grader.assignment import Assignment
from grader.variants import vary


def variant_of(course: str, assignment: Assignment, student: str) -> str | None:
    """The name of a student's variant, by course id and student's name; None where everybody has the same numbers."""
    if not assignment.has_variants:
        return None
    return hashlib.sha256(f"{course}:{assignment.id}:{student}".encode()).hexdigest()[:12]


def seen_by(caller: Caller, assignment: Assignment, student: str | None) -> Assignment:
    """The assignment at a student's own numbers, or at those of the `student` whom one of the staff names.

    Without a name the staff see the rubric's own numbers. Raises `ForbiddenError` or `BadNameError`.
    """
    if caller.role is Role.STUDENT:
        if student not in {None, caller.name}:
            raise ForbiddenError("got a `student` other than yourself; you see your own numbers: leave it out")
        student = caller.name
    elif student is not None:
        caller.demand(Right.READ_ALL)
        checked_name(student)
    variant = variant_of(caller.course.id, assignment, student) if student is not None else None
    return assignment if variant is None else vary(assignment, variant)
