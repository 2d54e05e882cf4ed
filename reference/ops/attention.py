"""Scaled dot-product attention: softmax(Q K^T / sqrt d) V, with Q (n, d), K (m, d), V (m, e), softmax over the m keys.

Vaswani et al., "Attention is all you need" (2017), 3.2.1. With `causal`, query i sees the keys up to i. For weights W
and a gradient g: dL/dV = W^T g, dL/dW = g V^T, then back through softmax to the scores S, dL/dQ = dL/dS K / sqrt d and
dL/dK = (dL/dS)^T Q / sqrt d.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape
from reference.ops.softmax import softmax, softmax_back

Scale: TypeAlias = Callable[[int], float]


def _t(a: Array) -> Array:
    return a.swapaxes(-1, -2)


def _root(d: int) -> float:
    return float(d**-0.5)


def _attention(scale: Scale = _root, axis: int = -1, *, masks: bool = True) -> tuple[Rule, Rule]:
    """The rules with scores scaled by a function of d, and softmax along an axis of the scores."""

    def weights(q: Array, k: Array, *, causal: bool) -> Array:
        scores = scale(q.shape[-1]) * (q @ _t(k))
        seen = np.tri(*scores.shape[-2:], dtype=np.bool_) | (not (causal and masks))
        return softmax(np.where(seen, scores, -np.inf), axis)

    def forward(q: Array, k: Array, v: Array, *, causal: bool = False) -> Array:
        return weights(q, k, causal=causal) @ v

    def vjp(g: Array, _: Array, *parents: Array, causal: bool = False) -> tuple[Array, Array, Array]:
        q, k, v = parents
        weight = weights(q, k, causal=causal)
        by_scores = scale(q.shape[-1]) * softmax_back(g @ _t(v), weight, axis)
        return by_scores @ k, _t(by_scores) @ q, _t(weight) @ g

    return forward, vjp


def _masked(*_: Shape, causal: bool = False) -> bool:
    return causal


def _each_key_is_seen(q: Shape, k: Shape, _: Shape, **attributes: Any) -> bool:
    return not attributes.get("causal") or q[0] >= k[0]


ATTENTION: Mapping[str, Operation] = {
    "attention": Operation(
        *_attention(),
        {
            "unscaled": Variant(
                "the division by the root of the number of columns of {parents[1]} is left out",
                *_attention(lambda _: 1.0),
            ),
            "root_lost": Variant(
                "the scores are divided by the number of columns of {parents[1]}, not by its root",
                *_attention(lambda d: 1.0 / d),
            ),
            "other_axis": Variant(
                "the softmax of {node} is taken over the wrong axis: over the queries, not over the keys",
                *_attention(axis=-2),
                _each_key_is_seen,
            ),
            "mask_lost": Variant(
                "the mask is left out, so that a query of {node} sees later keys", *_attention(masks=False), _masked
            ),
        },
    ),
}
