"""A small rubric with variants, and a student who answers it exactly."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from grader.answers import Answer, Number
from grader.assignment import Assignment, ValueItem
from grader.problems import solve, truth
from grader.rubric import parse_rubric

TEXT = (Path(__file__).parent / "classes.yaml").read_text("utf-8")


@cache
def classes() -> Assignment:
    return parse_rubric(TEXT)


def exact_answers(assignment: Assignment) -> dict[str, Any]:
    """All values as the right method gives them at the assignment's numbers, to nine digits."""
    solved = {name: solve(problem) for name, problem in assignment.problems.items()}
    items = (item for item in assignment.items if isinstance(item, ValueItem))
    return {item.id: _written(truth(item, solved[item.problem]).tolist()) for item in items}


def _written(value: Any) -> Answer:
    if isinstance(value, list):
        return tuple(map(_written, value))
    return Number(f"{value:.9g}" if abs(value) > 1e-12 else "0")
