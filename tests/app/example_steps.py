"""What is played for the examples of the OpenAPI document: every operation once, and every way to be refused once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import httpx

from app.api import guards
from app.api.guards import Guards
from app.db.database import Database
from app.errors import NoDatabaseError
from app.errors.grades import RegradeRunningError
from app.reports import xlsx
from app.runner.pool import Runner
from app.runner.process import GradingError
from app.services.readiness import Readiness
from app.services.replay import Replays
from tests.app.regrading import DEARER, H0, ONE_WRONG, RIGHT
from tests.app.test_grading import HW6

A = "/api/v1/assignments"
HW = f"{A}/hw6"
SUB = "/api/v1/submissions"
COURSE = "/api/v1/course"
ITEM = f"{SUB}/{{anns}}/items/{H0}"
Keep = Callable[[httpx.Response], str]


@dataclass(frozen=True)
class Step:
    """A request by somebody, what it should be answered with, and what later steps need of the answer.

    `sent` is JSON, or a pair of content type and text. `while_` is what is wrong with the service meanwhile. Of several
    `times` the last answer counts.
    """

    role: str
    route: str
    sent: Any = None
    status: int = 200
    as_: str | None = None
    name: str = "example"
    headers: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, Keep] = field(default_factory=dict)
    while_: Callable[[], AbstractContextManager[Any]] = nullcontext
    times: int = 1

    @property
    def posted(self) -> tuple[str, Any]:
        if isinstance(self.sent, tuple):
            return self.sent
        return "application/json", json.dumps(self.sent)


def place(response: httpx.Response) -> str:
    return response.headers["Location"].rpartition("/")[2]


def tag(response: httpx.Response) -> str:
    return str(response.headers["ETag"])


def member(name: str) -> Keep:
    return lambda response: str(response.json()[name])


def answer(values: Any, **more: Any) -> dict[str, Any]:
    return {**more, "answers": {H0: values}}


DUE = {"due": "2026-12-07T23:59", "grace_minutes": 15, "late": {"per_day": 10, "at_most": 50}, "counts": "best"}
HANDING_IN = (
    Step("student", f"GET {A}"),
    Step("student", f"GET {HW}"),
    Step("student", f"GET {A}/hw7", status=404),
    Step("nobody", f"GET {A}", status=401),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 201, "ann", "right", {"Idempotency-Key": "monday"},
         {"anns": place}),
    Step("student", f"POST {HW}/submissions", answer(ONE_WRONG), 422, "ann", headers={"Idempotency-Key": "monday"}),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 400, "ann", headers={"Idempotency-Key": "k" * 201}),
    Step("ci", f"POST {HW}/submissions", answer(ONE_WRONG, student="bob"), 201, name="by a CI, one entry is wrong",
         keeps={"bobs": place}),
    Step("ci", f"POST {HW}/submissions", answer("as on the sheet", student="cy"), 201, name="cannot be read",
         keeps={"cys": place}),
    Step("student", f"POST {HW}/submissions", ("application/yaml", f"answers:\n  {H0}: [1, 2]\n"), 201, "dee", "yaml"),
    Step("ci", f"POST {HW}/submissions", answer(RIGHT), 422),
    Step("ci", f"POST {HW}/submissions", answer(RIGHT, student=" "), 422),
    Step("ci", f"POST {HW}/submissions", answer(RIGHT, student="BOB"), 422),
    Step("student", f"POST {HW}/submissions", ("application/json", '{"answers": {'), 400, "ann"),
    Step("student", f"POST {HW}/submissions", {"answers": {"p1.h0": 1}}, 422, "ann"),
    Step("student", f"POST {HW}/submissions", ("text/plain", "0.38"), 415, "ann"),
    Step("student", f"POST {HW}/submissions", ("application/json", " " * 250_001), 413, "ann"),
    Step("student", f"POST {HW}/submissions", ("application/yaml", b"answers: \xff"), 400, "ann"),
    Step("student", f"POST {HW}/submissions", ("multipart/form-data; boundary=x", "--x--"), 422, "ann"),
    Step("ci", f"POST {HW}/submissions:batch", [answer(RIGHT, student="eve"), {"student": "bob", "answers": {"p9": 1}}],
         207),
    Step("ci", f"POST {HW}/submissions:batch", {"student": "eve"}, 422),
    Step("student", f"GET {SUB}/{{anns}}", as_="ann"),
    Step("student", f"GET {SUB}/{{anns}}", status=404, as_="bob"),
    Step("student", f"GET {SUB}", as_="ann"),
    Step("student", f"GET {HW}/standing", as_="ann"),
    Step("ta", f"GET {HW}/standing", status=422),
    Step("ta", f"GET {HW}/standing?student=nobody", status=404),
)  # fmt: skip
TERMS = (
    Step("instructor", f"GET {HW}/settings", name="before any were made"),
    Step("instructor", f"PUT {HW}/settings", DUE, keeps={"terms": tag}),
    Step("instructor", f"PUT {HW}/settings", DUE, 428),
    Step("instructor", f"PUT {HW}/settings", DUE, 412, headers={"If-Match": '"0"'}),
    Step("instructor", f"PUT {HW}/settings", {**DUE, "opens": "2026-12-08T00:00"}, 422, headers={"If-Match": "*"}),
    Step("instructor", f"PUT {HW}/settings", {"due": "2026-12-07"}, 422, headers={"If-Match": "*"}),
    Step("student", f"PUT {HW}/settings", DUE, 403),
    Step("ta", f"PUT {HW}/extensions/ann", {"due": "2026-12-10T23:59", "reason": "ill"}, 204),
    Step("ta", f"GET {HW}/extensions"),
    Step("ta", f"DELETE {HW}/extensions/ann", status=204),
    Step("ta", f"DELETE {HW}/extensions/ann", status=404),
)  # fmt: skip
READING = (
    *(Step("ta", f"GET {HW}/scores.{form}") for form in ("json", "jsonl", "csv", "xlsx", "nbgrader.csv")),
    *(Step("ta", f"GET {HW}/scores.{form}.csv") for form in ("canvas", "moodle")),
    Step("ta", f"POST {HW}/scores.canvas.csv", ("text/csv", "Student,ID,SIS User ID,SIS Login ID,Section\n")),
    *(Step("ta", f"GET {HW}/scores.{form}.csv?check=1") for form in ("canvas", "moodle", "nbgrader")),
    Step("ta", f"POST {HW}/scores.canvas.csv?check=1", ("text/csv", "Student,ID,SIS User ID,SIS Login ID,Section\n")),
    Step("ta", f"POST {HW}/scores.moodle.csv", ("text/csv", "ID number,Email address\n2,\n")),
    Step("ta", f"POST {HW}/scores.moodle.csv?check=1", ("text/csv", "ID number,Email address\n2,\n")),
    Step("ta", f"POST {HW}/scores.canvas.csv", ("text/csv", "Name\n"), 422),
    Step("ta", f"GET {HW}/scores.csv?names=1&pseudonyms=1", status=422),
    Step("ta", f"GET {HW}/scores.xlsx", status=422, while_=lambda: mock.patch.object(xlsx, "MAX_ROWS", 1)),
    Step("ta", f"GET {HW}/scores.csv?sort=shoe_size", status=422),
    Step("student", f"GET {SUB}/{{anns}}/report.html", as_="ann"),
    Step("student", f"GET {SUB}/{{anns}}/results.json", as_="ann"),
)
DECIDING = (
    Step("ta", f"GET {HW}/undecided"),
    Step("ta", f"POST {SUB}/{{cys}}/items/{H0}/decision", {"points": 1, "reason": "right on the sheet"}),
    Step("ta", f"PUT {ITEM}/override", {"points": 1.5, "reason": "the unit is missing"}, keeps={"word": tag}),
    Step("ta", f"GET {ITEM}/override"),
    Step("ta", f"PUT {ITEM}/override", {"points": 7, "reason": "excellent"}, 422),
    Step("ta", f"DELETE {ITEM}/override"),
    Step("ta", f"DELETE {ITEM}/override", status=404),
    Step("ta", f"GET {SUB}/{{anns}}/items/p9/override", status=404),
)
REGRADING = (
    Step("instructor", f"POST {HW}/rubrics", {"rubric": DEARER, "reason": "question 1 was hard"}, 201,
         keeps={"version": member("rubric_version")}),
    Step("instructor", f"POST {HW}/rubrics", {"rubric": DEARER}, name="known already"),
    Step("instructor", f"POST {HW}/rubrics", {"rubric": "id: hw6\ntitle: [\n"}, 422),
    Step("instructor", f"POST {HW}/rubrics", {"rubric": DEARER.replace("id: hw6", "id: hw5", 1)}, 422),
    Step("instructor", f"POST {HW}/rubrics", {}, 422),
    Step("ta", f"GET {HW}/rubrics"),
    Step("ta", f"GET {HW}/rubrics/{HW6.assignment.version}"),
    Step("ta", f"GET {HW}/rubrics/000000000000", status=404),
    Step("ta", f"GET {HW}/audit"),
    Step("instructor", f"POST {HW}/regrades", {"rubric_version": "{version}"}, name="a preview",
         keeps={"preview": member("preview")}),
    Step("instructor", f"POST {HW}/regrades",
         {"rubric_version": "{version}", "apply": True, "reason": "question 1 was hard", "preview": "{preview}"},
         name="applied"),
    Step("instructor", f"POST {HW}/regrades",
         {"rubric_version": "{version}", "apply": True, "reason": "again", "preview": "{preview}"}, 412),
    Step("ta", f"GET {SUB}/{{anns}}/reports"),
    Step("ta", f"GET {SUB}/{{anns}}/reports/{HW6.assignment.version}"),
)  # fmt: skip
RUNNING_A_COURSE = (
    Step("admin", "GET /api/v1/courses"),
    Step("admin", "POST /api/v1/courses", {"id": "ml-2027", "title": "Machine learning", "zone": "Europe/Berlin"}, 201),
    Step("admin", "POST /api/v1/courses", {"id": "ml-2027", "title": "Again", "zone": "UTC"}, 409),
    Step("admin", "POST /api/v1/courses", {"id": "ml-2028", "title": "Later", "zone": "Mars/Olympus"}, 422),
    Step("admin", "GET /api/v1/courses/ml-2027"),
    Step("admin", "GET /api/v1/courses/ml-1999", status=404),
    Step("admin", "PUT /api/v1/courses/ml-2027/assignments/hw6"),
    Step("student", f"GET {COURSE}"),
    Step("instructor", f"POST {COURSE}/tokens", {"role": "student", "name": "fay"}, 201,
         keeps={"number": member("number")}),
    Step("instructor", f"POST {COURSE}/tokens", {"role": "student", "name": "fay", "scopes": ["everything"]}, 422),
    Step("instructor", f"GET {COURSE}/tokens"),
    Step("instructor", f"DELETE {COURSE}/tokens/{{number}}", status=204),
    Step("instructor", f"DELETE {COURSE}/tokens/{{number}}", status=404),
    Step("instructor", f"POST {COURSE}/roster", ("text/csv", "id,given_name,family_name\nfay,Fay,Wray\n")),
    Step("instructor", f"POST {COURSE}/roster", ("text/csv", "id,role\nfay,king\n"), 422),
    Step("ci", f"POST {HW}/submissions", answer(RIGHT, student="faye"), 422),
    Step("instructor", f"POST {COURSE}/tokens", {"role": "student", "name": "Fay"}, 422),
    Step("instructor", f"GET {COURSE}/people"),
    Step("instructor", f"DELETE {COURSE}/people/fay", status=204),
    Step("instructor", f"DELETE {COURSE}/people/fay/details"),
    Step("instructor", f"GET {COURSE}/audit-log"),
    Step("workload", "POST /api/v1/workload-tokens", status=201),
    Step("student", "POST /api/v1/workload-tokens", status=401),
    Step("stranger", "POST /api/v1/workload-tokens", status=503),
)  # fmt: skip


def _broken(_database: Any) -> bool:
    raise RuntimeError("a fault of the service, for an example")


def _grading_breaks(_runner: Any, _job: Any) -> Any:
    raise GradingError("for an example")


def _under_way(*_: Any) -> Any:
    """What is raised while another regrade is being worked out; test_regrade.py has two at once."""
    raise RegradeRunningError("a regrade or its preview is being worked out just now; ask again in 10 seconds")


_NO_PROCESS = "no grading process lives (out of memory); it is tried again every few seconds"


def _no_database(*_: Any) -> Any:
    raise NoDatabaseError("the database can't be used: the disk is full. Nothing of this was kept: send it again later")


async def _late(receiving: Any, _seconds: float) -> Any:
    receiving.close()
    raise TimeoutError


LAST = "ann"
TROUBLE = (
    Step("student", "GET /readyz", status=503,
         while_=lambda: mock.patch.object(Readiness, "fault", return_value=_NO_PROCESS)),
    Step("student", f"GET {HW}", status=503, while_=lambda: mock.patch.object(Database, "reading", _no_database)),
    Step("student", f"GET {HW}", status=503, while_=lambda: mock.patch.object(Guards, "_is_full", return_value=True)),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 408,
         while_=lambda: mock.patch.object(guards, "wait_for", _late)),
    Step("instructor", f"POST {HW}/regrades", {}, 409, while_=lambda: mock.patch.object(Replays, "look", _under_way)),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 202, LAST, "not graded yet", keeps={"open": place},
         while_=lambda: mock.patch.object(Runner, "grade", _grading_breaks)),
    Step("student", f"GET {SUB}/{{open}}/results.json", status=409, as_=LAST),
    Step("instructor", f"PUT {HW}/settings", {"attempts": 1}, headers={"If-Match": "*"}, name="one attempt"),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 409, LAST),
    Step("instructor", f"PUT {HW}/settings", {"opens": "2026-12-24T08:00"}, headers={"If-Match": "*"}, name="later"),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 403, LAST),
    Step("student", f"POST {HW}/submissions", answer(RIGHT), 429, "gus", times=21),
    Step("student", "GET /readyz", status=500, while_=lambda: mock.patch.object(Readiness, "fault", _broken)),
)  # fmt: skip
SERVICE = (Step("student", "GET /"), Step("student", "GET /healthz"), Step("student", "GET /readyz"))
STEPS = (*SERVICE, *HANDING_IN, *READING, *TERMS, *DECIDING, *REGRADING, *RUNNING_A_COURSE, *TROUBLE)
