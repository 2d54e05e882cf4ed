"""Scenarios: which earlier answers are taken as written, under which misreadings; many evaluated as one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from grader.following.quantities import Outcome, Quantity
from grader.following.sources import Source
from grader.reading.shapes import Reading
from grader.slips.values import POWER, RIGHT, Misreading, Misreadings
from reference.graph import Array, Given, Graph, Mask

Member = TypeVar("Member", Quantity, Misreading)

NOTHING: Source = frozenset()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What an answer may have been computed from, and how."""

    source: Source = NOTHING
    misreadings: Misreadings = RIGHT


class Scenarios:
    """A batch of evaluated scenarios: ask for a quantity under one of them, or under several at once."""

    def __init__(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        written: Mapping[Quantity, Reading],
        scenarios: Sequence[Scenario],
    ) -> None:
        # The power of ten is a way of writing, not of computing: it is applied where answers are compared.
        computed = tuple(dict.fromkeys(_without_power(scenario) for scenario in scenarios))
        self._rows = {scenario: row for row, scenario in enumerate(computed)}
        self._outcome = Outcome(graph, inputs, _given(computed, written), switched(computed))

    def of(self, quantity: Quantity, scenarios: Sequence[Scenario]) -> Array:
        """What the quantity comes to under each of the scenarios, one a row."""
        return self._under(self._outcome.of(quantity), scenarios)

    def ways(self, quantity: Quantity, scenarios: Sequence[Scenario]) -> tuple[Array, ...]:
        """The same in each of the ways in which the quantity may be computed."""
        return tuple(self._under(computed, scenarios) for computed in self._outcome.ways(quantity))

    def _under(self, computed: Array, scenarios: Sequence[Scenario]) -> Array:
        rows = np.broadcast_to(computed, (len(self._rows), *computed.shape[1:]))
        return rows[[self._rows[_without_power(scenario)] for scenario in scenarios]]


def _without_power(scenario: Scenario) -> Scenario:
    if POWER in scenario.misreadings:
        return Scenario(scenario.source, scenario.misreadings - {POWER})
    return scenario


def _given(scenarios: Sequence[Scenario], written: Mapping[Quantity, Reading]) -> dict[Quantity, Given]:
    """Each written answer, given in the scenarios that have it as a source; its bad entries stay computed."""
    given = {}
    for quantity, rows in _rows_of(scenarios, lambda scenario: scenario.source).items():
        values = written[quantity].values
        mask = rows.reshape(-1, *(1,) * values.ndim) & ~np.isnan(values)[None]
        given[quantity] = Given(values[None], mask)
    return given


def switched(scenarios: Sequence[Scenario]) -> dict[str, dict[str, Mask]]:
    """Each misreading's variant, switched on in the scenarios that hold it."""
    switches: dict[str, dict[str, Mask]] = {}
    for misreading, rows in _rows_of(scenarios, lambda scenario: scenario.misreadings).items():
        for node in misreading.nodes:
            known = switches.setdefault(node, {})
            known[misreading.variant] = known.get(misreading.variant, False) | rows
    return switches


def _rows_of(scenarios: Sequence[Scenario], members: Callable[[Scenario], frozenset[Member]]) -> dict[Member, Mask]:
    """For each member of any scenario, which scenarios hold it; members in a fixed order."""
    rows: dict[Member, Mask] = {}
    for row, scenario in enumerate(scenarios):
        for member in members(scenario):
            rows.setdefault(member, np.zeros(len(scenarios), dtype=np.bool_))[row] = True
    return dict(sorted(rows.items()))
