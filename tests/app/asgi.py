"""One request to an ASGI application, without a server."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import FastAPI


def request(app: FastAPI, path: str) -> tuple[int, httpx.Headers, str]:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    response = asyncio.run(ask())
    return response.status_code, response.headers, response.text
