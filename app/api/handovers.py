"""Scores as the files that other systems import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from io import BytesIO
from typing import Annotated, Any, BinaryIO, TypeAlias

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from app.api.bodies import read_text
from app.api.chosen import ChosenStudents
from app.api.documented import refused
from app.api.drafts import drafted
from app.db.courses import CourseRecord
from app.deps import CallerDep, Service, ServiceDep
from app.errors import BadExportError, BodyTooLargeError, ForbiddenError, NotUtf8Error, UnknownAssignmentError
from app.reports.importers.canvas import canvas
from app.reports.importers.canvas_export import read_canvas_export
from app.reports.importers.handover import Class, Handover
from app.reports.importers.moodle import moodle
from app.reports.importers.moodle_export import read_moodle_export
from app.reports.importers.nbgrader import nbgrader
from app.services.exports import Handing, Order, hand_over

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["scores"])
MAX_EXPORT_BYTES = 5_000_000
LEFT_OUT = "X-Gradebound-Left-Out"
WAITING_ANSWERS, WAITING_STUDENTS = "X-Gradebound-Waiting-Answers", "X-Gradebound-Waiting-Students"
_CSV = "text/csv; charset=utf-8"
_Make: TypeAlias = Callable[[Class], Handover]
_TARGETS: Mapping[str, _Make] = {"canvas": canvas, "moodle": moodle, "nbgrader": nbgrader}
_BY_EXPORT: Mapping[str, Callable[[str], _Make]] = {
    "canvas": lambda text: partial(canvas, export=read_canvas_export(text)),
    "moodle": lambda text: partial(moodle, export=read_moodle_export(text)),
}
_ANSWERS: Mapping[int | str, dict[str, Any]] = {
    200: {
        "description": "The file; or with `check=1`, as JSON, who is left out of it and why",
        "content": {_CSV: {}, "application/json": {}},
        "headers": {
            name: {"description": told, "schema": {"type": "integer"}}
            for name, told in (
                (LEFT_OUT, "how many students are left out"),
                (WAITING_ANSWERS, "how many answers wait for a person"),
                (WAITING_STUDENTS, "of how many students"),
            )
        },
    }
}
_EXPORT = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


class Handed(ChosenStudents):
    """Which students go into a file, and what the assignment is called in it."""

    title: str | None = Field(
        default=None, min_length=1, max_length=200, description="in place of the assignment's own"
    )
    waiting_as_zero: bool = Field(
        default=False, description="hand over answers that wait for a person as zeros; left out otherwise"
    )
    check: bool = Field(default=False, description="say who would be left out and why, instead of giving the file")

    def handing(self, make: _Make, course: CourseRecord) -> Handing:
        """What is asked for, as a value."""
        return Handing(make, self.selection(course), self.title, self.waiting_as_zero)


HandedDep = Annotated[Handed, Query()]


def _file(target: str) -> Callable[..., Response]:
    def route(assignment_id: str, caller: CallerDep, service: ServiceDep, handed: HandedDep) -> Response:
        """Final grades only: a student without one has no row, so that nothing open becomes a zero."""
        order = Order(caller, service.assignment(caller, assignment_id), service.clock())
        return _answer(service, order, handed.handing(_TARGETS[target], caller.course), handed)

    return route


for _target in _TARGETS:
    router.add_api_route(
        f"/scores.{_target}.csv",
        _file(_target),
        name=f"scores_for_{_target}",
        summary=f"Scores for {_target}",
        response_class=Response,
        responses={**_ANSWERS, **refused(UnknownAssignmentError, ForbiddenError)},
    )


def _file_by_export(target: str) -> Callable[..., Awaitable[Response]]:
    async def route(
        assignment_id: str, request: Request, caller: CallerDep, service: ServiceDep, handed: HandedDep
    ) -> Response:
        """The same, for the students of an export of that system's gradebook, which is sent as the body."""
        text = await read_text(request, MAX_EXPORT_BYTES)

        def answer() -> Response:
            order = Order(caller, service.assignment(caller, assignment_id), service.clock())
            handing = handed.handing(_BY_EXPORT[target](text), caller.course)
            return _answer(service, order, handing, handed)

        return await run_in_threadpool(answer)

    return route


for _target in _BY_EXPORT:
    router.add_api_route(
        f"/scores.{_target}.csv",
        _file_by_export(_target),
        methods=["POST"],
        name=f"scores_into_{_target}",
        summary=f"Scores for the students of an export of {_target}",
        response_class=Response,
        openapi_extra=_EXPORT,
        responses={
            **_ANSWERS,
            **refused(UnknownAssignmentError, ForbiddenError, BodyTooLargeError, NotUtf8Error, BadExportError),
        },
    )


def _answer(service: Service, order: Order, handing: Handing, handed: Handed) -> Response:
    if handed.check:
        return JSONResponse(_told(hand_over(service.database, order, handing, BytesIO())))

    def fill(out: BinaryIO) -> Mapping[str, str]:
        made = hand_over(service.database, order, handing, out)
        counts = (len(made.left_out), made.waiting.answers, made.waiting.students)
        return dict(zip((LEFT_OUT, WAITING_ANSWERS, WAITING_STUDENTS), map(str, counts), strict=True))

    return drafted(fill, _CSV, f"{order.assignment.id}-scores.csv")


def _told(made: Handover) -> Mapping[str, object]:
    left_out = [{"student": one.student, "reason": one.reason} for one in made.left_out]
    return {"left_out": left_out, "waiting": asdict(made.waiting), "notes": list(made.notes)}
