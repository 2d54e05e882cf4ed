"""From a rubric's YAML text to an `Assignment`, with all faults of the text reported together."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from grader.assignment import Assignment
from grader.errors import Fault, RubricError
from grader.problems import faults_of
from grader.yaml_source import Path, Sourced, YamlSyntaxError, parse_yaml

MAX_DEPTH = 20


def parse_rubric(text: str) -> Assignment:
    """Read a rubric. Raises `RubricError` with every fault, each with line and column."""
    try:
        source = parse_yaml(text, max_depth=MAX_DEPTH)
    except YamlSyntaxError as error:
        raise RubricError((error.fault,)) from None
    try:
        assignment = Assignment.model_validate(source.value)
    except ValidationError as error:
        raise _faults(source, ((item["loc"], item["msg"]) for item in error.errors())) from None
    faults = tuple(faults_of(assignment))
    if faults:
        raise _faults(source, faults)
    return assignment


def _faults(source: Sourced, found: Iterable[tuple[Path, str]]) -> RubricError:
    return RubricError(tuple(sorted(_fault(source, location, message) for location, message in found)))


def _fault(source: Sourced, location: Path, message: str) -> Fault:
    """Place a fault at the deepest value of its path that stands in the text.

    A path of pydantic's also names the kind of an item, which is no level of the text, and a missing key, which is
    nowhere; both are stepped over.
    """
    path: Path = ()
    for step in location:
        if (*path, step) in source.places:
            path = (*path, step)
    line, column = source.places[path]
    missing = next((f"{step}: " for step in location[-1:] if path[-1:] != (step,)), "")
    return Fault(line, column, f"{'.'.join(map(str, path)) or 'rubric'}: {missing}{message}")
