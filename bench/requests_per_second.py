"""How many homework-6 submissions a second the service takes in, grades and answers.

The baseline, in the same run and on the same stack (uvicorn, FastAPI, SQLAlchemy, SQLite with synchronous=FULL), only
validates the body and inserts the row. Rounds of the two alternate, so that a busy machine is unfair to both. Run with
`.venv/bin/python bench/requests_per_second.py [ROUNDS [CLIENTS]]`.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from app.assignments import load_named
from app.clock import system_clock
from app.db import submissions
from app.db.database import Database
from app.db.migrate import migrate
from app.db.submissions import NewSubmission
from app.services.roles import Role
from app.services.tokens import Grant, create_token
from app.settings import Settings
from grader.submission import read_submission

POSTS = 400
SAMPLE = Path(__file__).parent.parent / "tests/data/homework6/sample_submissions/all_right_latex.json"
PATH = "/api/v1/assignments/hw6/submissions"


def bare() -> FastAPI:
    """The baseline: validate, insert, answer."""
    settings = Settings()
    assignment = load_named(settings.rubrics, "hw6").assignment

    def insert(database: Database, text: str) -> None:
        read_submission(text, assignment.answer_ids)
        with database.writing() as connection:
            new = NewSubmission(uuid4().hex, 1, "hw6", 1, 1, datetime.now(UTC), None, None, "json", text)
            submissions.add_submission(connection, new)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> Any:
        with closing(Database(settings.database)) as database:
            app.state.database = database
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post(PATH, status_code=201)
    async def post(request: Request) -> Response:
        await run_in_threadpool(insert, app.state.database, (await request.body()).decode())
        return Response("{}", 201, media_type="application/json")

    @app.get("/readyz")
    async def ready() -> None:
        return None

    return app


@dataclass(frozen=True)
class Round:
    """One round's requests per second and each request's milliseconds."""

    rate: float
    latencies: list[float]


async def one_round(address: str, request: bytes, clients: int) -> Round:
    """Post `POSTS` times over `clients` connections that are kept open."""
    left = iter(range(POSTS))
    latencies: list[float] = []

    async def client() -> None:
        host, port = urlsplit(address).netloc.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in left:
            begun = time.perf_counter()
            writer.write(request)
            await answered(reader)
            latencies.append(1000 * (time.perf_counter() - begun))
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Round(POSTS / (time.perf_counter() - begun), latencies)


async def answered(reader: asyncio.StreamReader) -> None:
    """Read one answer; anything but 201 ends the bench."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 201"):
        raise SystemExit(head.decode())
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))


@contextmanager
def serving(factory: str, database: str) -> Iterator[str]:
    """A server process for an application factory."""
    port = str(8700 + os.getpid() % 200 + (factory == "app.main:create_app"))
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", port, "--log-level", "error"]
    environment = {
        **os.environ,
        "GRADEBOUND_DATABASE": database,
        "GRADEBOUND_SUBMITS_PER_MINUTE": str(10**9),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    process = subprocess.Popen([*command, "--no-access-log"], env=environment, cwd=Path(__file__).parent)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def wait_for(address: str) -> None:
    """Return when the server answers."""
    for _ in range(600):
        try:
            httpx.get(f"{address}/readyz").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{address} did not start")


def request_of(token: str) -> bytes:
    """The request's bytes: a whole homework-6 submission, about 3 kB."""
    body = json.dumps({"answers": json.loads(SAMPLE.read_text())["answers"]}).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def prepared(url: str) -> bytes:
    """Migrate a database and make the request of its only student."""
    with closing(Database(url)) as database:
        migrate(database)
        return request_of(create_token(database, Grant(Role.STUDENT), "ann", system_clock()))


def tell(name: str, rounds: list[Round], baseline: float) -> float:
    """Print medians over the rounds; returns the median rate."""
    rate = statistics.median(one.rate for one in rounds)
    latencies = [latency for one in rounds for latency in one.latencies]
    p95 = statistics.quantiles(latencies, n=20)[-1]
    share = f"{rate / (baseline or rate):6.2f}"
    print(
        f"{name:<28}{rate:8.0f}/s{share} of baseline   p50 {statistics.median(latencies):6.1f} ms   p95 {p95:6.1f} ms"
    )
    return rate


def main(rounds: int = 5, clients: int = 16) -> None:
    """Alternate the two and print what they gave."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{name}.db" for name in ("bare", "service")]
        requests = [prepared(url) for url in urls]
        factories = ["requests_per_second:bare", "app.main:create_app"]
        with serving(factories[0], urls[0]) as baseline, serving(factories[1], urls[1]) as service:
            pairs = list(zip((baseline, service), requests, strict=True))
            for address, request in pairs:
                asyncio.run(one_round(address, request, clients))
            found = [[asyncio.run(one_round(*pair, clients)) for pair in pairs] for _ in range(rounds)]
            alone = asyncio.run(one_round(service, requests[1], 1))
    bare_rounds, service_rounds = (list(column) for column in zip(*found, strict=True))
    print(f"{clients} clients, {rounds} rounds of {POSTS} posts each, {os.cpu_count()} cores")
    rate = tell("validate and insert", bare_rounds, 0.0)
    tell("submit, grade, report", service_rounds, rate)
    tell("the same, one client", [alone], rate)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
