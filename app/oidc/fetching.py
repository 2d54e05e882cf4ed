"""Fetching an issuer's documents: small, quick, and from where the settings say."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx

from app.errors.access import IssuerUnreachableError

MAX_BYTES = 200_000
SECONDS = 5.0

Fetch: TypeAlias = Callable[[str], Any]


def fetch_json(url: str) -> Any:
    """The JSON at a URL. Raises `IssuerUnreachableError` if there is none in time, or too much."""
    try:
        with httpx.Client(timeout=SECONDS) as client, client.stream("GET", url) as response:
            response.raise_for_status()
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise IssuerUnreachableError(f"{url} answered more than {MAX_BYTES} bytes; tell the operator")
        return json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
        raise IssuerUnreachableError(
            f"{url} could not be read ({type(error).__name__}): no fault of yours; try again shortly"
        ) from None
