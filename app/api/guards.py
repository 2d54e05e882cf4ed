"""How many requests are answered at the same time, and how long a body may take to arrive."""

from __future__ import annotations

from asyncio import get_running_loop, wait_for

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import told
from app.errors.access import BodyLateError, TooBusyError
from app.settings import Settings

_ALWAYS = frozenset({"/healthz", "/readyz"})  # whoever watches the service is answered when it is busy too


class Guards:
    """ASGI middleware: refuses what is one request too many, and ends the wait for a body that does not come."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; `BodyLateError` is raised where its body is read."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await self._app(scope, receive, send)
        elif self._is_full():
            busy = TooBusyError(f"{self._under_way} requests are being answered; try again in a second")
            await JSONResponse(told(busy), busy.status, dict(busy.headers), "application/problem+json")(
                scope, receive, send
            )
        else:
            self._under_way += 1
            try:
                await self._app(scope, _timely(receive, self._settings.body_seconds), send)
            finally:
                self._under_way -= 1

    def _is_full(self) -> bool:
        return self._under_way >= self._settings.max_requests


def _timely(receive: Receive, seconds: float) -> Receive:
    """Gives a body for so many seconds from when it is first asked for; then what follows a body, for ever."""
    end: float | None = None
    whole = False

    async def timely() -> Message:
        nonlocal end, whole
        if whole:
            return await receive()
        loop = get_running_loop()
        end = loop.time() + seconds if end is None else end
        try:
            message = await wait_for(receive(), end - loop.time())
        except TimeoutError:
            raise BodyLateError(
                f"got only a part of the body in {seconds:g} s; send it again, as a whole, over a better line"
            ) from None
        whole = not message.get("more_body", False)
        return message

    return timely
