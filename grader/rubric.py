"""From a rubric's YAML text to an `Assignment`, with all faults of the text reported together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from grader.assignment import (
    AnyItem,
    Assignment,
    DerivationItem,
    FormulaItem,
    Item,
    LatePolicy,
    Problem,
    Slip,
    ValueItem,
    ValuePolicy,
    Variants,
)
from grader.draws import Draw
from grader.errors import Fault, RubricError
from grader.milestones import Deduction, DerivationTask, Milestone, Sides
from grader.problems import faults_of, milestone_faults, unknown
from grader.variants import variant_faults
from grader.yaml_source import Path, Sourced, YamlSyntaxError, parse_yaml

MAX_DEPTH = 20

_ITEM: TypeAdapter[AnyItem] = TypeAdapter(Item)
_MODELS: Mapping[str, type[Any]] = {
    "value": ValueItem,
    "formula": FormulaItem,
    "derivation": DerivationItem,
    "problems": Problem,
    "values": ValuePolicy,
    "slip": Slip,
    "late": LatePolicy,
    "derivations": DerivationTask,
    "milestones": Milestone,
    "deduction": Deduction,
    "shown_by": Sides,
    "aimed_by": Sides,
    "bare": Sides,
    "draw": Draw,
    "variants": Variants,
}
_EXPECTED: Mapping[str, str] = {
    "model_type": "keys and values",
    "dict_type": "keys and values",
    "model_attributes_type": "keys and values",
    "tuple_type": "a list",
    "string_type": "a text",
}


def parse_rubric(text: str) -> Assignment:
    """Read a rubric. Raises `RubricError` with every fault, each with line and column."""
    try:
        source = parse_yaml(text, max_depth=MAX_DEPTH)
    except YamlSyntaxError as error:
        raise RubricError((error.fault,)) from None
    found: list[tuple[Path, str]] = []
    try:
        assignment = Assignment.model_validate(source.value)
    except ValidationError as error:
        found += ((item["loc"], _message(item)) for item in error.errors())
    problems, items, derivations = _sound_parts(source.value)
    faults = tuple(faults_of(problems, items))
    faulty = {path[1] for path, _ in faults if path[0] == "problems"}
    sound = {name: problem for name, problem in problems.items() if name not in faulty}
    found += (*faults, *variant_faults(sound), *milestone_faults(derivations, items))
    if found:
        raise RubricError(tuple(sorted(_fault(source, location, message) for location, message in found)))
    return assignment


def placed(text: str, found: Iterable[tuple[Path, str]]) -> tuple[Fault, ...]:
    """Faults of a sound rubric's text, found by what grades with it, at their places in the text."""
    source = parse_yaml(text, max_depth=MAX_DEPTH)
    return tuple(sorted(_fault(source, location, message) for location, message in found))


def _sound_parts(rubric: Any) -> tuple[dict[str, Problem], dict[int, AnyItem], dict[str, DerivationTask | None]]:
    """The problems, items and derivations that are well-formed by themselves, whatever else is wrong in the file.

    A derivation that is not is None, so that items may still name it.
    """
    top = rubric if isinstance(rubric, Mapping) else {}
    problems = top["problems"] if isinstance(top.get("problems"), Mapping) else {}
    tasks = top["derivations"] if isinstance(top.get("derivations"), Mapping) else {}
    items = top["items"] if isinstance(top.get("items"), tuple) else ()
    sound = dict(_validated(TypeAdapter(Problem), problems.items()))
    unsound = set(problems) - set(sound)
    checkable = ((i, item) for i, item in _validated(_ITEM, enumerate(items)) if _problem_of(item) not in unsound)
    derivations = dict.fromkeys(tasks) | dict(_validated(TypeAdapter(DerivationTask), tasks.items()))
    return sound, dict(checkable), derivations


def _problem_of(item: AnyItem) -> str | None:
    return None if isinstance(item, DerivationItem) else item.problem


def _validated(adapter: TypeAdapter[Any], parts: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    for key, value in parts:
        try:
            yield key, adapter.validate_python(value)
        except ValidationError:
            continue


def _message(error: ErrorDetails) -> str:
    """Pydantic's finding in an author's words; what stands in the table is said better than pydantic says it."""
    name = str(error["loc"][-1]) if error["loc"] else "rubric"
    match error["type"]:
        case "missing":
            return f"the key {name!r} is missing"
        case "model_type" | "dict_type" | "model_attributes_type" | "tuple_type" | "string_type":
            got = "nothing" if error["input"] is None else repr(str(error["input"])[:40])
            return f"expected {_EXPECTED[error['type']]}; got {got}"
        case "union_tag_invalid":
            return unknown("kind", str(error.get("ctx", {}).get("tag")), ("value", "formula", "derivation"))
        case "extra_forbidden":
            return unknown("key", name, _keys_beside(error["loc"]))
        case "value_error":
            return str(error.get("ctx", {}).get("error", error["msg"]))
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}; got {str(error['input'])[:80]!r}"


def _keys_beside(location: Path) -> Iterable[str]:
    """The keys that are known where an unknown one stands."""
    model = next((_MODELS[str(step)] for step in reversed(location[:-1]) if step in _MODELS), Assignment)
    fields = (model if len(location) > 1 else Assignment).model_fields
    return [field.alias or name for name, field in fields.items()]


def _fault(source: Sourced, location: Path, message: str) -> Fault:
    """Place a fault at the deepest value of its path that stands in the text.

    A path of pydantic's also names the kind of an item, which is no level of the text, and a missing key, which is
    nowhere; both are stepped over.
    """
    path: Path = ()
    for step in location:
        if (*path, step) in source.places:
            path = (*path, step)
    line, column = source.places.get(path, (1, 1))
    return Fault(line, column, f"{'.'.join(map(str, path)) or 'rubric'}: {message}")
