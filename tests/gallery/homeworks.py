"""The gallery's homeworks for tests: rubrics, keys and samples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.engine import grade
from grader.following.sheet import Sheet, sheets
from grader.report import GradeReport
from grader.rubric import parse_rubric
from grader.submission import Submission, read_submission
from tests.homework6 import ROOT

NAMES = ("classifier", "convnet", "recurrent", "vae")
SAMPLES = [path for name in NAMES for path in sorted((ROOT / "rubrics" / name / "samples").glob("*.json"))]


@cache
def homework(name: str) -> Assignment:
    return parse_rubric((ROOT / "rubrics" / f"{name}.yaml").read_text("utf-8"))


def sheet_of(assignment: Assignment) -> Sheet:
    (sheet,) = sheets(assignment).values()
    return sheet


def key_of(name: str) -> Submission:
    text = (ROOT / "rubrics" / name / "key.yaml").read_text("utf-8")
    return read_submission(text, homework(name).answer_ids, syntax="yaml")


def graded(assignment: Assignment, answers: dict[str, Any], variant: str | None = None) -> GradeReport:
    return grade(Submission(answers=answers), assignment, variant)


def sample(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
