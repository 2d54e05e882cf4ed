"""A student's own numbers over HTTP: the same in what is asked, in the report, and after a regrade."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assignments import load_all
from app.services.variants import variant_of
from grader.answers import dump
from grader.errors import RubricError
from grader.variants import vary
from tests.app.service import Running, problem_of, serving, settings
from tests.variants.cases import TEXT, classes, exact_answers

ASSIGNMENT = "/api/v1/assignments/classes"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("variants")
    rubrics = folder / "rubrics"
    (rubrics / "classes").mkdir(parents=True)
    (rubrics / "classes.yaml").write_text(TEXT, "utf-8")
    (rubrics / "classes" / "statement.md").write_text("Your x is {{ x }}, variant {{ variant }}.", "utf-8")
    with serving(settings(folder, rubrics=rubrics)) as running:
        yield running
    shutil.rmtree(rubrics)


def test_each_student_is_shown_their_own_numbers(service: Running) -> None:
    ann, ben = (service.as_role("student", name).get(ASSIGNMENT).json() for name in ("ann", "ben"))
    name = str(variant_of("default", classes(), "ann"))
    own = vary(classes(), name).problems["net"].given
    assert ann["variant"] == name != ben["variant"]
    assert ann["problems"]["net"]["inputs"] == json.loads(dump(dict(own)))
    assert ann["statement"] == f"Your x is {dump(own['x'])}, variant {name}."


def test_the_staff_see_the_rubrics_numbers_or_those_of_a_student(service: Running) -> None:
    ta = service.as_role("ta")
    assert "variant" not in ta.get(ASSIGNMENT).json()
    shown = ta.get(ASSIGNMENT, params={"student": "ann"}).json()
    assert shown == service.as_role("student", "ann").get(ASSIGNMENT).json()


def test_nobody_else_sees_a_students_numbers(service: Running) -> None:
    other = service.as_role("student", "ben").get(ASSIGNMENT, params={"student": "ann"})
    assert (other.status_code, problem_of(other)["code"]) == (403, "forbidden")


def test_answers_are_graded_by_the_students_own_numbers(service: Running) -> None:
    name = variant_of("default", classes(), "ann")
    body = f'{{"answers": {dump(exact_answers(vary(classes(), str(name))))}}}'
    posts = {who: service.as_role("student", who).post(f"{ASSIGNMENT}/submissions", content=body,
             headers={"Content-Type": "application/json"}).json() for who in ("ann", "ben")}  # fmt: skip
    assert (posts["ann"]["score"], posts["ann"]["variant"]) == (3, name)
    assert posts["ben"]["score"] < 3


def test_a_homework_without_variants_has_no_variant_name() -> None:
    from tests.homework6 import hw6  # noqa: PLC0415 - it is read only here

    assert variant_of("default", hw6(), "ann") is None


def test_a_statement_with_an_unknown_place_is_a_fault_of_the_rubric(tmp_path: Path) -> None:
    (tmp_path / "classes").mkdir()
    (tmp_path / "classes.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "classes" / "statement.md").write_text("{{ y }}", "utf-8")
    with pytest.raises(RubricError, match=r"in classes/statement.md, line 1, column 1: unknown place 'y'"):
        load_all(tmp_path)
