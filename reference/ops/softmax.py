"""Softmax and its logarithm, over one axis, which is counted without the batch axis.

With s = softmax(a): ds_i/da_j = s_i (delta_ij - s_j), so a gradient g goes back as s (g - sum g s); that of log s as
g - s sum g (Goodfellow, Bengio and Courville, "Deep Learning", 6.2.2.3).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape, counted


def log_softmax(a: Array, axis: int = -1) -> Array:
    """The logarithm of softmax, without overflow."""
    along = counted(axis, a.ndim)[0]
    shifted = a - a.max(axis=along, keepdims=True)
    logarithm: Array = shifted - np.log(np.exp(shifted).sum(axis=along, keepdims=True))
    return logarithm


def softmax(a: Array, axis: int = -1) -> Array:
    """exp(a) / sum exp(a) along an axis, without overflow."""
    along = counted(axis, a.ndim)[0]
    positive = np.exp(a - a.max(axis=along, keepdims=True))
    share: Array = positive / positive.sum(axis=along, keepdims=True)
    return share


def softmax_back(g: Array, out: Array, along: int) -> Array:
    """The gradient by the argument of a softmax whose value is `out`, along an axis of the arrays."""
    back: Array = out * (g - (g * out).sum(axis=along, keepdims=True))
    return back


def _softmax_vjp(g: Array, out: Array, a: Array, axis: int = -1) -> tuple[Array]:
    return (softmax_back(g, out, counted(axis, a.ndim)[0]),)


def _log_softmax_vjp(g: Array, out: Array, a: Array, axis: int = -1) -> tuple[Array]:
    return (g - np.exp(out) * g.sum(axis=counted(axis, a.ndim)[0], keepdims=True),)


def _pass(g: Array, *_: Array, **__: int) -> tuple[Array]:
    return (g.copy(),)


def _other(axis: int, rank: int) -> int:
    """The other of the last two axes, counted without the batch axis."""
    return rank - 2 if axis % rank == rank - 1 else rank - 1


def _two_axes(shape: Shape, **_: int) -> bool:
    return len(shape) > 1


def _along_the_other(forward: Rule, vjp: Rule) -> Variant:
    return Variant(
        "the softmax {node} is taken over the wrong axis of {parents[0]}",
        lambda a, axis=-1: forward(a, _other(axis, a.ndim - 1)),
        lambda g, out, a, axis=-1: vjp(g, out, a, _other(axis, a.ndim - 1)),
        _two_axes,
    )


SOFTMAX: Mapping[str, Operation] = {
    "softmax": Operation(
        softmax,
        _softmax_vjp,
        {
            "other_axis": _along_the_other(softmax, _softmax_vjp),
            "not_normalised": Variant(
                "the exponentials of {node} are not divided by their sum",
                lambda a, **_: np.exp(a),
                lambda g, _, a, **__: (g * np.exp(a),),
            ),
            "diagonal": Variant(
                "only the diagonal of the softmax's Jacobian is used, though each entry of {node} depends on all of "
                "{parents[0]}",
                None,
                lambda g, out, *_, **__: (g * out * (1.0 - out),),
            ),
            "derivative_lost": Variant("the derivative of the softmax {node} is left out", None, _pass),
        },
    ),
    "log_softmax": Operation(
        log_softmax,
        _log_softmax_vjp,
        {
            "other_axis": _along_the_other(log_softmax, _log_softmax_vjp),
            "logarithm_forgotten": Variant("the logarithm of the softmax is left out in {node}", softmax, _softmax_vjp),
            "base_ten": Variant(
                "the logarithm {node} is taken to base 10; log is the natural logarithm here",
                lambda a, axis=-1: log_softmax(a, axis) / np.log(10.0),
                lambda g, _, a, axis=-1: (_log_softmax_vjp(g, log_softmax(a, axis), a, axis)[0] / np.log(10.0),),
            ),
            "diagonal": Variant(
                "only the diagonal of the Jacobian is used, though each entry of {node} depends on all of {parents[0]}",
                None,
                lambda g, out, *_, **__: (g * (1.0 - np.exp(out)),),
            ),
            "derivative_lost": Variant("the derivative of the softmax in {node} is left out", None, _pass),
        },
    ),
}
