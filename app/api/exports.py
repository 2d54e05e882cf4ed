"""Scores as tables, in several forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from app.api.chosen import ChosenStudents
from app.api.documented import refused
from app.api.drafts import drafted
from app.db.courses import CourseRecord
from app.deps import CallerDep, ServiceDep
from app.errors import ContradictionError, ForbiddenError, TooManyRowsError, UnknownAssignmentError
from app.reports.csv_text import write_marked_csv
from app.reports.formats import FORMS, Form
from app.reports.identities import Naming
from app.reports.selection import Sort
from app.reports.shapes import Shape
from app.services.exports import Order, Wanted, write_scores

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["scores"])
_NAMES = {
    Form.JSON: "show_scores",
    Form.CSV: "download_scores",
    Form.XLSX: "download_scores_xlsx",
    Form.JSONL: "download_scores_jsonl",
}


class Chosen(ChosenStudents):
    """Which students, and how they are shown."""

    shape: Shape = Field(default=Shape.STUDENTS, description="what a row is about")
    sort: Sort = Field(default=Sort.STUDENT, description="`-` in front turns it round")
    names: bool = Field(default=False, description="with names, mail addresses and student numbers")
    pseudonyms: bool = Field(default=False, description="with pseudonyms in place of ids")
    bom: bool = Field(default=False, description="CSV begins with a byte order mark")

    @property
    def naming(self) -> Naming:
        """How students are named. Raises `ContradictionError`."""
        if self.names and self.pseudonyms:
            raise ContradictionError("got both names=1 and pseudonyms=1; ask for one of them")
        return Naming.NAMES if self.names else Naming.PSEUDONYMS if self.pseudonyms else Naming.IDS

    def wanted(self, course: CourseRecord, form: Form) -> Wanted:
        """The table that is asked for."""
        write = write_marked_csv if self.bom and form is Form.CSV else FORMS[form].write
        return Wanted(self.shape, self.selection(course), self.sort, self.naming, write)


ChosenDep = Annotated[Chosen, Query()]


def _scores(form: Form) -> Callable[..., StreamingResponse]:
    def route(assignment_id: str, caller: CallerDep, service: ServiceDep, chosen: ChosenDep) -> StreamingResponse:
        """Where each student stands: a row a student, a row a student and item, or a row an attempt and item."""
        order = Order(caller, service.assignment(caller, assignment_id), service.clock())
        wanted = chosen.wanted(caller.course, form)

        def fill(out: BinaryIO) -> Mapping[str, str]:
            write_scores(service.database, order, wanted, out)
            return {}

        return drafted(fill, FORMS[form].media_type, f"{order.assignment.id}-{wanted.shape}.{form}")

    return route


for _form in Form:
    router.add_api_route(
        f"/scores.{_form}",
        _scores(_form),
        name=_NAMES[_form],
        summary=f"Scores as {_form.upper()}",
        response_class=StreamingResponse,
        responses={
            200: {"content": {FORMS[_form].media_type: {}}, "description": "The table"},
            **refused(UnknownAssignmentError, ForbiddenError, ContradictionError, TooManyRowsError),
        },
    )
