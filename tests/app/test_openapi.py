"""The OpenAPI document is whole: every operation has a stable id, says who may call, and how it may be refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.documented import PROBLEM, refused
from app.errors import NoTokenError, UnknownAssignmentError, UnknownCourseError
from app.main import create_app

DOCUMENT = create_app().openapi()
OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    operation["operationId"]: (path, operation)
    for path, verbs in DOCUMENT["paths"].items()
    for operation in verbs.values()
}


def test_each_operation_has_an_id_of_its_own() -> None:
    assert len(OPERATIONS) == sum(len(verbs) for verbs in DOCUMENT["paths"].values())


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_says_what_it_does_who_may_call_and_that_errors_are_problems(name: str) -> None:
    path, operation = OPERATIONS[name]
    assert operation["description"]
    assert operation["tags"]
    assert ("security" in operation) is path.startswith("/api/v1")
    for status, response in operation["responses"].items():
        assert status < "400" or set(response["content"]) == {PROBLEM}
        assert status < "400" or response["content"][PROBLEM]["examples"]


def test_refusals_of_one_status_are_told_together() -> None:
    found = refused(UnknownAssignmentError, UnknownCourseError, NoTokenError)
    assert list(found) == [404, 401]
    assert found[404]["description"] == "Unknown assignment (`unknown_assignment`); Unknown course (`unknown_course`)"
    assert list(found[404]["content"][PROBLEM]["examples"]) == ["unknown_assignment", "unknown_course"]
