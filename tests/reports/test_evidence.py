"""Evidence is told in words: every kind that grading gives, from reports of the homework's own samples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.reports import evidence
from app.reports.evidence import told
from grader.engine import grade
from grader.submission import read_submission
from tests.homework6 import SAMPLES, hw6

WORDS = {
    "comparison": "Compared with the exact values: 8 entries, within 0.5 %.",
    "sampled": "Equal at 3 random points, each in 12 entries.",
    "identity": "Both sides are equal in 40 random models, given: marginal.",
    "certificate": "Proved by: Jensen's inequality; and it holds in 40 random models.",
    "slips": "Right but for: the derivative of x' by h is left standing; work it out.",
    "counterexample": "In a model with small numbers the left side is 0.02031 and the right side -4.055.",
}


def found() -> Iterator[dict[str, Any]]:
    for file in SAMPLES:
        text = json.dumps({"answers": json.loads(file.read_text())["answers"]})
        sent = read_submission(text, hw6().answer_ids)
        yield from (dict(item.evidence) for item in grade(sent, hw6()).items if item.evidence)


@pytest.fixture(scope="module")
def sentences() -> dict[str, list[str]]:
    by_kind: dict[str, list[str]] = {}
    for one in found():
        by_kind.setdefault(one["kind"], []).append(told(one))
    return by_kind


def test_every_kind_of_evidence_is_told(sentences: dict[str, list[str]]) -> None:
    assert all(text for texts in sentences.values() for text in texts)
    assert sentences.keys() <= evidence._KINDS.keys()
    for kind, text in WORDS.items():
        assert text in sentences[kind]


def test_own_answers_misreadings_and_the_first_difference_are_named(sentences: dict[str, list[str]]) -> None:
    assert any(
        text == "Compared with the exact values: 16 entries, within 0.5 %. Unlike the exact values: 16 entries, "
        "first 0.324 in entry (1, 1). Explained by: b_1 is left out."
        for text in sentences["comparison"]
    )
    assert any("from your own p1.forward.h2.value: 16 entries" in text for text in sentences["comparison"])


def test_numbers_of_a_counterexample_are_told() -> None:
    formula = {"kind": "counterexample", "entry": [0, 2], "yours": "1.5", "right": "2"}
    assert told(formula) == "At a random point in entry (1, 3) yours gives 1.5, right is 2."
    steps = {"kind": "counterexample", "steps": [{"kind": "counterexample", "left": 1.0, "right": 2.5}]}
    assert told(steps) == "In a model with small numbers the left side is 1 and the right side 2.5."


@pytest.mark.parametrize("unknown", [None, {}, {"kind": "of a later engine"}])
def test_what_is_not_known_is_not_told(unknown: Any) -> None:
    assert told(unknown) == ""
