"""What a quantity should be at the sample points, and what it would be with known slips on the way.

A slip that is a variant of the graph is switched on there, on the way back only: the values that a student's formula
names are the right ones. A student's own earlier formula stands in for the gradient that it states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

import numpy as np

from grader.formulas.answers import SAMPLE, Asked
from grader.formulas.names import Used
from grader.formulas.points import Points
from grader.slips.values import singles
from reference.graph import Array, Given, evaluate, gradients


@dataclass(frozen=True, slots=True, order=True)
class Slip:
    """One named slip; two items show the same slip if `key` is the same."""

    key: tuple[str, ...]
    sentence: str


Slips: TypeAlias = frozenset[Slip]
NONE: Slips = frozenset()

Own: TypeAlias = Mapping[Used, Array]


@dataclass(frozen=True)
class Reference:
    """What the quantity comes to with some slips, from some of the student's own earlier formulas."""

    data: Array
    slips: Slips
    own: frozenset[Used] = frozenset()


def references(asked: Asked, at: Points, own: Own) -> Iterator[Reference]:
    """The truth first, then with single slips and pairs, then the same from the student's own earlier formulas."""
    singles = bearing(asked, at)
    sets = [NONE, *(frozenset({one}) for one in singles), *map(frozenset, combinations(singles, 2))]
    sources = [frozenset[Used](), *(frozenset({used}) for used in own), *([frozenset(own)] if len(own) > 1 else [])]
    for source in sources:
        for slips in sets if not source else sets[: len(singles) + 1]:
            data = _reference(asked, at, slips, {used: own[used] for used in source})
            yield Reference(data, slips, source)


def bearing(asked: Asked, at: Points) -> tuple[Slip, ...]:
    """The graph's variants that change the quantity, each effect once."""
    truth = _reference(asked, at, NONE, {})
    seen = [truth]
    found = []
    for slip in _variants(at):
        data = _reference(asked, at, frozenset({slip}), {})
        if data.shape == truth.shape and not any(np.allclose(data, other, rtol=1e-9, atol=0) for other in seen):
            seen.append(data)
            found.append(slip)
    return tuple(found)


@lru_cache(maxsize=64)
def _variants(at: Points) -> tuple[Slip, ...]:
    return tuple(
        Slip(("variant", one.nodes[0], one.variant), one.sentence)
        for one in singles(at.graph)
        if one.variant not in _BY_SHAPE
    )


# A sum over samples that is left out shows in the shape of a formula, not in its values.
_BY_SHAPE = frozenset({"one_sample"})


def _reference(asked: Asked, at: Points, slips: Slips, own: Own) -> Array:
    """The quantity with variants switched on where it is worked out from right values, or from own gradients."""
    rows = len(next(iter(at.inputs.values())))
    switches: dict[str, dict[str, np.ndarray]] = {}
    for slip in slips:
        switches.setdefault(slip.key[1], {})[slip.key[2]] = np.ones(rows, dtype=np.bool_)
    given = {used: (Given(data, np.ones((1,) * data.ndim, dtype=np.bool_)),) for used, data in own.items()}
    with np.errstate(all="ignore"):
        if not asked.used.gradient:
            held = {used.node: one for used, one in given.items() if not used.gradient}
            return evaluate(at.graph, at.inputs, held, switches).computed[asked.used.node]
        slopes = gradients(at.graph, at.values, {u.node: one for u, one in given.items() if u.gradient}, switches)
        return slopes.computed[asked.used.node]


def by_sample(asked: Asked, at: Points) -> Array | None:
    """A gradient that is a sum over samples, sample by sample (second axis); None where samples are not summed."""
    inputs = _with_samples(asked, at)
    if not inputs or SAMPLE in asked.kinds or not asked.used.gradient:
        return None
    count = at.inputs[inputs[0]].shape[1]
    parts = []
    for sample in range(count):
        alone = {name: data[:, sample : sample + 1] if name in inputs else data for name, data in at.inputs.items()}
        parts.append(gradients(at.graph, evaluate(at.graph, alone)).computed[asked.used.node])
    return np.stack(parts, axis=1)


def _with_samples(asked: Asked, at: Points) -> Sequence[str]:
    return [
        name
        for name in at.graph.inputs
        if name in asked.names.meanings and SAMPLE in {axis.kind for axis in asked.names.meanings[name].axes}
    ]
