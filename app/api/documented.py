"""The OpenAPI document: what FastAPI sees by itself, and beside it every refusal, who must show a token, and examples.

A route says how else it may be refused:

    @router.get("/{assignment_id}", responses=refused(UnknownAssignmentError))

What may happen anywhere (no token, a parameter that can't be read, a fault of the service) is added to each route. The
examples are real: `make openapi` plays tests/app/example_steps.py against a service and keeps what it answered in
examples.json beside this module: by operation, whose id is its route's function's name, and a problem of each code.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.errors import BodyTooLargeError, NoDatabaseError, NoTokenError, RefusalError
from app.errors.access import BodyLateError, TooBusyError, TooManyRequestsError

Node: TypeAlias = dict[str, Any]

PROBLEM = "application/problem+json"
EXAMPLES = Path(__file__).with_name("examples.json")
_PREFIX = "/api/v1/"
_MEMBERS = {
    "type": "where the kind of problem is named",
    "title": "what went wrong, in the same words each time",
    "code": "the same as a word for programs",
    "detail": "what was got, what was expected, what to do",
}
_SCHEMA: Node = {
    "title": "Problem",
    "description": "An error as RFC 9457 has it; some kinds have further members.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "status": {"type": "integer", "description": "the HTTP status"},
        **{name: {"type": "string", "description": text} for name, text in _MEMBERS.items()},
    },
}
_BEARER: Node = {"type": "http", "scheme": "bearer", "description": "a token from `gradebound token create`"}
_INVALID = (422, "invalid_parameter", "A parameter is not as expected")
_FAULT = (500, "internal_error", "The service failed")


def refused(*kinds: type[RefusalError], codes: Iterable[tuple[int, str, str]] = ()) -> dict[int | str, Node]:
    """The `responses` of a route that may be refused in these ways; `codes` are others, as status, code and title."""
    by_status: dict[int | str, list[tuple[str, str]]] = defaultdict(list)
    for status, code, title in (*((kind.status, kind.code, kind.title) for kind in kinds), *codes):
        by_status[status].append((code, title))
    return {status: _problems(found) for status, found in by_status.items()}


def _problems(found: Iterable[tuple[str, str]]) -> Node:
    """One status; the example of each code is filled in when the document is made."""
    titles = dict(found)
    examples = {code: {"summary": title} for code, title in titles.items()}
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}}
    return {"description": "; ".join(f"{title} (`{code}`)" for code, title in titles.items()), "content": content}


class DocumentedAPI(FastAPI):
    """FastAPI with the whole of the OpenAPI document."""

    def openapi(self) -> Node:
        """The document, made once."""
        if not self.openapi_schema:
            self.openapi_schema = described(super().openapi(), json.loads(EXAMPLES.read_text("utf-8")))
        return self.openapi_schema


def operation_id(route: APIRoute) -> str:
    """The stable id of a route: its function's name."""
    return route.name


def described(document: Node, examples: Mapping[str, Mapping[str, Node]]) -> Node:
    """Complete a document of FastAPI's, in place; `examples` are `operations` by id and `problems` by code."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _SCHEMA
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {"token": _BEARER}
    for path, operation in _operations(document):
        _add_refusals(path, operation)
        _add_examples(operation, examples.get("operations", {}).get(operation["operationId"], {}))
        _add_problems(operation, examples.get("problems", {}))
        _drop_what_is_not_answered(operation)
    return document


def _operations(document: Node) -> Iterator[tuple[str, Node]]:
    return ((path, operation) for path, verbs in document["paths"].items() for operation in verbs.values())


def _drop_what_is_not_answered(operation: Node) -> None:
    """FastAPI's JSON of no form, where the route says that it answers something else."""
    for response in operation["responses"].values():
        content = response.get("content", {})
        if len(content) > 1 and content.get("application/json") == {"schema": {}}:
            del content["application/json"]


def _add_refusals(path: str, operation: Node) -> None:
    """What may happen to any request, beside what the route says of itself."""
    responses = operation["responses"]
    if path.startswith(_PREFIX):
        operation["security"] = [{"token": []}]
        _merge(responses, refused(NoTokenError, TooManyRequestsError, NoDatabaseError, TooBusyError))
    if responses.get("422", {}).get("description") == "Validation Error":  # FastAPI's own, in a form of its own
        del responses["422"]
    if "requestBody" in operation:
        _merge(responses, refused(BodyLateError))
    if _reads_a_model(operation):
        _merge(responses, refused(BodyTooLargeError))
    if _can_be_invalid(operation):
        _merge(responses, refused(codes=[_INVALID]))
    _merge(responses, refused(codes=[_FAULT]))
    operation["responses"] = dict(sorted(responses.items()))


def _can_be_invalid(operation: Node) -> bool:
    """Whether some text can't be a value of some parameter, or of the body that FastAPI reads."""
    schemas = [parameter["schema"] for parameter in operation.get("parameters", ())]
    return _reads_a_model(operation) or any(
        schema.keys() - {"title", "description", "default"} != {"type"} or schema["type"] != "string"
        for schema in schemas
    )


def _reads_a_model(operation: Node) -> bool:
    """Whether FastAPI itself reads the body."""
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    return any("$ref" in body.get("schema", {}) for body in bodies)


def _merge(responses: Node, more: Mapping[int | str, Node]) -> None:
    for status, response in more.items():
        known = responses.setdefault(str(status), response)
        if known is not response:
            known["description"] += f"; {response['description']}"
            known["content"][PROBLEM]["examples"] |= response["content"][PROBLEM]["examples"]


def _add_examples(operation: Node, examples: Mapping[str, Node]) -> None:
    """Put in what was sent and answered: by media type and name, for the request and for each status."""
    if "requestBody" in operation:
        _put(operation["requestBody"]["content"], examples.get("request", {}))
    for status, found in examples.get("responses", {}).items():
        response = operation["responses"].setdefault(status, {"description": HTTPStatus(int(status)).phrase})
        _put(response.setdefault("content", {}), found)


def _add_problems(operation: Node, problems: Mapping[str, Node]) -> None:
    for response in operation["responses"].values():
        for code, example in response.get("content", {}).get(PROBLEM, {}).get("examples", {}).items():
            if code in problems:
                example["value"] = problems[code]


def _put(content: Node, found: Mapping[str, Mapping[str, Node]]) -> None:
    for kind, by_name in found.items():
        media = next((one for one in content if one.partition(";")[0] == kind), kind)
        shown = content.setdefault(media, {}).setdefault("examples", {})
        for name, example in by_name.items():
            shown[name] = shown.get(name, {}) | example
