"""The table of operations: forward rule, vector-Jacobian product, known wrong variants, one entry each.

Shapes are given without the leading batch axis. Rules of calculus are in Griewank and Walther, "Evaluating
Derivatives", and for convolutions in Dumoulin and Visin, "A guide to convolution arithmetic" (2016).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from reference.operations import Operation, Variant

Array: TypeAlias = NDArray[np.float64]


def sigmoid(a: Array) -> Array:
    """1 / (1 + exp(-a)) without overflow."""
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, small) / (1.0 + small)


def _sigmoid_vjp(g: Array, out: Array, a: Array) -> tuple[Array]:
    # 1 - p loses its digits near p = 1, so it is sigmoid(-a) wherever `out` is sigmoid(a) and not a given value.
    complement = np.where(out == sigmoid(a), sigmoid(-a), 1.0 - out)
    return (g * out * complement,)


def _relu(a: Array) -> Array:
    return np.maximum(a, 0.0)


def _relu_vjp(g: Array, out: Array, _: Array) -> tuple[Array]:
    return (g * (out > 0),)


def _pass(g: Array, _: Array, *__: Array) -> tuple[Array]:
    return (g,)


def _same(a: Array) -> Array:
    return a


def _contract(subscripts: str, *arrays: Array) -> Array:
    product: Array = np.einsum(subscripts, *arrays)
    return product


# --- affine maps: w^T x + b with w (n, m), x (n,), b (m,); one column of w and a scalar b make a neuron.


def _affine(w: Array, x: Array, b: Array) -> Array:
    return _contract("...nm,...n->...m", w, x) + b


def _affine_vjp(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x[..., :, None] * g[..., None, :], _contract("...nm,...m->...n", w, g), g


def _affine_without_bias(w: Array, x: Array, _: Array) -> Array:
    return _contract("...nm,...n->...m", w, x)


def _neuron(w: Array, x: Array, b: Array) -> Array:
    return _contract("...n,...n->...", w, x) + b


def _neuron_vjp(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x * g[..., None], w * g[..., None], g


def _neuron_without_bias(w: Array, x: Array, _: Array) -> Array:
    return _contract("...n,...n->...", w, x)


# --- layers over N samples, one a row: X (N, n), w (n, m), b (m,).


def _layer(w: Array, x: Array, b: Array) -> Array:
    return x @ w + b[..., None, :]


def _layer_vjp(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x.swapaxes(-1, -2) @ g, g @ w.swapaxes(-1, -2), g.sum(axis=-2)


def _layer_without_bias(w: Array, x: Array, _: Array) -> Array:
    return x @ w


def _layer_one_sample(g: Array, _: Array, w: Array, x: Array, __: Array) -> tuple[Array, Array, Array]:
    return x[..., :1, :].swapaxes(-1, -2) @ g[..., :1, :], g @ w.swapaxes(-1, -2), g[..., 0, :]


# --- reshapes: a flat vector or a grid, read and filled column by column over the last two axes.


def _columns(a: Array, shape: tuple[int, ...]) -> Array:
    flat = a.swapaxes(-1, -2) if a.ndim > 2 else a
    turned = (*shape[:-2], *shape[-2:][::-1])
    filled = flat.reshape(a.shape[0], *turned)
    return filled.swapaxes(-1, -2) if len(shape) > 1 else filled


def _columns_vjp(g: Array, _: Array, a: Array, **__: object) -> tuple[Array]:
    return (_columns(g, a.shape[1:]),)


def _rows(a: Array, shape: tuple[int, ...]) -> Array:
    return a.reshape(a.shape[0], *shape)


def _rows_vjp(g: Array, _: Array, a: Array, **__: object) -> tuple[Array]:
    return (g.reshape(g.shape[0], *a.shape[1:]),)


def _channels_swapped(a: Array, shape: tuple[int, ...]) -> Array:
    return _columns(a, shape)[:, ::-1] if len(shape) > 2 else _columns(a, shape)


def _channels_swapped_vjp(g: Array, _: Array, a: Array, **__: object) -> tuple[Array]:
    return (_columns(g[:, ::-1] if g.ndim > 3 else g, a.shape[1:]),)


# --- Deconv: zero padding by P rows and Q columns on every side, then cross-correlation summed over channels:
#     out[r, c] = sum_{k,i,j} padded_h[k, r+i, c+j] w[k, i, j], with h (K, R, C), w (K, I, J), out (R+2P-I+1, C+2Q-J+1).


def _windows(h: Array, size: tuple[int, ...], pad: tuple[int, int]) -> Array:
    """All I x J patches of the padded grid, as (batch, channel, row, column, i, j)."""
    padded = np.pad(h, ((0, 0), (0, 0), (pad[0], pad[0]), (pad[1], pad[1])))
    patches: Array = sliding_window_view(padded, size, axis=(-2, -1))
    return patches


def _turn(w: Array) -> Array:
    """A kernel turned by 180 degrees in each channel."""
    return w[..., ::-1, ::-1]


def _deconv(h: Array, w: Array, pad: tuple[int, int]) -> Array:
    patches = _windows(h, w.shape[-2:], pad)
    return _contract("...krcij,...kij->...rc", patches, w)


def _deconv_vjp(g: Array, _: Array, h: Array, w: Array, pad: tuple[int, int]) -> tuple[Array, Array]:
    # dL/dw[k,i,j] = sum_{r,c} g[r,c] padded_h[k,r+i,c+j];
    # dL/dh[k,m,n] = sum_{i,j} g[m+P-i, n+P-j] w[k,i,j]: g padded by I-1-P, correlated with the turned kernel.
    by_w = _contract("...krcij,...rc->...kij", _windows(h, w.shape[-2:], pad), g)
    around = (w.shape[-2] - 1 - pad[0], w.shape[-1] - 1 - pad[1])
    spread = _windows(g[..., None, :, :], w.shape[-2:], around)
    by_h = _contract("...krcij,...lij->...lrc", spread, _turn(w))
    return by_h, by_w


def _deconv_turned(h: Array, w: Array, pad: tuple[int, int]) -> Array:
    return _deconv(h, _turn(w), pad)


def _deconv_turned_vjp(g: Array, out: Array, h: Array, w: Array, pad: tuple[int, int]) -> tuple[Array, Array]:
    by_h, by_w = _deconv_vjp(g, out, h, _turn(w), pad)
    return by_h, _turn(by_w)


def _deconv_swapped(h: Array, w: Array, pad: tuple[int, int]) -> Array:
    return _deconv(h, w[:, ::-1], pad)


def _deconv_swapped_vjp(g: Array, out: Array, h: Array, w: Array, pad: tuple[int, int]) -> tuple[Array, Array]:
    by_h, by_w = _deconv_vjp(g, out, h, w[:, ::-1], pad)
    return by_h, by_w[:, ::-1]


def _deconv_not_turned_back(g: Array, out: Array, h: Array, w: Array, pad: tuple[int, int]) -> tuple[Array, Array]:
    by_h, _ = _deconv_vjp(g, out, h, _turn(w), pad)
    _, by_w = _deconv_vjp(g, out, h, w, pad)
    return by_h, by_w


# --- the table


TABLE: Mapping[str, Operation] = {
    "affine": Operation(
        _affine,
        _affine_vjp,
        {"bias_forgotten": Variant("the bias {parents[2]} is left out", _affine_without_bias)},
    ),
    "neuron": Operation(
        _neuron,
        _neuron_vjp,
        {"bias_forgotten": Variant("the bias {parents[2]} is left out", _neuron_without_bias)},
    ),
    "layer": Operation(
        _layer,
        _layer_vjp,
        {
            "bias_forgotten": Variant("the bias {parents[2]} is left out", _layer_without_bias),
            "one_sample": Variant("the sum over the samples is missing behind {node}", None, _layer_one_sample),
        },
    ),
    "relu": Operation(
        _relu,
        _relu_vjp,
        {
            "forgotten": Variant("the ReLU of {node} is forgotten", _same, _pass),
            "gate_lost": Variant("the gate of the ReLU of {node} is left out of the gradient", None, _pass),
        },
    ),
    "sigmoid": Operation(
        sigmoid,
        _sigmoid_vjp,
        {
            "forgotten": Variant("the sigmoid of {node} is forgotten", _same, _pass),
            "complement": Variant(
                "{node} is taken for the other class, 1 - {node}",
                lambda a: sigmoid(-a),
                lambda g, out, a: (-_sigmoid_vjp(g, out, -a)[0],),
            ),
            "derivative_lost": Variant("the derivative of the sigmoid of {node} is left out", None, _pass),
        },
    ),
    "log": Operation(
        np.log,
        lambda g, _, a: (g / a,),
        {
            "forgotten": Variant("the gradient is that of {parents[0]}, not of its logarithm", _same, _pass),
            "base_ten": Variant(
                "the logarithm {node} is taken to base 10; log is the natural logarithm here",
                np.log10,
                lambda g, _, a: (g / (a * np.log(10.0)),),
            ),
        },
    ),
    "objective": Operation(
        _same,
        _pass,
        {"sign": Variant("the sign is turned: the gradients are those of -{node}", np.negative, lambda g, *_: (-g,))},
    ),
    "negate": Operation(np.negative, lambda g, *_: (-g,)),
    "add": Operation(
        np.add,
        lambda g, *_: (g, g),
        {"second_forgotten": Variant("{parents[1]} is left out", lambda a, _: a)},
    ),
    "reshape": Operation(
        _columns,
        _columns_vjp,
        {
            "row_by_row": Variant("{node} is filled row by row, not column by column", _rows, _rows_vjp),
            "channels_swapped": Variant("the channels of {node} are swapped", _channels_swapped, _channels_swapped_vjp),
        },
    ),
    "deconv": Operation(
        _deconv,
        _deconv_vjp,
        {
            "kernel_turned": Variant(
                "the kernel {parents[1]} is turned by 180 degrees (a library's transposed convolution does that)",
                _deconv_turned,
                _deconv_turned_vjp,
            ),
            "channels_swapped": Variant(
                "the channels of the kernel {parents[1]} are swapped", _deconv_swapped, _deconv_swapped_vjp
            ),
            "not_turned_back": Variant(
                "on the way back to {parents[0]} the kernel {parents[1]} has to be turned by 180 degrees",
                None,
                _deconv_not_turned_back,
            ),
        },
    ),
    "squared_error": Operation(
        lambda x, y: ((x - y) ** 2).sum(axis=tuple(range(1, x.ndim))),
        lambda g, _, x, y: (_over(g, x) * 2 * (x - y), _over(g, x) * 2 * (y - x)),
        {
            "half": Variant(
                "the factor 2 of the square's derivative is lost",
                lambda x, y: ((x - y) ** 2).sum(axis=tuple(range(1, x.ndim))) / 2,
                lambda g, _, x, y: (_over(g, x) * (x - y), _over(g, x) * (y - x)),
            )
        },
    ),
}


def _over(g: Array, like: Array) -> Array:
    """A scalar's gradient, with axes of length one so that it multiplies `like`."""
    return g.reshape(-1, *(1,) * (like.ndim - 1))
