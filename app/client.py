"""A client of the public API, for programs: it needs httpx and nothing else of this project.

    with Client("https://grades.example.edu", token) as client:
        done = client.submit("hw6", b'{"answers": {...}}', "application/json")
        report = client.wait(done.location, seconds=60)

Trouble that may pass (429, 5xx, a broken connection) is waited out. A submission always has an `Idempotency-Key`, so
that one that is sent again counts once.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import httpx

BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 4.0)
MAX_PAUSE_SECONDS = 60.0
POLL_SECONDS = 0.5
TIMEOUT_SECONDS = 30.0
TRANSIENT = frozenset({429, 500, 502, 503, 504})
_KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")
WAITING = frozenset({"pending", "service_failure"})


class AddressError(Exception):
    """The server's address is none."""


class RejectedError(Exception):
    """The service answered that the request can't be done as it is: `status` is HTTP's, `code` the problem's word."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"rejected with {status}: {detail}")
        self.status = status
        self.code = code


class UnreachableError(Exception):
    """The service did not answer, or answered with a fault of its own, at every try."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission that is stored: where it is, its report or its status so far, and whether it was there before."""

    location: str
    report: Mapping[str, Any]
    repeated: bool

    @property
    def graded(self) -> bool:
        """Whether the report is there."""
        return self.report.get("status") not in WAITING


class Client:
    """Talks to one service with one token. To be used in a `with` block.

    Every method raises `RejectedError`, `UnreachableError` after all tries, or `AddressError`.
    """

    def __init__(self, server: str, token: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=self._server, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def submit(self, assignment: str, body: bytes, content_type: str, *, key: str | None = None) -> Submitted:
        """Hand in a body, which names the student where it is not one's own.

        Without a `key` it is made from what is sent and where to, so that the same sent again is the same submission.
        A key that a header can't hold (1 to 200 printable ASCII characters) is sent as its SHA-256 digest.
        """
        made = (self._server.encode(), assignment.encode(), content_type.encode(), body)
        if key is None or not _KEY.fullmatch(key):
            key = hashlib.sha256(b"\0".join(made) if key is None else key.encode()).hexdigest()
        content = {"Content-Type": content_type, "Idempotency-Key": key}
        response = self.request("POST", f"/api/v1/assignments/{assignment}/submissions", content=body, headers=content)
        repeated = "Idempotency-Replayed" in response.headers
        return Submitted(response.headers["Location"], response.json(), repeated)

    def wait(self, location: str, seconds: float) -> Mapping[str, Any]:
        """The submission at `location`, asked for again until it is graded or the time is over."""
        end = time.monotonic() + seconds
        while (found := self.status(location))["status"] in WAITING and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        return found

    def status(self, submission: str) -> Mapping[str, Any]:
        """A submission, by its id or its location, with its status and its report as far as it is there."""
        found: Mapping[str, Any] = self.request("GET", f"/api/v1/submissions/{submission.rpartition('/')[2]}").json()
        return found

    def standing(self, assignment: str, student: str | None = None) -> Mapping[str, Any]:
        """Where one stands with an assignment; staff say which `student`."""
        query = {} if student is None else {"student": student}
        found: Mapping[str, Any] = self.request(
            "GET", f"/api/v1/assignments/{assignment}/standing", params=query
        ).json()
        return found

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask for anything; `options` are httpx's."""
        trouble = ""
        for pause in (*BACK_OFF_SECONDS, None):
            response, trouble = self._try(method, path, options)
            if response is not None and response.status_code not in TRANSIENT:
                return _accepted(response)
            if pause is not None:
                time.sleep(max(pause, _retry_after(response)))
        raise UnreachableError(f"no answer after {len(BACK_OFF_SECONDS) + 1} tries; at the last, {trouble}")

    def _try(self, method: str, path: str, options: Mapping[str, Any]) -> tuple[httpx.Response | None, str]:
        """The answer, if there is one, and what is to be said of it if it is no good."""
        try:
            response = self._http.request(method, path, **options)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise AddressError(f"{self._server!r} is no address of a service: {error}") from None
        except httpx.TransportError as error:
            return None, f"{type(error).__name__}: {error}"
        return response, f"it answered {response.status_code}: {_problem(response)[1]}"


def _accepted(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    raise RejectedError(response.status_code, *_problem(response))


def _problem(response: httpx.Response) -> tuple[str, str]:
    """The code and the words of a problem document, or as much as there is of them."""
    try:
        document = response.json()
        return str(document["code"]), str(document["detail"])
    except (ValueError, KeyError, TypeError):
        return "", response.text[:200]


def _retry_after(response: httpx.Response | None) -> float:
    """The seconds that the service asks to wait, within reason; 0 where it says nothing."""
    said = "" if response is None else response.headers.get("Retry-After", "")
    return min(float(said), MAX_PAUSE_SECONDS) if said.isascii() and said.isdigit() else 0.0
