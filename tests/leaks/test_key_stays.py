"""With `release_key: false` nothing of the key is told: for samples, and for hundreds of nearly right answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import Assignment
from grader.engine import grade
from grader.following.sheet import sheets
from grader.report import GradeReport
from grader.submission import Submission, read_submission
from tests.gallery.homeworks import NAMES, homework, key_of
from tests.gallery.homeworks import SAMPLES as GALLERY
from tests.homework6 import ROOT, SAMPLES, hw6
from tests.leaks.finder import Leak, leaks
from tests.leaks.mutated import nearly_right

HOMEWORKS = ("hw6", *NAMES)
SEEDS = range(8)


def _homework(name: str) -> Assignment:
    return hw6() if name == "hw6" else homework(name)


def _key(name: str) -> Mapping[str, Any]:
    if name != "hw6":
        return key_of(name).answers
    text = (ROOT / "rubrics" / "hw6" / "published.yaml").read_text("utf-8")
    return read_submission(text, hw6().answer_ids, syntax="yaml").answers


def _found(answers: Mapping[str, Any], assignment: Assignment) -> list[Leak]:
    return list(leaks(grade(Submission(answers=answers), assignment), answers, assignment))


@pytest.mark.parametrize("path", [*SAMPLES, *GALLERY], ids=lambda path: path.stem)
def test_no_sample_is_told_anything_of_the_key(path: Path) -> None:
    assignment = hw6() if path in SAMPLES else homework(path.parent.parent.name)
    text = json.dumps({"answers": json.loads(path.read_text("utf-8"))["answers"]})
    assert _found(read_submission(text, assignment.answer_ids).answers, assignment) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HOMEWORKS)
def test_no_answer_that_is_nearly_right_is_told_anything_of_the_key(name: str, seed: int) -> None:
    assignment = _homework(name)
    assert _found(nearly_right(_key(name), assignment, seed), assignment) == []


def test_a_leak_that_is_planted_is_found() -> None:
    kinds = set()
    for name in ("hw6", "vae"):
        released = _homework(name).model_copy(update={"release_key": True})
        for seed in SEEDS:
            kinds |= {leak.kind for leak in _found(nearly_right(_key(name), released, seed), released)}
    assert kinds == {"figure", "line"}


def test_an_authors_formula_in_a_misreadings_sentence_is_found() -> None:
    assignment = homework("vae")
    (sheet,) = sheets(assignment).values()
    written = [one.written for one in sheet.misreadings if one.written != one.sentence]
    assert len(written) > 10
    report = grade(Submission(answers={}), assignment)
    missed = [text for text in written if not _planted(report, text, assignment)]
    assert [text for text in missed if "exp(s)" not in text] == []  # that one stands in a prompt


def _planted(report: GradeReport, text: str, assignment: Assignment) -> bool:
    first = report.items[0].model_copy(update={"feedback": text})
    return any(leaks(report.model_copy(update={"items": (first,)}), {}, assignment))


@pytest.mark.parametrize("name", HOMEWORKS)
def test_no_misreading_that_is_known_tells_a_formula(name: str) -> None:
    assignment = _homework(name)
    report = grade(Submission(answers={}), assignment)
    for sheet in sheets(assignment).values():
        for one in sheet.misreadings:
            assert not _planted(report, one.sentence, assignment), one.sentence
