"""Whole submissions broken at random: every one is graded and audited, whatever stands in its answers."""

import json
import random
from typing import Any

import pytest

from grader.audit import audit
from grader.engine import grade
from grader.submission import read_submission
from tests.homework6 import DATA, hw6

ANSWERS = json.loads((DATA / "sample_submissions" / "one_digit_swapped_in_h0.json").read_text())["answers"]
ATOMS = (
    0,
    1,
    -1,
    1e300,
    -1e-300,
    5e-7,
    float("nan"),
    float("inf"),
    10**30,
    None,
    True,
    "",
    "x",
    "[1 2;3",
    "1e-400",
    "h_0",
)


def junk(rng: random.Random, depth: int = 0) -> Any:
    if depth > 3 or rng.random() < 0.5:
        return rng.choice(ATOMS)
    return [junk(rng, depth + 1) for _ in range(rng.choice((0, 1, 2, 4, 8, 16)))]


def broken(rng: random.Random, answer: Any) -> Any:
    """An answer with a few characters of its JSON changed; as a text where that is no JSON any more."""
    text = json.dumps(answer)
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(text))
        text = text[:place] + rng.choice("0123456789.-e, []") + text[place + rng.randint(0, 2) :]
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.mark.parametrize("seed", range(40))
def test_a_broken_submission_is_graded_and_audited(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    answers = {}
    for key, answer in ANSWERS.items():
        way = rng.random()
        if way < 0.9:
            answers[key] = answer if way < 0.5 else broken(rng, answer) if way < 0.75 else junk(rng)
    submission = read_submission(json.dumps({"answers": answers}), hw6().answer_ids)
    report = grade(submission, hw6())
    assert 0 <= report.score <= report.max_score
    assert len(audit(submission, hw6()).items) == len(report.items)
