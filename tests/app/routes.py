"""Every route that a token opens, and what each kind of caller gets there. Whoever adds a route adds its row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.clock import system_clock
from app.services.roles import Role
from app.services.tokens import Grant, make_token
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, post
from tests.homework6 import ROOT, hw6

STUDENT, CI, TA, INSTRUCTOR, ADMIN = "student", "ci", "ta", "instructor", "admin"
ALL = frozenset({STUDENT, CI, TA, INSTRUCTOR, ADMIN})
STAFF = frozenset({TA, INSTRUCTOR, ADMIN})
LEADS = frozenset({INSTRUCTOR, ADMIN})
ADMINS = frozenset({ADMIN})


@dataclass(frozen=True)
class Row:
    """A route: the roles that get `status` (the others get 403), and what they send.

    In paths, queries and bodies `{name}` stands for what PARAMETERS makes, anew for each request. `sent` is JSON, or a
    pair of content type and text. `status_of` and `sent_by` are for roles that differ. `elsewhere` is what an admin of
    another course gets: nothing that has a name in this one, unless it says otherwise. `narrowed` is what an admin's
    token gets that is narrowed to nothing. A route that changes something leaves an entry in the audit log, or says in
    `unlogged` why not.
    """

    roles: frozenset[str]
    status: int = 200
    sent: Any = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    status_of: Mapping[str, int] = field(default_factory=dict)
    sent_by: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: int | None = None
    narrowed: int | None = None
    unlogged: str = ""


_numbers = count(1)
OWN_RECORD = "a submission is a record of its own, which says who sent it and when"


def fresh(_: Running) -> str:
    return f"somebody-{next(_numbers)}"


def fresh_token(service: Running) -> str:
    return str(make_token(service.database, Grant(Role.STUDENT), fresh(service), system_clock()).number)


def a_student(service: Running) -> str:
    """Somebody of the course to whom nothing was ever granted."""
    name = fresh(service)
    make_token(service.database, Grant(Role.STUDENT), name, system_clock())
    return name


def anns_submission(service: Running) -> str:
    return post(service.as_role("student", "ann"), RIGHT_H0).headers["Location"].rpartition("/")[2]


PARAMETERS: Mapping[str, Callable[[Running], str]] = {
    "assignment_id": lambda _: "hw6",
    "submission_id": anns_submission,
    "course_id": lambda _: "default",
    "number": fresh_token,
    "fresh": fresh,
    "student": a_student,
    "version": lambda _: hw6().version,
    "item": lambda _: "p1.forward.h0.value",
}
_FOR_ANN = RIGHT_H0.replace("{", '{"student": "ann", ', 1)
_A = "/api/v1/assignments"
_COURSE = "/api/v1/course"
_ITEM = "/api/v1/submissions/{submission_id}/items/{item}"
_OWN = Row(ALL, status_of={CI: 404, STUDENT: 404}, narrowed=404)  # for them, a submission that is somebody else's
ROUTES: Mapping[str, Row] = {
    f"GET {_A}": Row(ALL),
    f"GET {_A}/{{assignment_id}}": Row(ALL),
    **{f"GET {_A}/{{assignment_id}}/scores.{form}": Row(STAFF) for form in ("json", "jsonl", "csv", "xlsx")},
    **{f"GET {_A}/{{assignment_id}}/scores.{form}.csv": Row(STAFF) for form in ("canvas", "moodle", "nbgrader")},
    **{
        f"POST {_A}/{{assignment_id}}/scores.{form}.csv": Row(
            STAFF, sent=("text/csv", header), unlogged="nothing changes: the body says whom the other system has"
        )
        for form, header in (("canvas", "Student,ID\n"), ("moodle", "ID number,Email address\n"))
    },
    f"POST {SUBMISSIONS.replace('hw6', '{assignment_id}')}": Row(
        ALL, 201, sent=("application/json", _FOR_ANN), sent_by={STUDENT: ("application/json", RIGHT_H0)},
        narrowed=403, unlogged=OWN_RECORD,
    ),
    f"POST {SUBMISSIONS.replace('hw6', '{assignment_id}')}:batch": Row(
        STAFF | {CI}, 207, sent=[json.loads(_FOR_ANN)], unlogged=OWN_RECORD
    ),
    "GET /api/v1/submissions": Row(ALL),
    f"GET {_A}/{{assignment_id}}/standing": Row(
        STAFF, query="student={student}", elsewhere=404
    ),
    f"GET {_A}/{{assignment_id}}/settings": Row(ALL),
    f"PUT {_A}/{{assignment_id}}/settings": Row(LEADS, sent={}, headers={"If-Match": "*"}),
    f"GET {_A}/{{assignment_id}}/extensions": Row(STAFF),
    f"PUT {_A}/{{assignment_id}}/extensions/{{student}}": Row(
        STAFF, 204, sent={"due": "2026-11-30T23:59", "reason": "ill"}
    ),
    f"DELETE {_A}/{{assignment_id}}/extensions/{{student}}": Row(
        STAFF, 404, unlogged="nothing to take back; test_terms.py looks at one that is"
    ),
    f"GET {_A}/{{assignment_id}}/rubrics": Row(STAFF),
    f"POST {_A}/{{assignment_id}}/rubrics": Row(
        LEADS, sent={"rubric": (ROOT / "rubrics" / "hw6.yaml").read_text()}, unlogged="this version is known already"
    ),
    f"GET {_A}/{{assignment_id}}/rubrics/{{version}}": Row(STAFF),
    f"GET {_A}/{{assignment_id}}/audit": Row(STAFF),
    f"POST {_A}/{{assignment_id}}/regrades": Row(
        STAFF, sent={}, unlogged="a preview keeps nothing; test_regrade.py applies one"
    ),
    "GET /api/v1/submissions/{submission_id}/reports": _OWN,
    f"POST {_ITEM}/decision": Row(STAFF, sent={"points": 1.5, "reason": "by hand"}),
    f"GET {_A}/{{assignment_id}}/undecided": Row(STAFF),
    f"GET {_ITEM}/override": Row(STAFF),
    f"PUT {_ITEM}/override": Row(STAFF, sent={"points": 1.5, "reason": "by hand"}),
    f"DELETE {_ITEM}/override": Row(
        STAFF, 404, unlogged="nothing to take back; test_overrides.py looks at one that is"
    ),
    "GET /api/v1/submissions/{submission_id}/reports/{version}": _OWN,
    **{
        f"GET /api/v1/submissions/{{submission_id}}/{form}": _OWN
        for form in ("report.html", "results.json")
    },
    "GET /api/v1/submissions/{submission_id}": _OWN,
    f"GET {_COURSE}": Row(ALL),
    "GET /api/v1/courses": Row(ADMINS),
    "POST /api/v1/courses": Row(ADMINS, 201, sent={"id": "{fresh}", "title": "T", "zone": "Europe/Berlin"}),
    "GET /api/v1/courses/{course_id}": Row(ADMINS, elsewhere=200),
    "PUT /api/v1/courses/{course_id}/assignments/{assignment_id}": Row(
        ADMINS, elsewhere=200, unlogged="the version that holds stays; test_courses.py looks at a new one"
    ),
    f"POST {_COURSE}/tokens": Row(LEADS, 201, sent={"role": "student", "name": "{fresh}"}),
    f"GET {_COURSE}/tokens": Row(LEADS),
    f"DELETE {_COURSE}/tokens/{{number}}": Row(LEADS, 204),
    "POST /api/v1/workload-tokens": Row(ALL, 401),  # for identity tokens only; test_workloads.py has some
    f"GET {_COURSE}/people": Row(STAFF),
    f"POST {_COURSE}/roster": Row(LEADS, sent=("text/csv", "id,family_name\n{fresh},Doe\n")),
    f"DELETE {_COURSE}/people/{{student}}": Row(LEADS, 204),
    f"DELETE {_COURSE}/people/{{student}}/details": Row(LEADS),
    f"GET {_COURSE}/audit-log": Row(LEADS),
}  # fmt: skip
OPEN = frozenset({"GET /", "GET /healthz", "GET /readyz"})
