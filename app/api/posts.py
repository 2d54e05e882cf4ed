"""Reading a posted submission: JSON, YAML or a form with a file, and its idempotency key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.api.bodies import SYNTAXES, read_bytes, read_posted, text_of
from app.errors import BodyTooLargeError
from app.errors.submitting import BadFormError, BadKeyError
from app.services.store import Posted
from app.settings import Settings

_FORM = "multipart/form-data"
_FORM_SCHEMA = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "a submission in JSON or YAML"},
        "student": {"type": "string", "description": "whose it is; for ci, ta, instructor and admin"},
    },
}
_KEY = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200}}
BODY: dict[str, Any] = {
    "parameters": [_KEY],
    "requestBody": {
        "required": True,
        "content": {
            **{name: {"schema": {"type": "object"}} for name in SYNTAXES},
            _FORM: {"schema": _FORM_SCHEMA},
        },
    },
}
_FORM_EXTRA_BYTES = 4000


async def read_post(request: Request, settings: Settings) -> Posted:
    """Read a submission, within the limits for its syntax.

    Raises `BodyTooLargeError`, `UnsupportedTypeError`, `NotUtf8Error`, `BadFormError` or `BadKeyError`.
    """
    key = idempotency_key(request.headers)
    limits = {"json": settings.max_body_bytes, "yaml": settings.max_yaml_bytes}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
        posted = await _form(request, limits)
    else:
        posted = await read_posted(request, limits)
    return replace(posted, key=key)


def idempotency_key(headers: Headers) -> str | None:
    """The key, with or without the quotation marks that the IETF's draft puts around it. Raises `BadKeyError`."""
    keys = headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise BadKeyError(f"got {len(keys)} Idempotency-Key headers; send one")
    if not keys:
        return None
    key = keys[0].strip()
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key


async def _form(request: Request, limits: dict[str, int]) -> Posted:
    """The `file` of a form, and the `student` beside it."""
    body = await read_bytes(request, max(limits.values()) + _FORM_EXTRA_BYTES)

    async def stream() -> AsyncIterator[bytes]:
        yield body

    try:
        form = await MultiPartParser(request.headers, stream(), max_files=1, max_fields=2).parse()  # type: ignore[arg-type]
    except (MultiPartException, KeyError) as error:
        raise BadFormError(f"got a form that can't be read ({error}); send the parts `file` and `student`") from None
    try:
        return await _posted(form, limits)
    finally:
        await form.close()


async def _posted(form: FormData, limits: dict[str, int]) -> Posted:
    file, student = form.get("file"), form.get("student")
    unknown = sorted(form.keys() - {"file", "student"})
    if not isinstance(file, UploadFile) or isinstance(student, UploadFile) or unknown:
        got = ", ".join(map(ascii, form)) or "nothing"
        raise BadFormError(
            f"got the parts {got}; send a `file` with a file name, and at most a text `student` beside it"
        )
    syntax = _syntax(file)
    data = await file.read()
    if len(data) > limits[syntax]:
        raise BodyTooLargeError(
            f"got a file of {len(data)} bytes; at most {limits[syntax]} are read: send the answers only"
        )
    return Posted(text_of(data), syntax, student=student)


def _syntax(file: UploadFile) -> str:
    """By the part's content type, or else by the file's name; JSON if neither says anything."""
    named = "yaml" if PurePath(file.filename or "").suffix.lower() in {".yaml", ".yml"} else "json"
    return SYNTAXES.get((file.content_type or "").partition(";")[0].strip().lower(), named)
