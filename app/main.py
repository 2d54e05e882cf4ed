"""The only wiring: settings in, a running service out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager

from fastapi import FastAPI

from app.api import (
    assignments,
    audit,
    batches,
    courses,
    exports,
    handovers,
    health,
    listing,
    overrides,
    people,
    problems,
    regrades,
    reports,
    rubrics,
    submissions,
    terms,
    tokens,
    undecided,
)
from app.api import (
    workloads as workload_tokens,
)
from app.api.allowances import AllowanceHeaders
from app.api.bounds import BoundedModels
from app.api.documented import DocumentedAPI, operation_id
from app.api.guards import Guards
from app.assignments import Rubric, load_all
from app.clock import Clock, system_clock
from app.db.alone import alone
from app.db.database import Database
from app.db.migrate import migrate
from app.deps import Service
from app.runner.pool import Limits, Runner
from app.services.grading import Gradings, Retries
from app.services.key_audits import KeyAudits
from app.services.limits import Limiter
from app.services.readiness import Readiness
from app.services.regrade import Regrades
from app.services.rubrics import Shelf, keep_rubrics
from app.services.workloads import Workloads
from app.settings import Settings

ROUTERS = (
    assignments.router,
    regrades.router,
    overrides.router,
    undecided.router,
    exports.router,
    handovers.router,
    rubrics.router,
    submissions.router,
    batches.router,
    listing.router,
    reports.router,
    terms.router,
    courses.router,
    people.router,
    tokens.router,
    workload_tokens.router,
    audit.router,
)


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> FastAPI:
    """The service as an ASGI application, by another clock if need be.

    Raises `RubricError` at start-up for a rubric folder with faults.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with running(chosen, clock) as service:
            app.state.service = service
            yield

    app = DocumentedAPI(
        title="Gradebound", version="1", lifespan=lifespan, openapi_url="/api/v1/openapi.json",
        docs_url=None, redoc_url=None, generate_unique_id_function=operation_id,
    )  # fmt: skip
    problems.install(app)
    app.add_middleware(AllowanceHeaders)
    app.add_middleware(BoundedModels)
    app.add_middleware(Guards, settings=chosen)
    app.include_router(health.router)
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    return app


@contextmanager
def running(settings: Settings, clock: Clock = system_clock) -> Iterator[Service]:
    """A service with a migrated database, loaded rubrics and live grading, which takes up what was cut off."""
    rubrics = load_all(settings.rubrics)
    with alone(settings.database), ExitStack() as stack:
        database = stack.enter_context(closing(Database(settings.database)))
        migrate(database)
        keep_rubrics(database, rubrics, clock())
        shelf = Shelf(database, rubrics.values())
        runner = _runner(settings, rubrics)
        retries = Retries(settings.tries, settings.retry_seconds, settings.look_seconds)
        gradings = Gradings(database, runner, shelf, retries, clock)
        audits = KeyAudits(database, runner, shelf, clock)
        stack.callback(audits.close)
        stack.callback(runner.close)
        stack.callback(gradings.close, settings.stop_seconds / 4)
        gradings.resume()
        audits.enqueue()
        regrades = Regrades(database, gradings, shelf, clock)
        limits, workloads = Limiter(settings, clock), Workloads(database, settings.oidc, clock)
        readiness = Readiness(database, gradings)
        yield Service(settings, database, shelf, gradings, audits, regrades, limits, workloads, readiness, clock)


def _runner(settings: Settings, rubrics: Mapping[str, Rubric]) -> Runner:
    limits = Limits(
        settings.workers,
        settings.grading_seconds,
        settings.grading_megabytes * 2**20,
        settings.grading_cpu_seconds,
        settings.worker_jobs,
    )
    return Runner({rubric.assignment.version: rubric.assignment for rubric in rubrics.values()}, limits)
