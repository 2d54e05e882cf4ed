"""A problem's sheet: what is asked of it, the truth, and what the truth would be under each misreading."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from grader.assignment import Assignment, ValueItem, ValuePolicy
from grader.following.quantities import DRAWS, Outcome, Quantity, dependencies, draw, quantity_of
from grader.following.scenarios import Scenario, Scenarios
from grader.following.sources import Dependencies, Source, sources
from grader.problems import solve
from grader.reading.shapes import Layout
from grader.slips.values import RIGHT, Misreading, misreadings, pairs
from reference.graph import Array, Given, Graph, Mask


@dataclass(frozen=True)
class Asked:
    """One value item with its quantity, the right values (no batch axis), and the layouts that it may come in."""

    item: ValueItem
    quantity: Quantity
    truth: Array
    misread: Array
    layouts: tuple[Layout, ...]


@dataclass(frozen=True, eq=False)
class Sheet:
    """All value items of one problem, in the order of the rubric, over the problem's graph."""

    graph: Graph
    inputs: Mapping[str, Array]
    asked: tuple[Asked, ...]
    misreadings: tuple[Misreading, ...]
    dependencies: Dependencies
    policy: ValuePolicy

    def kind(self, misreading: Misreading) -> Hashable:
        """What misreadings have in common that are the same mistake at other places."""
        kinds = {self._kinds.get(node, "") for node in misreading.nodes}
        return (*sorted(kinds), misreading.variant) if kinds and "" not in kinds else misreading

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        return {node.name: node.kind for node in self.graph.every}

    @cached_property
    def from_inputs(self) -> Scenarios:
        """Everything worked out from the inputs alone, under each misreading and each pair of them."""
        singles = [frozenset({one}) for one in self.misreadings]
        under = [Scenario(misreadings=misread) for misread in (RIGHT, *singles, *pairs(self.misreadings))]
        return Scenarios(self.graph, self.inputs, {}, under)


@lru_cache(maxsize=32)
def sheets(assignment: Assignment) -> Mapping[str, Sheet]:
    """The sheets of an assignment's problems that have value items, by problem name."""
    named = {item.problem: None for item in assignment.items if isinstance(item, ValueItem)}
    return {name: _sheet(name, assignment) for name in named}


@lru_cache(maxsize=4096)
def sources_of(sheet: Sheet, quantity: Quantity, answered: frozenset[Quantity]) -> tuple[Source, ...]:
    """From which of the answered quantities a quantity may have been computed; see `sources`."""
    return sources(quantity, answered, sheet.dependencies)


@lru_cache(maxsize=4096)
def bearing(sheet: Sheet, quantity: Quantity, source: Source) -> tuple[Misreading, ...]:
    """The misreadings that can make a difference to a quantity when it is worked out from a source.

    Measured, as dependencies are: with the source held at random numbers, each misreading is switched on in turn.
    """
    rows = DRAWS * (len(sheet.misreadings) + 1)
    given = {}
    for place, one in enumerate(sorted(source)):
        truth = sheet.from_inputs.of(one, [Scenario()])[0]
        drawn = np.tile(draw(truth, place), (rows // DRAWS, *(1,) * truth.ndim))
        given[one] = Given(drawn, np.ones((rows, *(1,) * truth.ndim), dtype=np.bool_))
    switches: dict[str, dict[str, Mask]] = {}
    for place, misread in enumerate(sheet.misreadings):
        on = np.arange(rows) // DRAWS == place + 1
        for node in misread.nodes:
            known = switches.setdefault(node, {})
            known[misread.variant] = known.get(misread.variant, False) | on
    moved: set[Misreading] = set()
    for found in Outcome(sheet.graph, sheet.inputs, given, switches).ways(quantity):
        blocks = np.broadcast_to(found, (rows, *found.shape[1:])).reshape(len(sheet.misreadings) + 1, -1)
        moved |= {one for one, block in zip(sheet.misreadings, blocks[1:], strict=True) if not _equal(block, blocks[0])}
    return tuple(one for one in sheet.misreadings if one in moved)


def _equal(one: Array, other: Array) -> bool:
    return bool(np.array_equal(one, other, equal_nan=True))


def _sheet(name: str, assignment: Assignment) -> Sheet:
    solved = solve(assignment.problems[name])
    items = [item for item in assignment.items if isinstance(item, ValueItem) and item.problem == name]
    quantities = {item.id: quantity_of(item, solved.graph) for item in items}
    singles = misreadings(solved.graph)
    scenarios = [Scenario(), *(Scenario(misreadings=frozenset({single})) for single in singles)]
    evaluated = Scenarios(solved.graph, solved.inputs, {}, scenarios)
    asked = []
    for item in items:
        under = evaluated.of(quantities[item.id], scenarios)
        asked.append(Asked(item, quantities[item.id], under[0], under, _layouts(item, under.ndim - 1)))
    order = tuple(dict.fromkeys(quantities.values()))
    needs = dependencies(solved.graph, solved.inputs, order)
    return Sheet(solved.graph, solved.inputs, tuple(asked), singles, needs, assignment.values)


def _layouts(item: ValueItem, axes: int) -> tuple[Layout, ...]:
    """The orders in which the asked axes may be written: as asked, then the others that the item allows."""
    places = {axis: place for place, axis in enumerate(item.axes)}
    return (tuple(range(axes)), *(tuple(places[axis] for axis in other) for other in item.also))
