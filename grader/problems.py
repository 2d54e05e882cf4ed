"""A rubric's problems as graphs with their inputs, and what can be wrong between items and graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from grader.assignment import AnyItem, DerivationItem, FormulaItem, Problem, ValueItem
from grader.milestones import DerivationTask
from grader.networks.compile import network
from grader.reading.shapes import describe
from grader.yaml_source import Path
from reference.graph import Array, Graph, Values, afterwards, batch, evaluate, gradients


@dataclass(frozen=True)
class Solved:
    """A problem's graph with its inputs, values, gradients and what comes later (batch axes of length one)."""

    graph: Graph
    inputs: Mapping[str, Array]
    values: Values
    gradients: Values
    later: Values


def graph_of(problem: Problem) -> Graph:
    """The graph of a problem. Raises `ValueError` for one that is faulty or unknown."""
    graph = network(problem).graph
    if graph is None:
        raise ValueError("this problem has no sound graph")
    return graph


def solve(problem: Problem) -> Solved:
    """Evaluate a problem at its inputs. Raises `ValueError` for inputs that do not fit the graph."""
    graph, inputs = graph_of(problem), batch(problem.arrays)
    with np.errstate(all="ignore"):
        values = evaluate(graph, inputs)
        slopes = gradients(graph, values) if graph.loss is not None else Values({}, {})
        return Solved(graph, inputs, values, slopes, afterwards(graph, values, slopes))


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
    solved = {name: solve(problem) for name, problem in problems.items() if name not in broken}
    for index, item in items.items():
        if not isinstance(item, DerivationItem) and item.problem not in broken:
            yield from ((("items", index, *path), message) for path, message in _item(item, problems, solved))


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
    faulty = tuple(_inputs(problem))
    yield from faulty
    if not faulty:
        yield from _nodes(problem)


def _inputs(problem: Problem) -> Iterator[tuple[Path, str]]:
    for name, value in problem.given.items():
        try:
            np.array(value, dtype=np.float64)
        except (ValueError, TypeError):
            yield ("inputs", name), "not a number, a list of numbers, or lists of equal length; check its entries"


def _nodes(problem: Problem) -> Iterator[tuple[Path, str]]:
    """What is wrong in a problem's own formulas, or comes out of them as no number."""
    found = network(problem)
    yield from found.faults
    if found.graph is None:
        return
    solved = solve(problem)
    for part, values in (("nodes", solved.values), ("after", solved.later)):
        for name in getattr(problem, part):
            if not np.isfinite(values.computed[name]).all():
                yield (part, name), f"{name!r} is not a finite number at these inputs; check the inputs and the formula"
    yield from _symbols(problem, solved)


def _symbols(problem: Problem, solved: Solved) -> Iterator[tuple[Path, str]]:
    """Names that formulas may use: each a quantity of the graph, with as many axes as it has."""
    for name, symbol in problem.symbols.items():
        if name not in solved.graph.names:
            yield ("symbols", name), unknown("quantity", name, solved.graph.names)
            continue
        size = (solved.values if name in solved.values.computed else solved.later).computed[name].ndim - 1
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


def _item(
    item: ValueItem | FormulaItem, problems: Mapping[str, Problem], solutions: Mapping[str, Solved]
) -> Iterator[tuple[Path, str]]:
    problem = problems.get(item.problem)
    if problem is None:
        yield ("problem",), unknown("problem", item.problem, problems)
        return
    if isinstance(item, FormulaItem) and item.minor is not None and item.minor > item.points:
        yield ("minor",), f"a minor mistake would earn {item.minor} points of {item.points}; give less"
    solved = solutions[item.problem]
    key = "value_of" if item.value_of is not None else "gradient_of"
    names = _askable(item, problem, solved)
    if item.node not in names:
        yield (key,), _unaskable(item, solved, names)
    elif isinstance(item, ValueItem):
        yield from _axes(item, solved)


def _askable(item: ValueItem | FormulaItem, problem: Problem, solved: Solved) -> frozenset[str]:
    """The names that an item may ask for: what a problem declares, not the operations between."""
    named = frozenset((*problem.inputs, *problem.nodes, *problem.after))
    return named & frozenset(solved.gradients.computed if item.value_of is None else solved.graph.names)


def _unaskable(item: ValueItem | FormulaItem, solved: Solved, names: frozenset[str]) -> str:
    if item.value_of is None and item.node in solved.graph.names:
        loss = f"the loss {solved.graph.loss!r} does not depend on it" if solved.graph.loss else "no `loss` is named"
        return f"there is no gradient of {item.node!r}: {loss}"
    return unknown("quantity", item.node, names)


def _axes(item: ValueItem, solved: Solved) -> Iterator[tuple[Path, str]]:
    try:
        size = truth(item, solved).ndim
    except IndexError:
        shape = _values(item, solved).computed[item.node].shape[1:]
        yield ("entry",), f"{item.node!r} has no entry {list(item.entry)}: it is {describe(shape)}, counted from 0"
        return
    if item.axes and len(item.axes) != size:
        yield ("axes",), _counted(len(item.axes), size)
    for index, other in enumerate(item.also):
        if sorted(other) != sorted(item.axes):
            yield ("also", index), f"these are not the axes {', '.join(item.axes)} in another order"


def truth(item: ValueItem, solved: Solved) -> Array:
    """The right value of what an item asks for, without a batch axis. Raises `IndexError` for no entry of it."""
    right: Array = np.asarray(_values(item, solved).computed[item.node][0][item.entry])
    return right


def _values(item: ValueItem, solved: Solved) -> Values:
    if item.value_of is None:
        return solved.gradients
    return solved.values if item.node in solved.values.computed else solved.later


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Tell an author that a name is not known, with the nearest known one and all of them."""
    names = sorted(known)
    nearest = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean '{nearest[0]}'? " if nearest else ""
    return f"unknown {what} '{name}'; {hint}known are {', '.join(names)}"
