"""Scenarios: which earlier answers are taken as written, under which misreadings; many evaluated as one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.following.quantities import Outcome, Quantity, outcome
from grader.following.sources import Source
from grader.reading.shapes import Reading
from grader.slips.values import POWER, RIGHT, Misreadings
from reference.graph import Array, Given, Graph, Mask

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
        self._outcome: Outcome = outcome(graph, inputs, _given(computed, written), _switches(computed))

    def of(self, quantity: Quantity, scenarios: Sequence[Scenario]) -> Array:
        """What the quantity comes to under each of the scenarios, one a row."""
        computed = self._outcome.of(quantity)
        rows = np.broadcast_to(computed, (len(self._rows), *computed.shape[1:]))
        return rows[[self._rows[_without_power(scenario)] for scenario in scenarios]]


def _without_power(scenario: Scenario) -> Scenario:
    if POWER in scenario.misreadings:
        return Scenario(scenario.source, scenario.misreadings - {POWER})
    return scenario


def _given(scenarios: Sequence[Scenario], written: Mapping[Quantity, Reading]) -> dict[Quantity, Given]:
    """Each written answer, given in the scenarios that have it as a source; its bad entries stay computed."""
    given = {}
    for quantity in sorted(frozenset().union(*(scenario.source for scenario in scenarios))):
        values = written[quantity].values
        rows = np.array([quantity in scenario.source for scenario in scenarios])
        mask = rows.reshape(-1, *(1,) * values.ndim) & ~np.isnan(values)[None]
        given[quantity] = Given(values[None], mask)
    return given


def _switches(scenarios: Sequence[Scenario]) -> dict[str, dict[str, Mask]]:
    switches: dict[str, dict[str, Mask]] = {}
    for misreading in sorted(frozenset().union(*(scenario.misreadings for scenario in scenarios))):
        rows = np.array([misreading in scenario.misreadings for scenario in scenarios])
        switches.setdefault(misreading.node, {})[misreading.variant] = rows
    return switches
