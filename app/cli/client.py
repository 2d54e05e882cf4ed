"""A client of the public API that does not give up at the first trouble."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx

from app.cli.failures import CommandError

BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0)
POLL_SECONDS = 0.5
UNREACHABLE = 3
TRANSIENT = frozenset({429, 500, 502, 503, 504})
WAITING = frozenset({"pending", "service_failure"})


class UnreachableError(Exception):
    """The service did not answer, or answered with a fault of its own, at every try."""


def own_token() -> str:
    """The token of GRADEBOUND_TOKEN. Raises `CommandError` if there is none."""
    token = os.environ.get("GRADEBOUND_TOKEN", "").strip()
    if not token:
        raise CommandError("GRADEBOUND_TOKEN is not set; put your token into it")
    return token


@contextmanager
def connected(server: str, patience: float = 30.0) -> Iterator[Client]:
    """A client with the token of GRADEBOUND_TOKEN. Ends the command with exit code 3 if the service can't be reached.

    Raises `CommandError` without a token.
    """
    try:
        with Client(server.rstrip("/"), own_token(), patience) as client:
            yield client
    except UnreachableError as error:
        print(f"gradebound: {server} could not be reached: {error}", file=sys.stderr)
        sys.exit(UNREACHABLE)


class Client:
    """Talks to one service with one token. To be used in a `with` block."""

    def __init__(self, server: str, token: str, patience: float = 30.0) -> None:
        self._http = httpx.Client(base_url=server, headers={"Authorization": f"Bearer {token}"}, timeout=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def submit(self, assignment: str, body: bytes, content_type: str) -> httpx.Response:
        """Hand in. Raises `CommandError` if rejected, `UnreachableError` after all tries."""
        path = f"/api/v1/assignments/{assignment}/submissions"
        return self.request("POST", path, content=body, headers={"Content-Type": content_type})

    def wait(self, location: str, seconds: float) -> Mapping[str, Any]:
        """The submission at `location`, asked for again until it is graded or the time is over."""
        end = time.monotonic() + seconds
        while True:
            found: Mapping[str, Any] = self.request("GET", location).json()
            if found["status"] not in WAITING or time.monotonic() >= end:
                return found
            time.sleep(POLL_SECONDS)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask for anything. Raises `CommandError` if rejected, `UnreachableError` after all tries."""
        for pause in (*BACK_OFF_SECONDS, None):
            try:
                response = self._http.request(method, path, **options)
                trouble = f"it answered {response.status_code}: {_detail(response)}"
            except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
                raise CommandError(f"--server is no address of a service: {error}") from None
            except httpx.TransportError as error:
                response, trouble = None, f"{type(error).__name__}: {error}"
            if response is not None and response.status_code not in TRANSIENT:
                return _accepted(response)
            if pause is not None:
                time.sleep(pause)
        raise UnreachableError(f"no answer after {len(BACK_OFF_SECONDS) + 1} tries; at the last, {trouble}")


def _accepted(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    raise CommandError(f"rejected with {response.status_code}: {_detail(response)}")


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return response.text[:200]
