"""Inner and outer products, and transposes.

With C = a b^T and G = dL/dC: dL/da = G b, dL/db = G^T a.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reference.operations import Operation, Variant
from reference.ops.batching import Array, Shape, aligned, contract, gathered


def _outer_vjp(g: Array, _: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return contract("...nm,...m->...n", g, b), contract("...nm,...n->...m", g, a)


_OUTER = Operation(
    lambda a, b: a[:, :, None] * b[:, None, :],
    _outer_vjp,
    {
        "order_exchanged": Variant(
            "{node} is transposed: {parents[0]} runs over its columns and {parents[1]} over its rows",
            lambda a, b: b[:, :, None] * a[:, None, :],
            lambda g, out, a, b: _outer_vjp(g.swapaxes(-1, -2), out, a, b),
            lambda a, b: a == b,
        )
    },
)


def _inner_vjp(g: Array, _: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return gathered(g[..., None] * aligned(a, b)[1], a), gathered(g[..., None] * aligned(a, b)[0], b)


_INNER = Operation(lambda a, b: (np.multiply(*aligned(a, b))).sum(axis=-1), _inner_vjp)


def _order(a: Array, axes: tuple[int, ...] | None) -> list[int]:
    """The axes in their new order, as `np.transpose` takes it."""
    rank = a.ndim - 1
    if axes is None:
        return [*range(a.ndim - 2), a.ndim - 1, a.ndim - 2] if rank > 1 else [*range(a.ndim)]
    return [0, *(axis % rank + 1 for axis in axes)]


def _transpose(a: Array, axes: tuple[int, ...] | None = None) -> Array:
    return a.transpose(_order(a, axes)).copy()


def _transpose_vjp(g: Array, _: Array, a: Array, axes: tuple[int, ...] | None = None) -> tuple[Array]:
    return (g.transpose(np.argsort(_order(a, axes))).copy(),)


def _keeps_shape(a: Shape, **attributes: Any) -> bool:
    return bool(_transpose(np.empty((1, *a)), **attributes).shape[1:] == a)


def _same(a: Array, **_: Any) -> Array:
    return a.copy()


def _pass(g: Array, *_: Array, **__: Any) -> tuple[Array]:
    return (g.copy(),)


_TRANSPOSE = Operation(
    _transpose,
    _transpose_vjp,
    {
        "forgotten": Variant("the transpose of {parents[0]} is missing", _same, _pass, _keeps_shape),
        "not_transposed_back": Variant(
            "the gradient by {parents[0]} is not transposed back", None, _pass, _keeps_shape
        ),
    },
)

PRODUCTS: Mapping[str, Operation] = {
    "inner": _INNER,
    "outer": _OUTER,
    "transpose": _TRANSPOSE,
}
