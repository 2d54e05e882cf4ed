"""What an assignment asks: never its key, nor anything that the key could be read from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.answers import dump
from grader.assignment import AnyItem, Assignment, DerivationItem, ValueItem
from grader.problems import solve, truth
from grader.statements import filled, statement_faults

_OPEN_KEYS = {"id", "kind", "points", "prompt", "axes", "also"}


def summary(assignment: Assignment) -> Mapping[str, Any]:
    """One entry of the list of assignments."""
    return {
        "id": assignment.id,
        "title": assignment.title,
        "max_score": _number(assignment.max_score),
        "href": f"/api/v1/assignments/{assignment.id}",
    }


def asked(assignment: Assignment, statement: str | None = None) -> Mapping[str, Any]:
    """The whole assignment as a student may see it: its items, and the inputs of the problems that ask for numbers.

    A `statement` is filled in with the numbers; `variant` says whose they are, where students have their own.
    """
    return {
        **summary(assignment),
        "rubric_version": assignment.version,
        **({"variant": assignment.variant} if assignment.variant is not None else {}),
        **_statement(statement, assignment),
        "answer_ids": list(assignment.answer_ids),
        "problems": _problems(assignment),
        "items": list(_items(assignment)),
    }


def _statement(text: str | None, assignment: Assignment) -> Mapping[str, str]:
    """The statement; none where it is of a later version, with places that this one can't fill."""
    if text is None or any(statement_faults(text, assignment)):
        return {}
    return {"statement": filled(text, assignment)}


def _problems(assignment: Assignment) -> Mapping[str, Any]:
    """Problems by name; inputs only where values are asked, as elsewhere they are the grader's own test case."""
    computed = {item.problem for item in _values(assignment.items)}
    return {
        name: {"title": problem.title, "inputs": json.loads(dump(problem.given)) if name in computed else {}}
        for name, problem in assignment.problems.items()
    }


def _items(assignment: Assignment) -> Iterator[Mapping[str, Any]]:
    shapes = _shapes(assignment)
    for item in assignment.items:
        shown = item.model_dump(mode="json", include=_OPEN_KEYS)
        answer = item.answer if isinstance(item, DerivationItem) else item.id
        yield shown | {"answer": answer} | ({"shape": shapes[item.id]} if item.id in shapes else {})


def _shapes(assignment: Assignment) -> Mapping[str, list[int]]:
    """The lengths of each value item's axes: part of the question."""
    solved = {name: solve(assignment.problems[name]) for name in {item.problem for item in _values(assignment.items)}}
    return {item.id: list(truth(item, solved[item.problem]).shape) for item in _values(assignment.items)}


def _values(items: Iterable[AnyItem]) -> Iterator[ValueItem]:
    return (item for item in items if isinstance(item, ValueItem))


def _number(points: Any) -> int | float:
    return int(points) if points == int(points) else float(points)
