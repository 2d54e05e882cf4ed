"""Says on every answer what is left of the caller's quota, once a dependency has counted the request."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AllowanceHeaders:
    """ASGI middleware: `RateLimit-Policy` and `RateLimit` from the `allowance` in the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            allowance = scope.get("state", {}).get("allowance")
            if allowance is not None and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowance.headers)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
