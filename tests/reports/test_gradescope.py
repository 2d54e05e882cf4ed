"""`results.json` as Gradescope documents it, and when it shows what."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from app.policy.records import Attempt
from app.policy.settings import AssignmentSettings, Feedback
from app.policy.standing import Valued, standing
from app.reports.importers.gradescope import results, visibility
from grader.engine import grade
from grader.submission import read_submission
from tests.homework6 import hw6, load
from tests.reports.test_page import DECIDED, STUDENT, TERMS, WHEN

FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
NUMBER, TEXT = {"type": "number"}, {"type": "string"}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": NUMBER, "max_score": NUMBER, "status": {"enum": ["passed", "failed"]}, "name": TEXT,
        "name_format": FORMAT, "number": TEXT, "output": TEXT, "output_format": FORMAT,
        "tags": {"type": "array", "items": TEXT}, "visibility": VISIBILITY, "extra_data": {"type": "object"},
    },
}  # fmt: skip
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": NUMBER, "execution_time": NUMBER, "output": TEXT, "output_format": FORMAT,
        "test_output_format": FORMAT, "test_name_format": FORMAT, "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY, "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST}, "leaderboard": {"type": "array"},
    },
    "anyOf": [{"required": ["score"]}, {"properties": {"tests": {"items": {"required": ["score"]}}}}],
}  # fmt: skip


def valued(**overrides: Any) -> Valued:
    sample = load("sample_submissions/jensen_reversed.json")["answers"]
    read = read_submission(json.dumps({"answers": sample}), hw6().answer_ids)
    report = grade(read, hw6()).model_dump_json()
    return standing(STUDENT, [Attempt(1, "f" * 32, WHEN, report, **overrides)], TERMS).attempts[0]


def made(settings: AssignmentSettings, **overrides: Any) -> dict[str, Any]:
    one = valued(**overrides)
    assert one.credit is not None
    return dict(results(hw6(), settings, one, one.credit))


def test_it_is_as_gradescope_documents_it() -> None:
    jsonschema.validate(made(AssignmentSettings()), SCHEMA)


def test_score_items_and_lateness() -> None:
    found = made(AssignmentSettings())
    assert found["score"] == 44
    assert found["output"] == "55 of 60 points, less 11 for 2 days late."
    assert sum(test["score"] for test in found["tests"]) == 55
    assert [test["number"] for test in found["tests"]] == [str(n) for n in range(1, len(found["tests"]) + 1)]
    tests = {test["name"]: test for test in found["tests"]}
    assert (tests["p3.jensen"]["status"], tests["p3.jensen"]["score"]) == ("failed", 0)
    assert tests["p1.forward.H2.value"]["status"] == "passed"


def test_an_override_passes_an_item_and_says_why() -> None:
    tests = {test["name"]: test for test in made(AssignmentSettings(), overrides=DECIDED)["tests"]}
    assert tests["p3.jensen"]["score"] == 5
    assert tests["p3.jensen"]["output"].endswith("A person gave 5 points: It is on the <back> of the sheet.")


def test_items_are_shown_when_the_course_releases_their_kind() -> None:
    feedback = {"formula": Feedback.AFTER_DEADLINE, "derivation": Feedback.BY_HAND}
    found = made(AssignmentSettings(due=WHEN, feedback=feedback))
    shown = {test["name"]: test["visibility"] for test in found["tests"]}
    assert shown["p1.forward.h0.value"] == "visible"
    assert shown["p1.forward.h0.formula"] == "after_due_date"
    assert shown["p3.jensen"] == "after_published"
    assert found["visibility"] == "after_published"


@pytest.mark.parametrize(("released", "shown"), [(False, "after_published"), (True, "visible")])
def test_what_is_released_by_hand_is_visible_from_then_on(*, released: bool, shown: str) -> None:
    settings = AssignmentSettings(feedback={"value": Feedback.BY_HAND}, released=released)
    assert visibility(settings, "value") == shown
