"""The cross-entropy of a target and logits, -sum t log softmax(a), with the softmax over the last axis.

Its slope by a is p sum t - t with p = softmax(a) (Goodfellow, Bengio and Courville, "Deep Learning", 6.2.2.3); over the
rows of a matrix the terms are added.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape, over
from reference.ops.elementwise import LN_10
from reference.ops.entropies import BASE_TEN, MEAN_OF_ROWS, SIGN
from reference.ops.pointwise import Function
from reference.ops.softmax import log_softmax


def _slope(t: Array, p: Array) -> Array:
    total: Array = t.sum(axis=-1, keepdims=True)
    return p * total - t


def _entropy(factor: float = 1.0, slope: Function = _slope, *, mean: bool = False) -> tuple[Rule, Rule]:
    """factor times the cross-entropy, with `mean` over the number of rows; `slope` by the logits is one of t and p."""

    def scale(a: Array) -> float:
        return factor * a.shape[-1] / a[0].size if mean else factor

    def forward(t: Array, a: Array) -> Array:
        total: Array = (t * log_softmax(a)).sum(axis=tuple(range(1, a.ndim)))
        return -scale(a) * total

    def vjp(g: Array, _: Array, t: Array, a: Array) -> tuple[Array, Array]:
        logarithm, share = log_softmax(a), scale(a) * over(g, a)
        return -share * logarithm, share * slope(t, np.exp(logarithm))

    return forward, vjp


def _several_rows(_: Shape, a: Shape) -> bool:
    return len(a) > 1 and a[0] > 1


LOGITS: Mapping[str, Operation] = {
    "softmax_cross_entropy": Operation(
        *_entropy(),
        {
            "sign": Variant(SIGN, *_entropy(-1.0)),
            "base_ten": Variant(BASE_TEN, *_entropy(1.0 / LN_10)),
            "mean": Variant(MEAN_OF_ROWS, *_entropy(mean=True), _several_rows),
            "exchanged": Variant(
                "the sign of the gradient by the logits {parents[1]} is turned: it is target minus prediction",
                None,
                _entropy(slope=lambda t, p: -_slope(t, p))[1],
            ),
            "target_lost": Variant(
                "the target is not subtracted in the gradient by the logits {parents[1]}",
                None,
                _entropy(slope=lambda _, p: p)[1],
            ),
            "diagonal": Variant(
                "only the diagonal of the softmax's Jacobian is used in the gradient by {parents[1]}",
                None,
                _entropy(slope=lambda t, p: -t * (1.0 - p))[1],
            ),
        },
    )
}
