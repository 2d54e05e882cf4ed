"""The product of matrices; a vector is a row on the left of it and a column on the right, as in NumPy.

With C = A B and G = dL/dC: dL/dA = G B^T, dL/dB = A^T G (Giles, "An extended collection of matrix derivative results
for forward and reverse mode algorithmic differentiation", 2008).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reference.operations import Operation, Variant
from reference.ops.batching import Array, Shape, aligned, gathered
from reference.ops.pointwise import applied, pulled


def _matrices(a: Array, b: Array) -> list[Array]:
    """The factors as matrices, or stacks of them, of one rank: a vector on the left is a row, on the right a column."""
    return aligned(a[:, None, :] if a.ndim == 2 else a, b[:, :, None] if b.ndim == 2 else b)


def _matmul(a: Array, b: Array) -> Array:
    left, right = _matrices(a, b)
    product = left @ right
    without = [*([-2] if a.ndim == 2 else []), *([-1] if b.ndim == 2 else [])]
    return product.squeeze(axis=tuple(without))


def _slope(g: Array, a: Array, b: Array) -> Array:
    """The gradient by the product of the factors as matrices."""
    with_row = np.expand_dims(g, -1) if b.ndim == 2 else g
    return np.expand_dims(with_row, -2) if a.ndim == 2 else with_row


def _t(a: Array) -> Array:
    return a.swapaxes(-1, -2)


def _back(share: Array, matrix: Array, like: Array) -> Array:
    """A factor's gradient in the factor's own shape."""
    return gathered(share, matrix).reshape(-1, *like.shape[1:])


def _matmul_vjp(g: Array, _: Array, a: Array, b: Array) -> tuple[Array, Array]:
    left, right = _matrices(a, b)
    slope = _slope(g, a, b)
    return _back(slope @ _t(right), left, a), _back(_t(left) @ slope, right, b)


def _first_not_transposed_back(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return _matmul_vjp(g, out, a, b)[0], _matmul_vjp(g, out, _t(a), b)[1]


def _second_not_transposed_back(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return _matmul_vjp(g, out, a, _t(b))[0], _matmul_vjp(g, out, a, b)[1]


def _one_sample(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return _matmul_vjp(g, out, a, b)[0], _t(a[:, :1]) @ g[:, :1]


def _averaged(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    by_a, by_b = _matmul_vjp(g, out, a, b)
    return by_a, by_b / a.shape[1]


def _order_exchanged_vjp(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    by_b, by_a = _matmul_vjp(g, out, b, a)
    return by_a, by_b


def _first_transposed_vjp(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    by_a, by_b = _matmul_vjp(g, out, _t(a), b)
    return _t(by_a).copy(), by_b


def _second_transposed_vjp(g: Array, out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    by_a, by_b = _matmul_vjp(g, out, a, _t(b))
    return by_a, _t(by_b).copy()


def _square(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == shape[1]


def _first_square(a: Shape, _: Shape) -> bool:
    return _square(a)


def _second_square(_: Shape, b: Shape) -> bool:
    return _square(b)


def _both_square(a: Shape, b: Shape) -> bool:
    return a == b and _square(a)


def _rows_on_both_sides(a: Shape, b: Shape) -> bool:
    return len(a) == len(b) == 2


MATMUL: Mapping[str, Operation] = {
    "matmul": Operation(
        _matmul,
        _matmul_vjp,
        {
            "first_transposed": Variant(
                "{parents[0]} is transposed: its rows are taken for its columns",
                lambda a, b: _matmul(_t(a), b),
                _first_transposed_vjp,
                _first_square,
            ),
            "second_transposed": Variant(
                "{parents[1]} is transposed: its rows are taken for its columns",
                lambda a, b: _matmul(a, _t(b)),
                _second_transposed_vjp,
                _second_square,
            ),
            "order_exchanged": Variant(
                "{parents[1]} stands to the left of {parents[0]}, where the order of a product matters",
                lambda a, b: _matmul(b, a),
                _order_exchanged_vjp,
                _both_square,
            ),
            "entrywise": Variant(
                "{parents[0]} and {parents[1]} are multiplied entry by entry, not as matrices",
                applied(np.multiply),
                pulled(lambda _, a, b: (b, a)),
                _both_square,
            ),
            "first_not_transposed_back": Variant(
                "the transpose of {parents[0]} is missing in the gradient by {parents[1]}",
                None,
                _first_not_transposed_back,
                _first_square,
            ),
            "second_not_transposed_back": Variant(
                "the transpose of {parents[1]} is missing in the gradient by {parents[0]}",
                None,
                _second_not_transposed_back,
                _second_square,
            ),
            "one_sample": Variant(
                "the sum over the rows of {parents[0]} is missing in the gradient by {parents[1]}",
                None,
                _one_sample,
                _rows_on_both_sides,
            ),
            "averaged": Variant(
                "the gradient by {parents[1]} is averaged over the rows of {parents[0]}, not summed",
                None,
                _averaged,
                _rows_on_both_sides,
            ),
        },
    )
}
