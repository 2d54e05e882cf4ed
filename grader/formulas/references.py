"""What a quantity should be at the sample points, and what it would be with known slips on the way.

A slip that is a variant of the graph is switched on there, on the way back only: the values that a student's formula
names are the right ones. A student's own earlier formula stands in for the gradient that it states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, TypeAlias

import numpy as np

from grader.calculus.tolerances import ROUNDING
from grader.formulas.answers import Asked
from grader.formulas.names import SAMPLE, Used
from grader.formulas.points import POINTS, Points
from grader.slips.values import misreadings
from reference.graph import Array, Arrays, Given, Mask, Switches, Values, afterwards, evaluate, gradients


@dataclass(frozen=True, slots=True, order=True)
class Slip:
    """One named slip; two items show the same slip if `key` is the same."""

    key: tuple[str, ...]
    sentence: str


Slips: TypeAlias = frozenset[Slip]
NONE: Slips = frozenset()

Own: TypeAlias = Mapping[Used, Array]
Scenario: TypeAlias = tuple[Slips, frozenset[Used]]

# How many pairs of slips are looked at: a count, so that the same formula always gets the same report.
_MAX_PAIRS = 200


@dataclass(frozen=True)
class Reference:
    """What the quantity comes to with some slips, from some of the student's own earlier formulas."""

    data: Array
    slips: Slips
    own: frozenset[Used] = frozenset()


def references(asked: Asked, at: Points, own: Own) -> Iterator[Reference]:
    """The truth first, then with single slips and pairs, then the same from the student's own earlier formulas."""
    yield Reference(_worked_out(asked, at, [(NONE, frozenset())], {})[0], NONE)
    singles = bearing(asked, at)
    pairs = islice(combinations(singles, 2), _MAX_PAIRS)
    sets = [NONE, *(frozenset({one}) for one in singles), *map(frozenset, pairs)]
    sources = [frozenset[Used](), *(frozenset({used}) for used in own), *([frozenset(own)] if len(own) > 1 else [])]
    scenarios = [(slips, source) for source in sources for slips in (sets[: len(singles) + 1] if source else sets)]
    for (slips, source), data in zip(scenarios[1:], _worked_out(asked, at, scenarios, own)[1:], strict=True):
        if np.isfinite(data).all():
            yield Reference(data, slips, source)


def bearing(asked: Asked, at: Points) -> tuple[Slip, ...]:
    """The graph's variants that change the quantity, each effect once."""
    slips = sorted(_variants(at), key=lambda slip: asked.is_late and asked.late.isdisjoint(slip.key))
    alone: list[Scenario] = [(NONE, frozenset()), *((frozenset({slip}), frozenset()) for slip in slips)]
    parts = _worked_out(asked, at, alone, {})
    rows = parts.reshape(len(parts), -1)
    kept = [0]
    with np.errstate(all="ignore"):
        for row in range(1, len(rows)):
            near = np.abs(rows[kept] - rows[row]) <= ROUNDING * np.abs(rows[row])
            if not near.all(axis=1).any():
                kept.append(row)
    return tuple(slips[row - 1] for row in kept[1:])


@lru_cache(maxsize=64)
def _variants(at: Points) -> tuple[Slip, ...]:
    return tuple(
        Slip(("variant", one.variant, *one.nodes), one.sentence)
        for one in misreadings(at.graph, at.later.computed)
        if one.variant not in _BY_SHAPE
    )


# A sum over samples that is left out shows in the shape of a formula, not in its values.
_BY_SHAPE = frozenset({"one_sample"})


def _worked_out(asked: Asked, at: Points, scenarios: Sequence[Scenario], own: Own) -> Array:
    """The quantity in each scenario, all in one batch: the scenarios first, then the sample points, then its axes.

    Variants are switched on where the quantity is worked out from right values; own formulas stand in for what they
    state.
    """
    count = len(scenarios)
    switches = _switches([slips for slips, _ in scenarios])
    given = {used: (_given(data, [used in source for _, source in scenarios]),) for used, data in own.items()}
    with np.errstate(all="ignore"):
        data = _run(asked, _repeated(at, count), given, switches)
    whole = np.broadcast_to(data, (count * POINTS, *data.shape[1:]))
    entry: Any = (slice(None), *asked.entry)
    part = whole[entry]
    parted: Array = part.reshape(count, POINTS, *part.shape[1:])
    return parted


def _run(asked: Asked, at: Points, given: Mapping[Used, Sequence[Given]], switches: Switches) -> Array:
    """The quantity in its phase: forward from the inputs, backward from the right values, or after both."""
    held = {used.node: one for used, one in given.items() if not used.gradient}
    if not asked.used.gradient and not asked.is_late:
        return evaluate(at.graph, at.inputs, held, switches).computed[asked.used.node]
    slopes = Values({}, {})
    if at.graph.loss is not None:
        slopes_held = {used.node: one for used, one in given.items() if used.gradient}
        slopes = gradients(at.graph, at.values, slopes_held, switches)
    if asked.used.gradient:
        return slopes.computed[asked.used.node]
    return afterwards(at.graph, at.values, slopes, held, switches).computed[asked.used.node]


def _switches(sets: Sequence[Slips]) -> Switches:
    """Which variants are on at which rows: `POINTS` of them for each set."""
    switches: dict[str, dict[str, Mask]] = {}
    for number, slips in enumerate(sets):
        for slip in slips:
            _, variant, *nodes = slip.key
            for node in nodes:
                masks = switches.setdefault(node, {})
                mask = masks.setdefault(variant, np.zeros(len(sets) * POINTS, dtype=np.bool_))
                mask[number * POINTS : (number + 1) * POINTS] = True
    return switches


def _given(data: Array, where: Sequence[bool]) -> Given:
    """A student's own values at the rows of some scenarios."""
    mask = np.repeat(np.array(where, dtype=np.bool_), POINTS).reshape(-1, *(1,) * (data.ndim - 1))
    return Given(np.tile(data, (len(where), *(1,) * (data.ndim - 1))), mask)


def _repeated(at: Points, count: int) -> Points:
    """The sample points once for each scenario."""
    values = Values(_tiled(at.values.computed, count), _tiled(at.values.used, count))
    return replace(at, inputs=_tiled(at.inputs, count), values=values)


def _tiled(arrays: Arrays, count: int) -> Arrays:
    """Arrays repeated; what is the same at all points stays one row."""
    return {
        name: array if len(array) == 1 else np.tile(array, (count, *(1,) * (array.ndim - 1)))
        for name, array in arrays.items()
    }


def by_sample(asked: Asked, at: Points) -> Array | None:
    """A gradient that is a sum over samples, sample by sample (second axis); None where it is no such sum."""
    places = _with_samples(asked, at)
    if not places or SAMPLE in asked.kinds or not asked.used.gradient or asked.entry:
        return None
    count = min(at.inputs[name].shape[place] for name, place in places.items())
    with np.errstate(all="ignore"):
        parts = np.stack([_of_one_sample(asked, at, places, sample) for sample in range(count)], axis=1)
    return parts if np.allclose(parts.sum(axis=1), at.gradients.computed[asked.used.node]) else None


def _of_one_sample(asked: Asked, at: Points, places: Mapping[str, int], sample: int) -> Array:
    alone = {
        name: np.take(data, [sample], places[name]) if name in places else data for name, data in at.inputs.items()
    }
    return gradients(at.graph, evaluate(at.graph, alone)).computed[asked.used.node]


def _with_samples(asked: Asked, at: Points) -> Mapping[str, int]:
    """The inputs that have samples, and which axis they are."""
    known = {name: asked.names.meanings[name].axes for name in at.graph.inputs if name in asked.names.meanings}
    kinds = {name: [axis.kind for axis in axes] for name, axes in known.items()}
    return {name: own.index(SAMPLE) + 1 for name, own in kinds.items() if SAMPLE in own}
