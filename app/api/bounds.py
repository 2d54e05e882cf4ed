"""Bounds the bodies that FastAPI reads by itself, for whatever route, as those that a route reads are bounded."""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.bodies import read_bytes

MODEL_BYTES = 64_000


class BoundedModels:
    """ASGI middleware: a body that becomes a model is read to the end only if it has at most `MODEL_BYTES`.

    FastAPI has limits of its own since a later version than we ask for; they answer in plain text, and to a client
    that is still sending by a broken connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; `BodyTooLargeError` is raised where its body is read."""
        begun = False

        async def bounded() -> Message:
            nonlocal begun
            if begun or not becomes_a_model(scope):
                return await receive()
            begun = True
            body = await read_bytes(Request(scope, receive), MODEL_BYTES)
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, bounded if scope["type"] == "http" else receive, send)


def becomes_a_model(scope: Scope) -> bool:
    """Whether the request's route takes a model; known once the router has chosen it, before the body is read."""
    route = scope.get("route")
    return isinstance(route, APIRoute) and route.body_field is not None
