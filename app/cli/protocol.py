"""HTTP connections that are bounded in number, and in the time that a request may take to arrive."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.settings import Settings

_SLACK_SECONDS = 5.0  # the service answers a late body itself; whoever does not take that answer is cut off after it


def bounded_protocol(settings: Settings) -> type[asyncio.Protocol]:
    """uvicorn's protocol, with the bounds of the settings: uvicorn has none before a request's head is complete."""

    class Bounded(HttpToolsProtocol):
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            if len(self.connections) >= settings.max_connections:
                self.transport = transport
                transport.abort()
                return
            super().connection_made(transport)
            self._expect(settings.header_seconds)

        def connection_lost(self, exc: Exception | None) -> None:
            self._expect(None)
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            self._expect(settings.header_seconds)
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._expect(settings.body_seconds + _SLACK_SECONDS)
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._expect(None)
            super().on_message_complete()

        def _expect(self, seconds: float | None) -> None:
            """Close the connection unless something happens in time."""
            if self._late is not None:
                self._late.cancel()
            self._late = self.loop.call_later(seconds, self.transport.close) if seconds is not None else None

    return Bounded
