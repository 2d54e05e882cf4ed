"""Every error as application/problem+json (RFC 9457), FastAPI's own included."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.errors import RefusalError
from grader.errors import EnvelopeError

log = logging.getLogger(__name__)

_ENVELOPE_STATUS: Mapping[str, int] = {"not_json": 400, "not_yaml": 400, "too_deep": 400, "too_large": 413}
_ADVICE: Mapping[int, str] = {
    400: "got a body that broke off or is nested too deep to be read; correct it and send it again",
    404: "got the path {path!r}; there is nothing there. /api/v1/openapi.json lists what there is",
    405: "got the method {method} for {path!r}; the Allow header says which methods there are",
}


def install(app: FastAPI) -> None:
    """Make `app` answer all errors as problems."""
    app.add_exception_handler(RefusalError, _refusal)
    app.add_exception_handler(EnvelopeError, _envelope)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def told(error: RefusalError | EnvelopeError) -> dict[str, Any]:
    """What refuses a request or a part of one, as a problem document."""
    if isinstance(error, EnvelopeError):
        detail = f"{error}. Nothing was stored; correct this and send it again"
        return _document(_ENVELOPE_STATUS.get(error.code, 422), error.code, "The submission can't be accepted", detail)
    return _document(error.status, error.code, error.title, str(error)) | dict(error.members)


def problem(status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document."""
    return _rendered(_document(status, code, title, detail), headers or {})


def _document(status: int, code: str, title: str, detail: str) -> dict[str, Any]:
    return {"type": f"/problems/{code}", "title": title, "status": status, "code": code, "detail": detail}


def _rendered(document: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """ASCII only, as it may quote whatever a client sent."""
    return Response(json.dumps(document), document["status"], dict(headers), media_type="application/problem+json")


async def _refusal(_request: Request, error: Any) -> Response:
    return _rendered(told(error), error.headers)


async def _envelope(_request: Request, error: Any) -> Response:
    return _rendered(told(error), {})


async def _invalid(_request: Request, error: Any) -> Response:
    faults = "; ".join(map(_fault, error.errors()))
    return problem(422, "invalid_parameter", "A parameter is not as expected", f"{faults}; correct it and ask again")


def _fault(fault: Mapping[str, Any]) -> str:
    """One fault that pydantic found: where, what stood there, what was expected."""
    where, got = ".".join(map(str, fault["loc"])), fault.get("input")
    if fault["type"] == "json_invalid":
        return f"body: got text that is no JSON: {fault['ctx']['error']} at character {fault['loc'][-1]}"
    if where == "body" and isinstance(got, bytes):
        return "body: got text that is not sent as JSON; send it with `Content-Type: application/json`"
    said = fault["msg"].removeprefix("Value error, ")
    return (
        f"{where}: got {got!r}; {said}"
        if isinstance(got, str | int | float) and len(repr(got)) < 80
        else f"{where}: {said}"
    )


async def _http(request: Request, error: Any) -> Response:
    if isinstance(error.__cause__, RefusalError):  # FastAPI calls whatever breaks the reading of a body a 400
        return await _refusal(request, error.__cause__)
    title = HTTPStatus(error.status_code).phrase
    advice = _ADVICE.get(error.status_code, str(error.detail)).format(
        path=request.url.path[:200], method=request.method
    )
    code = title.lower().replace(" ", "_")
    return problem(error.status_code, code, title, advice, error.headers)


async def _bug(request: Request, error: Exception) -> Response:
    log.error("unexpected error in %s %s", request.method, request.url.path, exc_info=error)
    detail = "the service met a fault of its own, which is in its log; nothing is wrong with your request: try it again"
    return problem(500, "internal_error", "The service failed", detail)
