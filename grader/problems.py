"""A rubric's problems as graphs with their inputs, and what can be wrong between items and graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from grader.assignment import AnyItem, DerivationItem, FormulaItem, Problem, ValueItem
from grader.milestones import DerivationTask
from grader.yaml_source import Path
from reference.graph import Array, Graph, Values, batch, evaluate, gradients
from reference.problems import PROBLEMS


@dataclass(frozen=True)
class Solved:
    """A problem's graph with its inputs, values and gradients (batch axes of length one): the truth."""

    graph: Graph
    inputs: Mapping[str, Array]
    values: Values
    gradients: Values


def solve(problem: Problem) -> Solved:
    """Evaluate a problem at its inputs. Raises `ValueError` for inputs that do not fit the graph."""
    graph = PROBLEMS[problem.graph]
    inputs = batch({name: np.array(value, dtype=np.float64) for name, value in problem.inputs.items()})
    values = evaluate(graph, inputs)
    return Solved(graph, inputs, values, gradients(graph, values))


def faults_of(problems: Mapping[str, Problem], items: Mapping[int, AnyItem]) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for all that pydantic can't see: names that lead nowhere, inputs that do not fit.

    `items` are by their place in the file, so that the sound ones can be checked while others are not.
    """
    yield from _twice(items)
    broken: set[str] = set()
    for name, problem in problems.items():
        for path, message in _problem(problem):
            broken.add(name)
            yield ("problems", name, *path), message
    for index, item in items.items():
        if not isinstance(item, DerivationItem) and item.problem not in broken:
            yield from ((("items", index, *path), message) for path, message in _item(item, problems))


def milestone_faults(
    derivations: Mapping[str, DerivationTask | None], items: Mapping[int, AnyItem]
) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for derivation items that name no derivation, or a milestone that theirs does not have."""
    for index, item in items.items():
        if not isinstance(item, DerivationItem):
            continue
        task = derivations.get(item.answer)
        if item.answer not in derivations:
            yield ("items", index, "answer"), unknown("derivation", item.answer, derivations)
        elif task is not None and item.milestone not in task.milestones:
            yield ("items", index, "milestone"), unknown("milestone", item.milestone, task.milestones)


def _twice(items: Mapping[int, AnyItem]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for index, item in items.items():
        if item.id in seen:
            yield ("items", index, "id"), f"item {item.id!r} stands twice; give each item an id of its own"
        seen.add(item.id)


def _problem(problem: Problem) -> Iterator[tuple[Path, str]]:
    graph = PROBLEMS.get(problem.graph)
    if graph is None:
        yield ("graph",), unknown("graph", problem.graph, PROBLEMS)
        return
    for name in problem.inputs:
        if name not in graph.inputs:
            yield ("inputs", name), unknown("input", name, graph.inputs)
    for name in graph.inputs:
        if name not in problem.inputs:
            yield ("inputs",), f"input {name!r} is missing; graph {problem.graph!r} needs {', '.join(graph.inputs)}"
    if set(graph.inputs) == set(problem.inputs):
        yield from _fit(problem)


def _fit(problem: Problem) -> Iterator[tuple[Path, str]]:
    for name, value in problem.inputs.items():
        try:
            np.array(value, dtype=np.float64)
        except ValueError:
            yield ("inputs", name), "not a number, a list of numbers, or lists of equal length; check its entries"
            return
    try:
        solved = solve(problem)
    except ValueError as error:
        yield ("inputs",), f"the inputs' shapes do not fit the graph: {error}"
        return
    yield from _symbols(problem, solved)


def _symbols(problem: Problem, solved: Solved) -> Iterator[tuple[Path, str]]:
    """Names that formulas may use: each a quantity of the graph, with as many axes as it has."""
    for name, symbol in problem.symbols.items():
        if name not in solved.graph.names:
            yield ("symbols", name), unknown("quantity", name, solved.graph.names)
            continue
        size = solved.values.computed[name].ndim - 1
        if len(symbol.axes) != size:
            yield ("symbols", name, "axes"), _counted(len(symbol.axes), size)
        if symbol.upper is not None and symbol.upper not in symbol.axes:
            yield ("symbols", name, "upper"), unknown("axis", symbol.upper, symbol.axes)
    for place, pair in enumerate(problem.standing or ()):
        for name in pair:
            if name not in problem.symbols:
                yield ("standing", place), unknown("symbol", name, problem.symbols)


def _counted(named: int, size: int) -> str:
    return f"{named} axes are named; the quantity has {size}"


def _item(item: ValueItem | FormulaItem, problems: Mapping[str, Problem]) -> Iterator[tuple[Path, str]]:
    problem = problems.get(item.problem)
    if problem is None:
        yield ("problem",), unknown("problem", item.problem, problems)
        return
    names = PROBLEMS[problem.graph].names
    key = "value_of" if item.value_of is not None else "gradient_of"
    if item.node not in names:
        yield (key,), unknown("quantity", item.node, names)
    elif isinstance(item, ValueItem):
        yield from _axes(item, solve(problem))
    elif item.node not in problem.symbols:
        yield (key,), f"formulas for {item.node!r} need its name: add it to the `symbols` of problem {item.problem!r}"


def _axes(item: ValueItem, solved: Solved) -> Iterator[tuple[Path, str]]:
    size = truth(item, solved).ndim
    if item.axes and len(item.axes) != size:
        yield ("axes",), _counted(len(item.axes), size)
    for index, other in enumerate(item.also):
        if sorted(other) != sorted(item.axes):
            yield ("also", index), f"these are not the axes {', '.join(item.axes)} in another order"


def truth(item: ValueItem, solved: Solved) -> Array:
    """The right value of what an item asks for, without a batch axis."""
    source = solved.values if item.value_of is not None else solved.gradients
    right: Array = source.computed[item.node][0]
    return right


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Tell an author that a name is not known, with the nearest known one and all of them."""
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    return f"unknown {what} {name!r}; {hint}known are {', '.join(names)}"
