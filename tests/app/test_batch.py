"""Batches: each submission as if it had come alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.errors.submitting import BadBatchError
from app.services import batch
from app.services.pieces import elements
from tests.app.service import RIGHT_H0, SUBMISSIONS, Running, problem_of, serving, settings
from tests.waiting import eventually

BATCH = f"{SUBMISSIONS}:batch"
ANSWERS = RIGHT_H0.removeprefix('{"answers": ').removesuffix("}")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("batch"), max_batch_bytes=400_000)) as running:
        yield running


def entry(student: str, answers: str = ANSWERS, more: str = "") -> str:
    return f'{{"student": "{student}", "answers": {answers}{more}}}'


def send(service: Running, *entries: str) -> httpx.Response:
    body = f"[{', '.join(entries)}]".encode()
    return service.as_role("ci").post(BATCH, content=body, headers={"Content-Type": "application/json"})


def test_each_is_kept_or_refused_for_its_own_reasons(course: Running) -> None:
    deep = "[" * 3000 + "]" * 3000
    answer = send(
        course,
        entry("ann"),
        "17",
        entry("bob", '{"x": 1}'),
        entry("", ANSWERS),
        entry("cem", f'{{"p1.forward.h0.value": {deep}}}'),
        entry("dan", "{bad}"),
        entry("eve", '{"p1.forward.h0.value": 1, "p1.forward.h0.value": 2}'),
        entry("fay", f'{{"p1.forward.h0.value": "{"x" * 250_000}"}}'),
        '{"answers": {}}',
        entry("gus", more=', "idempotency_key": 5'),
        entry("hal", more=', "other": 5'),
        entry("ida"),
    )
    assert answer.status_code == 207
    results = answer.json()
    told = [result["problem"]["code"] if "problem" in result else result["status"] for result in results]
    assert told == [
        202, "not_an_object", "unknown_answer", "bad_student", "too_deep", "not_json", "duplicate_key", "too_large",
        "student_needed", "bad_idempotency_key", "unknown_key", 202,
    ]  # fmt: skip
    assert all(result["status"] == result["problem"]["status"] for result in results if "problem" in result)
    ids = {result["id"] for result in results if "id" in result}
    with course.database.reading() as connection:
        assert set(connection.exec_driver_sql("SELECT id FROM submissions").scalars()) == ids
        names = set(connection.exec_driver_sql("SELECT name FROM people").scalars())
    assert names == {"ann", "ida", "ci"}
    for result in (results[0], results[-1]):
        eventually(lambda at=result["location"]: status(course, at) == "graded")
        assert course.as_role("ci").get(result["location"]).json()["score"] == 2


def status(service: Running, location: str) -> str:
    return str(service.as_role("ci").get(location).json()["status"])


def test_a_batch_sent_again_counts_once_and_bodies_keep_their_digits(
    course: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "ENTRIES_AT_ONCE", 4)
    text = '{ "p1.forward.h0.value" : [0.380, 1.40e0] }'
    entries = [entry(f"s{n}", text, f', "idempotency_key": "hw6/{n}"') for n in range(10)]
    first, again = send(course, *entries).json(), send(course, *entries).json()
    assert first == again
    assert len({result["id"] for result in first}) == 10
    body = course.as_role("ci").get(first[0]["location"]).json()["body"]
    assert "0.380" in body
    assert "1.40e0" in body
    assert "idempotency_key" not in body
    other = send(course, entry("s1", more=', "idempotency_key": "hw6/1"')).json()
    assert other[0]["problem"]["code"] == "idempotency_key_reused"


def test_attempts_are_counted_within_a_batch(course: Running) -> None:
    path = "/api/v1/assignments/hw6/settings"
    lecturer = course.as_role("instructor")
    lecturer.put(path, json={"attempts": 1}, headers={"If-Match": "*"})
    results = send(course, entry("jan"), entry("jan"), entry("kim")).json()
    lecturer.put(path, json={}, headers={"If-Match": "*"})
    assert [result["status"] for result in results] == [202, 409, 202]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{}", 422, "bad_batch"),
        ("", 422, "bad_batch"),
        ("[{}", 422, "bad_batch"),
        ("[]]", 422, "bad_batch"),
        ("[1," * 1001, 422, "bad_batch"),
        (f"[{'1,' * 1000}1]", 422, "bad_batch"),
        (" " * 400_001, 413, "too_large"),
        ("\ufeff[", 422, "bad_batch"),
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(course: Running, body: str, status: int, code: str) -> None:
    answer = course.as_role("ci").post(BATCH, content=body.encode(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


def test_a_batch_is_json(course: Running) -> None:
    answer = course.as_role("ci").post(BATCH, content="- 1", headers={"Content-Type": "application/yaml"})
    assert (answer.status_code, "YAML" in problem_of(answer)["detail"]) == (415, False)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[]", []),
        (' [ 1 , "a, ]" ] ', ["1", '"a, ]"']),
        ('[{"a": [1, 2]}, {"b": "\\\\\\"]"}]', ['{"a": [1, 2]}', '{"b": "\\\\\\"]"}']),
        ("[1, {2]", BadBatchError),
        ("[1] 2", BadBatchError),
        ("1, [2]", BadBatchError),
    ],
)
def test_elements_are_the_texts_between_the_outer_commas(text: str, found: Any) -> None:
    if isinstance(found, list):
        assert list(elements(text)) == found
        assert [json.loads(one) for one in elements(text)] == json.loads(text)
    else:
        with pytest.raises(found):
            list(elements(text))
