"""Which scenarios explain an answer: all of its entries, or all but one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from grader.assignment import ValuePolicy
from grader.equality.tolerance import agreement, powers_of_ten
from grader.following.scenarios import Scenario, Scenarios
from grader.following.sheet import Asked
from grader.following.sources import Source
from grader.following.written import rich_enough
from grader.reading.shapes import Reading
from grader.slips.chance import Figures, chance
from grader.slips.values import POWER, Misreadings
from reference.graph import Array


@dataclass(frozen=True, slots=True)
class Explanation:
    """A scenario under which an answer comes out, except for the entry at `slip` (a flat place) where there is one.

    A `poor` one gives too little to earn anything by, but it tells what was misread, and the answer pays for that.
    """

    scenario: Scenario
    slip: int | None = None
    poor: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An item with the answer that was read for it."""

    asked: Asked
    reading: Reading


def explanations(
    answered: Answered, found: Scenarios, sources: Sequence[Source], misread: Misreadings, policy: ValuePolicy
) -> tuple[Explanation, ...]:
    """All sources that explain an answer under exactly these misreadings, whole ones first.

    The scenario of an explanation holds only the misreadings that it needs.
    """
    near = {
        subset: compare(answered, found, [Scenario(source, subset) for source in sources], policy)
        for subset in subsets(misread)
    }
    whole: list[Explanation] = []
    slips: list[Explanation] = []
    for row, source in enumerate(sources):
        missed = np.flatnonzero(~near[misread][row])
        if len(missed) == 0:
            needed = next(subset for subset in near if near[subset][row].all())
            whole.append(Explanation(Scenario(source, needed)))
        elif len(missed) == 1 and near[misread].shape[1] >= policy.slip.min_entries:
            slips.append(Explanation(Scenario(source, misread), int(missed[0])))
    return (*whole, *slips) if whole or not misread else (*slips, *_poor(answered, found, misread, policy))


def _poor(answered: Answered, found: Scenarios, misread: Misreadings, policy: ValuePolicy) -> Iterator[Explanation]:
    """The misreadings that give an answer from the inputs alone, with too few different entries to follow from."""
    scenario = Scenario(misreadings=misread)
    for given in found.ways(answered.asked.quantity, [scenario]):
        near = agreement(
            answered.reading, given, policy.relative_tolerance, probability=answered.asked.item.probability
        )
        if near.all() and given.any():
            yield Explanation(scenario, poor=True)


def compare(answered: Answered, found: Scenarios, under: Sequence[Scenario], policy: ValuePolicy) -> NDArray[np.bool_]:
    """For each scenario, which entries agree with what it gives; none do where it gives too little to follow from."""
    ways = [_near(answered, right, under, policy) for right in found.ways(answered.asked.quantity, under)]
    if len(ways) == 1:
        return ways[0]
    best = np.argmax([near.sum(axis=1) for near in ways], axis=0)
    chosen: NDArray[np.bool_] = np.stack(ways)[best, np.arange(len(under))]
    return chosen


def by_chance(answered: Answered, found: Scenarios, scenario: Scenario, policy: ValuePolicy) -> float:
    """How probable it is that an answer comes as near to what misreadings give as it does by chance alone.

    `found` holds the scenario, and the same one without its misreadings.
    """
    reading, quantity = answered.reading, answered.asked.quantity
    halves = np.array([entry.half_unit for entry in reading.entries]).reshape(reading.values.shape)
    figures = Figures(reading.values, halves, answered.asked.item.probability)
    ways = zip(found.ways(quantity, [scenario]), found.ways(quantity, [Scenario(scenario.source)]), strict=True)
    chances = []
    for right, otherwise in ways:
        scaled = powers_of_ten(reading, right, policy.power_of_ten) if POWER in scenario.misreadings else right
        chances.append(chance(figures, scaled[0], otherwise[0], policy.relative_tolerance))
    return min(chances)


def _near(answered: Answered, right: Array, under: Sequence[Scenario], policy: ValuePolicy) -> NDArray[np.bool_]:
    asked, reading = answered.asked, answered.reading
    near = agreement(reading, right, policy.relative_tolerance, probability=asked.item.probability)
    off = [row for row, scenario in enumerate(under) if POWER in scenario.misreadings]
    if off and not asked.item.probability:
        scaled = powers_of_ten(reading, right[off], policy.power_of_ten)
        near[off] |= agreement(reading, scaled, policy.relative_tolerance)
    near = near.reshape(len(under), -1)
    fitting = np.flatnonzero(near.sum(axis=1) >= near.shape[1] - 1)
    if len(fitting):
        near[fitting] &= rich_enough(right[fitting], asked.truth)[:, None]
    return near


def subsets(misread: Misreadings) -> Iterator[Misreadings]:
    """All subsets, smallest first, in a fixed order."""
    ordered = sorted(misread)
    return map(frozenset, chain.from_iterable(combinations(ordered, size) for size in range(len(ordered) + 1)))


def usable(answered: Answered) -> bool:
    """Whether an answer may be followed from."""
    return bool(rich_enough(answered.reading.values[None], answered.asked.truth)[0])
