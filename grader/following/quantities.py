"""The quantities that items ask for, and which of them each is computed from.

Dependence is measured, not declared: with every asked quantity held at given numbers, one is moved, and whatever
comes out different depends on it. So no rule about operations has to be kept true by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from grader.assignment import ValueItem
from grader.calculus.samples import stream, within
from reference.graph import Array, Given, Graph, Switches, Values, afterwards, evaluate, gradients

_SIGNED, _POSITIVE, _NEAR = 4, 2, 2
DRAWS = _SIGNED + _POSITIVE + _NEAR

# How many numbers a batch of scenarios may hold in all of its nodes together: about 60 MB.
MAX_NUMBERS = 8_000_000


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """The value of a node, or the gradient of the loss by it; or one entry of either."""

    node: str
    gradient: bool = False
    entry: tuple[int, ...] = ()

    @property
    def place(self) -> tuple[slice | int, ...]:
        """Where it stands in an array with a batch axis."""
        return (slice(None), *self.entry)


def quantity_of(item: ValueItem, graph: Graph) -> Quantity:
    """What an item asks for. What is computed afterwards and is a gradient, as the graph says, is that gradient."""
    if item.value_of in graph.same:
        return Quantity(graph.same[item.node], gradient=True, entry=item.entry)
    return Quantity(item.node, item.gradient_of is not None, item.entry)


@dataclass(frozen=True)
class Outcome:
    """A batch of evaluations of a graph, with quantities given and variants switched on.

    It holds what each quantity comes to from what it is computed from; gradients, and what comes after them, are worked
    out when first asked for.
    """

    graph: Graph
    inputs: Mapping[str, Array]
    given: Mapping[Quantity, Given]
    switches: Switches | None = None

    def of(self, quantity: Quantity) -> Array:
        """The computed value of a quantity, batch axis first."""
        return self._phase(quantity).computed[quantity.node][quantity.place]

    def ways(self, quantity: Quantity) -> tuple[Array, ...]:
        """The quantity in each way in which it may be computed: a gradient also by the homework's formula for it."""
        named = [name for name, node in self.graph.same.items() if quantity.gradient and node == quantity.node]
        return (self.of(quantity), *(self._later.computed[name][quantity.place] for name in named))

    @property
    def phases(self) -> tuple[Values, Values, Values]:
        """Values, gradients, and what comes after."""
        return self._values, self._gradients, self._later

    def _phase(self, quantity: Quantity) -> Values:
        if quantity.gradient:
            return self._gradients
        return self._values if quantity.node in self._values.computed else self._later

    @cached_property
    def _values(self) -> Values:
        with np.errstate(all="ignore"):
            return evaluate(self.graph, self.inputs, self._held(gradient=False), self.switches)

    @cached_property
    def _gradients(self) -> Values:
        if self.graph.loss is None:
            return Values({}, {})
        with np.errstate(all="ignore"):
            return gradients(self.graph, self._values, self._held(gradient=True), self.switches)

    @cached_property
    def _later(self) -> Values:
        slopes, held = self._held(gradient=True), self._held(gradient=False)
        named = {name: slopes[node] for name, node in self.graph.same.items() if node in slopes}
        with np.errstate(all="ignore"):
            return afterwards(self.graph, self._values, self._gradients, {**held, **named}, self.switches)

    def _held(self, *, gradient: bool) -> dict[str, list[Given]]:
        held: dict[str, list[Given]] = {}
        for quantity, value in self.given.items():
            if quantity.gradient is gradient:
                held.setdefault(quantity.node, []).append(replace(value, entry=quantity.entry))
        return held


def rows_at_once(graph: Graph, inputs: Mapping[str, Array]) -> int:
    """How many scenarios of a graph are evaluated in one batch: as many as `MAX_NUMBERS` allows, all phases counted."""
    exact = Outcome(graph, {name: array[:1] for name, array in inputs.items()}, {})
    numbers = sum(array.size for values in exact.phases for array in values.computed.values())
    return max(2 * DRAWS, MAX_NUMBERS // numbers)


def dependencies(
    graph: Graph, probes: Mapping[str, Array], truths: Mapping[Quantity, Array]
) -> Mapping[Quantity, frozenset[Quantity]]:
    """Which asked quantities each asked quantity is computed from, when all of them are held at given numbers.

    `truths` are the asked quantities with their right values, `probes` inputs of one row, or of `DRAWS`.
    """
    asked = tuple(truths)
    needs: dict[Quantity, set[Quantity]] = {quantity: set() for quantity in asked}
    chunk = max(1, rows_at_once(graph, probes) // DRAWS - 1)
    for first in range(0, len(asked), chunk):
        some = asked[first : first + chunk]
        for quantity, movers in _needed(graph, probes, truths, some).items():
            needs[quantity] |= movers
    return {quantity: frozenset(movers) for quantity, movers in needs.items()}


def _needed(
    graph: Graph, probes: Mapping[str, Array], truths: Mapping[Quantity, Array], moved: Sequence[Quantity]
) -> Mapping[Quantity, set[Quantity]]:
    """For each quantity, which of those that are moved in turn make a difference to it."""
    rows = DRAWS * (len(moved) + 1)
    given = {}
    for place, (quantity, truth) in enumerate(truths.items()):
        drawn = repeated(draw(truth, place), len(moved) + 1)
        if quantity in moved:
            block = DRAWS * (moved.index(quantity) + 1)
            drawn[block : block + DRAWS] = draw(truth, len(truths) + place)
        given[quantity] = in_every_row(drawn)
    found = Outcome(graph, tiled(probes, rows), given)
    return {quantity: set(_movers(found.ways(quantity), quantity, moved)) for quantity in truths}


def draw(truth: Array, seed: int) -> Array:
    """Random numbers in place of a value, `DRAWS` of them: of both signs, positive ones, and some near to the value.

    So that a gate that happens to be shut in one is open in another, and a logarithm has some that it can take.
    """
    numbers = stream(seed)
    signed = within(numbers, (-1.0, 1.0), (_SIGNED, *truth.shape))
    positive = within(numbers, (0.1, 1.0), (_POSITIVE, *truth.shape))
    near = np.nan_to_num(truth) * within(numbers, (0.8, 1.2), (_NEAR, *truth.shape))
    return np.concatenate([signed, positive, near])


def tiled(probes: Mapping[str, Array], rows: int) -> Mapping[str, Array]:
    """Inputs of `DRAWS` rows over and over, for so many rows in all; inputs of one row as they are."""
    return {name: array if len(array) == 1 else repeated(array, rows // DRAWS) for name, array in probes.items()}


def repeated(drawn: Array, times: int) -> Array:
    """The rows of an array over and over."""
    return np.tile(drawn, (times, *(1,) * (drawn.ndim - 1)))


def in_every_row(values: Array) -> Given:
    """Values that stand in for what is computed in all rows."""
    return Given(values, np.ones((len(values), *(1,) * (values.ndim - 1)), dtype=np.bool_))


def _movers(ways: Sequence[Array], quantity: Quantity, asked: Sequence[Quantity]) -> list[Quantity]:
    """The quantities whose moving changes what is computed in one of the ways, block of rows by block of rows."""
    blocks = [_blocks(computed, len(asked) + 1) for computed in ways]
    return [
        other
        for place, other in enumerate(asked)
        if other != quantity and not all(np.array_equal(block[place + 1], block[0], equal_nan=True) for block in blocks)
    ]


def _blocks(computed: Array, count: int) -> Array:
    rows = np.broadcast_to(computed, (DRAWS * count, *computed.shape[1:]))
    return rows.reshape(count, DRAWS, *computed.shape[1:])
