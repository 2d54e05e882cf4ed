"""The OpenAPI document is whole: every operation has a stable id, says who may call, and how it may be refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.api.documented import EXAMPLES, PROBLEM, refused
from app.errors import NoTokenError, UnknownAssignmentError, UnknownCourseError
from app.main import create_app
from tests.app.examples import BINARY, play
from tests.app.examples import DOCUMENT as DOCUMENT_FILE

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


def test_the_document_that_is_checked_in_is_the_one_that_is_served() -> None:
    assert json.loads(DOCUMENT_FILE.read_text("utf-8")) == DOCUMENT, "`make openapi` writes it anew"


def test_every_answer_and_every_refusal_has_an_example() -> None:
    missing = [
        (name, status, media)
        for name, (_, operation) in OPERATIONS.items()
        for status, response in operation["responses"].items()
        for media, content in response.get("content", {}).items()
        if media != BINARY and not all("value" in example for example in content.get("examples", {"": {}}).values())
    ]
    assert missing == []


def test_every_body_that_is_sent_has_an_example() -> None:
    for name, (_, operation) in OPERATIONS.items():
        contents = operation.get("requestBody", {}).get("content", {}).values()
        assert not contents or any(content.get("examples") for content in contents), name


def test_examples_are_what_the_service_answers() -> None:
    kept = json.loads(EXAMPLES.read_text("utf-8"))
    played = play()
    assert shape(played.problems) == shape(kept["problems"])
    assert shape(played.operations) == shape(kept["operations"])


def shape(value: Any) -> Any:
    """Keys and types; a list has the shapes that are in it."""
    match value:
        case dict():
            return {key: shape(item) for key, item in sorted(value.items())}
        case list():
            return sorted({json.dumps(shape(item)) for item in value})
        case bool() | None:
            return str(value)
        case int() | float():
            return "number"
        case _:
            return "text"
