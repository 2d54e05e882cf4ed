from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from app.clock import system_clock
from app.services.courses import CourseDraft, create_course, offer
from tests.app.service import DUE, Hands, Running, Terms, serving, settings
from tests.app.test_grading import HW6

_courses = count(1)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for all tests that leave nothing behind which others would trip over."""
    with serving(settings(tmp_path_factory.mktemp("service"))) as running:
        yield running


@pytest.fixture
def course(service: Running) -> Iterator[Running]:
    """A course of its own in that service, which offers homework 6 and has nobody in it yet."""
    name = f"course-{next(_courses)}"
    create_course(service.database, None, CourseDraft(name, "A course for one test"), system_clock())
    offer(service.database, None, name, HW6, system_clock())
    running = Running(service.address, service.database, course=name)
    yield running
    for client in running.clients.values():
        client.close()


@pytest.fixture(scope="module")
def clock() -> Hands:
    """The clock of `clocked`."""
    return Hands(DUE)


@pytest.fixture(scope="module")
def clocked(tmp_path_factory: pytest.TempPathFactory, clock: Hands) -> Iterator[Running]:
    """A service for one module of tests, by a clock that they set."""
    with serving(settings(tmp_path_factory.mktemp("clocked")), clock) as running:
        yield running


@pytest.fixture
def terms(clocked: Running, clock: Hands) -> Terms:
    """Sets the terms of homework 6 in `clocked`; the test begins a day before DUE."""
    clock.now = DUE - timedelta(days=1)
    path = "/api/v1/assignments/hw6/settings"

    def put(**chosen: Any) -> None:
        answer = clocked.as_role("instructor").put(path, json=chosen, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    return put
