"""A class to regrade: three submissions, and a version of the rubric that gives other points."""

from __future__ import annotations

from typing import Any

import httpx

from tests.app.service import Running, answers
from tests.app.test_grading import HW6

RUBRICS = "/api/v1/assignments/hw6/rubrics"
REGRADES = "/api/v1/assignments/hw6/regrades"
H0 = "p1.forward.h0.value"
ITEM = f"  - id: {H0}\n    kind: value\n    points: 2\n"
DEARER = HW6.text.replace(ITEM, ITEM.replace("points: 2", "points: 3"))
RIGHT = [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]
ONE_WRONG = [*RIGHT[:-1], 1.60]
assert HW6.text != DEARER


def hand_in(service: Running, name: str, values: Any) -> str:
    response = service.submit(answers(**{H0: values}), name=name)
    assert response.status_code == 201, response.text
    return response.headers["Location"]


def upload(client: httpx.Client, rubric: str = DEARER, **more: str) -> str:
    response = client.post(RUBRICS, json={"rubric": rubric, **more})
    assert response.is_success, response.text
    return str(response.json()["rubric_version"])


def regrade(client: httpx.Client, **order: Any) -> dict[str, Any]:
    response = client.post(REGRADES, json=order)
    assert response.is_success, response.text
    found: dict[str, Any] = response.json()
    return found


def apply(client: httpx.Client, version: str, **more: Any) -> dict[str, Any]:
    return regrade(client, rubric_version=version, apply=True, reason="a test", **more)
