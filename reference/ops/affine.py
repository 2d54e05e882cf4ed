"""Affine maps: of one vector, of one unit, and of samples that are rows.

With out = w^T x + b: dL/dw = x g^T, dL/dx = w g, dL/db = g; over samples the first and the last are sums over the rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, contract

# --- one vector: w^T x + b with w (n, m), x (n,), b (m,); one column of w and a scalar b make a neuron.


def _affine(w: Array, x: Array, b: Array) -> Array:
    return contract("...nm,...n->...m", w, x) + b


def _affine_vjp(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x[..., :, None] * g[..., None, :], contract("...nm,...m->...n", w, g), g.copy()


def _affine_without_bias(w: Array, x: Array, _: Array) -> Array:
    return contract("...nm,...n->...m", w, x)


def _neuron(w: Array, x: Array, b: Array) -> Array:
    return contract("...n,...n->...", w, x) + b


def _neuron_vjp(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x * g[..., None], w * g[..., None], g.copy()


def _neuron_without_bias(w: Array, x: Array, _: Array) -> Array:
    return contract("...n,...n->...", w, x)


# --- layers over N samples, one a row: X (N, n), w (n, m), b (m,).


def _layer(w: Array, x: Array, b: Array) -> Array:
    return x @ w + b[..., None, :]


def _layer_vjp(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x.swapaxes(-1, -2) @ g, g @ w.swapaxes(-1, -2), g.sum(axis=-2)


def _layer_without_bias(w: Array, x: Array, _: Array) -> Array:
    return x @ w


def _layer_one_sample(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x[..., :1, :].swapaxes(-1, -2) @ g[..., :1, :], g @ w.swapaxes(-1, -2), g[..., 0, :]


def _bias_forgotten(rule: Rule) -> Variant:
    return Variant("the bias {parents[2]} is left out", rule)


AFFINE: Mapping[str, Operation] = {
    "affine": Operation(_affine, _affine_vjp, {"bias_forgotten": _bias_forgotten(_affine_without_bias)}),
    "neuron": Operation(_neuron, _neuron_vjp, {"bias_forgotten": _bias_forgotten(_neuron_without_bias)}),
    "layer": Operation(
        _layer,
        _layer_vjp,
        {
            "bias_forgotten": _bias_forgotten(_layer_without_bias),
            "one_sample": Variant("the sum over the samples is missing behind {node}", None, _layer_one_sample),
        },
    ),
}
