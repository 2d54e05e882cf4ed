from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.service import Running, serving, settings


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One service for all tests that leave nothing behind which others would trip over."""
    with serving(settings(tmp_path_factory.mktemp("service"))) as running:
        yield running
