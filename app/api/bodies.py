"""Reading a body in JSON or YAML: its type, its size while it streams, its text."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request

from app.errors import BodyTooLargeError, NotUtf8Error, UnsupportedTypeError
from app.services.store import Posted

SYNTAXES: Mapping[str, str] = {
    "application/json": "json",
    "application/yaml": "yaml",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "text/x-yaml": "yaml",
}
DRAINED_BYTES = 64_000_000


async def read_posted(request: Request, limits: Mapping[str, int]) -> Posted:
    """Read a body in one of the syntaxes that `limits` has, of at most as many bytes as it says there.

    Raises `BodyTooLargeError`, `UnsupportedTypeError` or `NotUtf8Error`.
    """
    got = request.headers.get("content-type", "")
    syntax = SYNTAXES.get(got.partition(";")[0].strip().lower())
    body = await read_bytes(request, limits.get(syntax or "json", limits["json"]))
    if syntax is None or syntax not in limits:
        wanted = " or ".join(f"{name.upper()} with `Content-Type: application/{name}`" for name in limits)
        raise UnsupportedTypeError(
            f"got {f'the content type {got[:80]!r}' if got else 'no content type'}; send {wanted}"
        )
    return Posted(text_of(body), syntax)


async def read_text(request: Request, limit: int) -> str:
    """Read a body of text of at most `limit` bytes. Raises `BodyTooLargeError` or `NotUtf8Error`."""
    return text_of(await read_bytes(request, limit))


async def read_bytes(request: Request, limit: int) -> bytes:
    """The body, kept only as long as it is within the limit. Raises `BodyTooLargeError`.

    The rest of a body that is too large is read and thrown away, up to a bound: a client that is still sending would
    otherwise see a broken connection instead of the answer.
    """
    kept = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            kept += chunk
        elif size > DRAINED_BYTES:
            break
    if size > limit:
        raise BodyTooLargeError(
            f"got {_at_least(size)} bytes; at most {limit} are read: send only what is asked for, as text"
        )
    return bytes(kept)


def _at_least(size: int) -> str:
    return f"more than {DRAINED_BYTES}" if size > DRAINED_BYTES else str(size)


def text_of(body: bytes) -> str:
    """A body as text. Raises `NotUtf8Error`."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUtf8Error(f"got a byte at position {error.start} that is no UTF-8; save the file as UTF-8") from None
