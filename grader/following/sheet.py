"""A problem's sheet: what is asked of it, the truth, and what the truth would be under each misreading."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from grader.assignment import Assignment, ValueItem, ValuePolicy
from grader.following.quantities import (
    DRAWS,
    Outcome,
    Quantity,
    dependencies,
    draw,
    in_every_row,
    quantity_of,
    repeated,
    rows_at_once,
    tiled,
)
from grader.following.scenarios import Scenario, Scenarios, switched
from grader.following.sources import Dependencies, Source, sources
from grader.problems import solve
from grader.reading.shapes import Layout
from grader.slips.values import RIGHT, Misreading, Misreadings, misreadings, pairs
from grader.variants import vary
from reference.graph import Array, Graph, batch
from reference.operations import Operation


@dataclass(frozen=True, eq=False)
class Singles:
    """What quantities come to by the right method and under each misreading; worked out when first asked for."""

    plan: Plan
    inputs: Mapping[str, Array]

    def of(self, quantity: Quantity) -> Array:
        """The quantity by the right method, and then under each misreading, one a row."""
        return self.found.of(quantity, self._under)

    @cached_property
    def found(self) -> Scenarios:
        """The batch itself."""
        return Scenarios(self.plan.graph, self.inputs, {}, self._under)

    @cached_property
    def _under(self) -> list[Scenario]:
        return [Scenario(), *(Scenario(misreadings=frozenset({single})) for single in self.plan.misreadings)]


@dataclass(frozen=True)
class Asked:
    """One value item with its quantity, the right values (no batch axis), and the layouts that it may come in."""

    item: ValueItem
    quantity: Quantity
    truth: Array
    singles: Singles
    layouts: tuple[Layout, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """What grading a problem rests on whatever its numbers are: the same for all students, worked out once.

    `rows_at_once` is how many scenarios are evaluated in one batch; no more misreadings are known than one batch holds.
    `probes` are inputs, batch axis first, at which it is measured what depends on what: the rubric's own numbers, and
    those of some variants where there are variants.
    """

    graph: Graph
    quantities: Mapping[str, Quantity]
    truths: Mapping[Quantity, Array]
    probes: Mapping[str, Array]
    misreadings: tuple[Misreading, ...]
    dependencies: Dependencies
    rows_at_once: int

    def aptness(self, misread: Misreadings, quantity: Quantity) -> tuple[int, int]:
        """Which of several sets of misreadings tells an answer better, the least first.

        What is wrong on the way back alone tells a gradient better than what is wrong on both ways; one place better
        than several.
        """
        variants = [self._operations[node].variants[one.variant] for one in misread for node in one.nodes]
        forward = sum(variant.forward is not None for variant in variants) if quantity.gradient else 0
        return forward, len(variants)

    @cached_property
    def _operations(self) -> Mapping[str, Operation]:
        return {node.name: self.graph.table[node.op] for node in self.graph.every}


@dataclass(frozen=True, eq=False)
class Sheet:
    """All value items of one problem, in the order of the rubric, at one student's numbers."""

    plan: Plan
    singles: Singles
    asked: tuple[Asked, ...]
    policy: ValuePolicy

    @property
    def inputs(self) -> Mapping[str, Array]:
        """The student's numbers, batch axis first."""
        return self.singles.inputs

    @property
    def graph(self) -> Graph:
        """The problem's graph."""
        return self.plan.graph

    @property
    def misreadings(self) -> tuple[Misreading, ...]:
        """The known misreadings of the graph."""
        return self.plan.misreadings

    def kind(self, misreading: Misreading) -> Hashable:
        """What misreadings have in common that are the same mistake at other places."""
        kinds = {self._kinds.get(node, "") for node in misreading.nodes}
        return (*sorted(kinds), misreading.variant) if kinds and "" not in kinds else misreading

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {node.name: node.kind for node in self.graph.every}

    @cached_property
    def pairs(self) -> tuple[Misreadings, ...]:
        """The pairs of misreadings that are tried from the inputs alone: as many as one batch has room for."""
        return pairs(self.misreadings)[: max(0, self.plan.rows_at_once - len(self.misreadings) - 1)]

    @cached_property
    def from_inputs(self) -> Scenarios:
        """Everything worked out from the inputs alone, under each misreading and each pair of them."""
        singles = [frozenset({one}) for one in self.misreadings]
        under = [Scenario(misreadings=misread) for misread in (RIGHT, *singles, *self.pairs)]
        return Scenarios(self.graph, self.inputs, {}, under)


@dataclass(frozen=True)
class _Key:
    """An assignment by what decides its numbers: the rubric's version and the variant."""

    version: str
    variant: str | None
    assignment: Assignment = field(compare=False)


def sheets(assignment: Assignment) -> Mapping[str, Sheet]:
    """The sheets of an assignment's problems that have value items, by problem name."""
    return _sheets(_Key(assignment.version, assignment.variant, assignment))


@lru_cache(maxsize=32)
def _sheets(key: _Key) -> Mapping[str, Sheet]:
    rubric = key.assignment.rubric
    plans = _plans(_Key(key.version, None, rubric))
    return {name: _sheet(name, key.assignment, plan) for name, plan in plans.items()}


@lru_cache(maxsize=64)
def _plans(key: _Key) -> Mapping[str, Plan]:
    named = {item.problem: None for item in key.assignment.items if isinstance(item, ValueItem)}
    return {name: _plan(name, key.assignment) for name in named}


@lru_cache(maxsize=4096)
def sources_of(plan: Plan, quantity: Quantity, answered: frozenset[Quantity]) -> tuple[Source, ...]:
    """From which of the answered quantities a quantity may have been computed; see `sources`."""
    return sources(quantity, answered, plan.dependencies)


@lru_cache(maxsize=4096)
def bearing(plan: Plan, quantity: Quantity, source: Source) -> tuple[Misreading, ...]:
    """The misreadings that can make a difference to a quantity when it is worked out from a source.

    Measured, as dependencies are: with the source held at random numbers, each misreading is switched on in turn.
    """
    chunk = max(1, plan.rows_at_once // DRAWS - 1)
    known = plan.misreadings
    chunks = (known[first : first + chunk] for first in range(0, len(known), chunk))
    return tuple(one for some in chunks for one in _bearing(plan, quantity, source, some))


def _bearing(plan: Plan, quantity: Quantity, source: Source, tried: tuple[Misreading, ...]) -> Iterator[Misreading]:
    scenarios = [Scenario(), *(Scenario(misreadings=frozenset({misread})) for misread in tried)]
    rows = DRAWS * len(scenarios)
    drawn = {one: draw(plan.truths[one], place) for place, one in enumerate(sorted(source))}
    given = {one: in_every_row(repeated(some, len(scenarios))) for one, some in drawn.items()}
    switches = {
        node: {variant: np.repeat(on, DRAWS) for variant, on in variants.items()}
        for node, variants in switched(scenarios).items()
    }
    ways = Outcome(plan.graph, tiled(plan.probes, rows), given, switches).ways(quantity)
    blocks = [np.broadcast_to(way, (rows, *way.shape[1:])).reshape(len(tried) + 1, -1) for way in ways]
    for place, misread in enumerate(tried):
        if not all(_equal(block[place + 1], block[0]) for block in blocks):
            yield misread


def _equal(one: Array, other: Array) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def _plan(name: str, rubric: Assignment) -> Plan:
    """The plan of a problem, at the rubric's own numbers."""
    solved = solve(rubric.problems[name])
    quantities = {item.id: quantity_of(item, solved.graph) for item in _items(name, rubric)}
    exact = Outcome(solved.graph, solved.inputs, {})
    truths = {quantity: exact.of(quantity)[0] for quantity in quantities.values()}
    probes = _probes(name, rubric)
    needs = dependencies(solved.graph, probes, truths)
    rows = rows_at_once(solved.graph, probes)
    known = misreadings(solved.graph, solved.later.computed)
    return Plan(solved.graph, quantities, truths, probes, known[: rows - 1], needs, rows)


def _probes(name: str, rubric: Assignment) -> Mapping[str, Array]:
    """The inputs of `DRAWS` variants, or the rubric's own, batch axis first."""
    problem = rubric.problems[name]
    if problem.variants is None:
        return batch(problem.arrays)
    others = [vary(rubric, f"probe {number}").problems[name] for number in range(1, DRAWS)]
    found = [problem.arrays, *(other.arrays for other in others)]
    return {given: np.stack([arrays[given] for arrays in found]) for given in problem.arrays}


def _sheet(name: str, assignment: Assignment, plan: Plan) -> Sheet:
    inputs = batch(assignment.problems[name].arrays)
    exact, singles = Outcome(plan.graph, inputs, {}), Singles(plan, inputs)
    asked = []
    for item in _items(name, assignment):
        quantity = plan.quantities[item.id]
        truth = exact.of(quantity)[0]
        asked.append(Asked(item, quantity, truth, singles, _layouts(item, truth.ndim)))
    return Sheet(plan, singles, tuple(asked), assignment.values)


def _items(name: str, assignment: Assignment) -> list[ValueItem]:
    return [item for item in assignment.items if isinstance(item, ValueItem) and item.problem == name]


def _layouts(item: ValueItem, axes: int) -> tuple[Layout, ...]:
    """The orders in which the asked axes may be written: as asked, then the others that the item allows."""
    places = {axis: place for place, axis in enumerate(item.axes)}
    return (tuple(range(axes)), *(tuple(places[axis] for axis in other) for other in item.also))
