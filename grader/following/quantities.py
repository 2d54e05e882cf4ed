"""The quantities that items ask for, and which of them each is computed from.

Dependence is measured, not declared: with every asked quantity held at given numbers, one is moved, and whatever
comes out different depends on it. So no rule about operations has to be kept true by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reference.graph import Array, Given, Graph, Switches, Values, evaluate, gradients

# Several rows of random numbers, so that a gate that happens to be shut in one is open in another.
_DRAWS = 8


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """The value of a node, or the gradient of the loss by it."""

    node: str
    gradient: bool = False


@dataclass(frozen=True)
class Outcome:
    """A batch of evaluations of a graph, with quantities given and variants switched on.

    It holds what each quantity comes to from what it is computed from; gradients are worked out when first asked for.
    """

    graph: Graph
    inputs: Mapping[str, Array]
    given: Mapping[Quantity, Given]
    switches: Switches | None = None

    def of(self, quantity: Quantity) -> Array:
        """The computed value of a quantity, batch axis first."""
        source = self._gradients if quantity.gradient else self._values
        return source.computed[quantity.node]

    @cached_property
    def _values(self) -> Values:
        with np.errstate(all="ignore"):
            return evaluate(self.graph, self.inputs, self._held(gradient=False), self.switches)

    @cached_property
    def _gradients(self) -> Values:
        with np.errstate(all="ignore"):
            return gradients(self.graph, self._values, self._held(gradient=True), self.switches)

    def _held(self, *, gradient: bool) -> dict[str, Given]:
        return {quantity.node: value for quantity, value in self.given.items() if quantity.gradient is gradient}


def dependencies(
    graph: Graph, inputs: Mapping[str, Array], asked: Sequence[Quantity]
) -> Mapping[Quantity, frozenset[Quantity]]:
    """Which asked quantities each asked quantity is computed from, when all of them are held at given numbers."""
    exact = Outcome(graph, inputs, {})
    rng = np.random.default_rng(0)
    rows = _DRAWS * (len(asked) + 1)
    given = {}
    for place, quantity in enumerate(asked):
        shape = exact.of(quantity).shape[1:]
        drawn = np.tile(rng.uniform(-1.0, 1.0, (_DRAWS, *shape)), (len(asked) + 1, *(1,) * len(shape)))
        mine = slice(_DRAWS * (place + 1), _DRAWS * (place + 2))
        drawn[mine] = rng.uniform(-1.0, 1.0, (_DRAWS, *shape))
        given[quantity] = Given(drawn, np.ones((rows, *(1,) * len(shape)), dtype=np.bool_))
    moved = Outcome(graph, inputs, given)
    return {quantity: frozenset(_movers(moved.of(quantity), quantity, asked)) for quantity in asked}


def _movers(computed: Array, quantity: Quantity, asked: Sequence[Quantity]) -> list[Quantity]:
    """The quantities whose moving changes `computed`, block of rows by block of rows."""
    blocks = np.broadcast_to(computed, (_DRAWS * (len(asked) + 1), *computed.shape[1:])).reshape(
        len(asked) + 1, _DRAWS, *computed.shape[1:]
    )
    still = blocks[0]
    return [
        other
        for place, other in enumerate(asked)
        if other != quantity and not np.array_equal(blocks[place + 1], still, equal_nan=True)
    ]
