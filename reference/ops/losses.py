"""Losses that are sums or means of squares and hinges, over all entries behind the batch axis.

Each is a term at every entry, a function of the parents, with its slopes by them; a mean divides by the number of
entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, aligned, gathered, over
from reference.ops.pointwise import Function, Slopes

Term: TypeAlias = tuple[Function, Slopes]


def summed(term: Function, slopes: Slopes, *, mean: bool = False) -> tuple[Rule, Rule]:
    """The rules of a scalar that is the sum, or the mean, of a term over all entries."""

    def forward(*arguments: Array) -> Array:
        terms = term(*aligned(*arguments))
        total: Array = terms.sum(axis=tuple(range(1, terms.ndim)))
        return total / terms[0].size if mean else total

    return forward, back(slopes, mean=mean)


def back(slopes: Slopes, *, mean: bool = False) -> Rule:
    """The vjp of such a sum, or mean."""

    def vjp(g: Array, _: Array, *arguments: Array) -> tuple[Array, ...]:
        placed = aligned(*arguments)
        like = np.empty(np.broadcast(*placed).shape)
        share = over(g, like) / (like[0].size if mean else 1)
        pairs = zip(slopes(*placed), arguments, strict=True)
        return tuple(gathered(np.zeros_like(like) + share * slope, argument) for slope, argument in pairs)

    return vjp


_SQUARE: Term = (lambda x, y: np.square(x - y), lambda x, y: (2.0 * (x - y), 2.0 * (y - x)))
_HALF_SQUARE: Term = (lambda x, y: np.square(x - y) / 2.0, lambda x, y: (x - y, y - x))


def _hinge(margin: float) -> Term:
    """max(0, margin - t s) with scores s and targets t of 1 and -1 (Cortes and Vapnik, "Support-vector networks")."""

    def slopes(s: Array, t: Array) -> tuple[Array, Array]:
        gate = t * s < margin
        return -t * gate, -s * gate

    return lambda s, t: np.maximum(margin - t * s, 0.0), slopes


def _squared_hinge_slopes(s: Array, t: Array) -> tuple[Array, Array]:
    twice = 2.0 * np.maximum(1.0 - t * s, 0.0)
    return -t * twice, -s * twice


_PLAIN, _HALF = summed(*_SQUARE), summed(*_HALF_SQUARE)
_MEAN, _HALF_MEAN = summed(*_SQUARE, mean=True), summed(*_HALF_SQUARE, mean=True)
_EXCHANGED = "the sign of the gradient is turned: {parents[0]} and {parents[1]} are exchanged in the difference"

LOSSES: Mapping[str, Operation] = {
    "squared_error": Operation(*_PLAIN, {"half": Variant("the factor 2 of the square's derivative is lost", *_HALF)}),
    "half_squared_error": Operation(
        *_HALF,
        {
            "plain": Variant("the factor 1/2 of {node} is left out", *_PLAIN),
            "mean": Variant("a mean is taken for the sum {node}", *_HALF_MEAN),
            "factor_doubled": Variant("the factor 1/2 of {node} is left out of the gradient", None, _PLAIN[1]),
            "exchanged": Variant(_EXCHANGED, None, back(lambda x, y: (y - x, x - y))),
        },
    ),
    "mean_squared_error": Operation(
        *_MEAN,
        {
            "sum": Variant("the division by the number of entries of the mean {node} is left out", *_PLAIN),
            "half": Variant("a factor 1/2 is put before {node}", *_HALF_MEAN),
            "half_sum": Variant("half the sum of the squares is taken for their mean {node}", *_HALF),
            "factor_lost": Variant("the factor 2 of the square's derivative is lost", None, _HALF_MEAN[1]),
            "count_lost": Variant("the number of entries of {node} is left out of its gradient", None, _PLAIN[1]),
            "exchanged": Variant(_EXCHANGED, None, back(lambda x, y: (2.0 * (y - x), 2.0 * (x - y)), mean=True)),
        },
    ),
    "hinge": Operation(
        *summed(*_hinge(1.0)),
        {
            "margin_lost": Variant("the margin 1 of the hinge {node} is left out", *summed(*_hinge(0.0))),
            "squared": Variant(
                "the hinge {node} is squared",
                *summed(lambda s, t: np.maximum(1.0 - t * s, 0.0) ** 2, _squared_hinge_slopes),
            ),
            "gate_lost": Variant(
                "the hinge {node} lets the gradient through where the margin is kept",
                None,
                back(lambda s, t: (-t, -s)),
            ),
        },
    ),
}
