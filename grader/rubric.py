"""From a rubric's YAML text to an `Assignment`, with all faults of the text reported together."""

from __future__ import annotations

from pydantic import ValidationError

from grader.assignment import Assignment
from grader.errors import Fault, RubricError
from grader.yaml_source import Path, Sourced, YamlSyntaxError, parse_yaml

MAX_DEPTH = 20


def parse_rubric(text: str) -> Assignment:
    """Read a rubric. Raises `RubricError` with every fault, each with line and column."""
    try:
        source = parse_yaml(text, max_depth=MAX_DEPTH)
    except YamlSyntaxError as error:
        raise RubricError((error.fault,)) from None
    try:
        return Assignment.model_validate(source.value)
    except ValidationError as error:
        raise RubricError(tuple(sorted(_fault(source, item["loc"], item["msg"]) for item in error.errors()))) from None


def _fault(source: Sourced, location: Path, message: str) -> Fault:
    """Place a fault at the deepest part of its path that stands in the text."""
    path = tuple(location)
    while path and path not in source.places:
        path = path[:-1]
    line, column = source.places.get(path, (1, 1))
    return Fault(line, column, f"{'.'.join(map(str, location))}: {message}")
