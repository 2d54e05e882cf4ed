"""Batch and layer normalisation: (x - mean) / sqrt(variance + eps) * gamma + beta.

Batch normalisation runs over the N rows of X (N, d) (Ioffe and Szegedy, 2015), layer normalisation over the last axis
(Ba, Kiros and Hinton, 2016); the variance is divided by n. With s the spread, below the line, and h = g gamma:
dL/dx = (h - mean h) / s - (x - mean x) * (2 / n) ds/dvariance * sum(h (x - mean x)) / s^2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape, aligned, gathered

Function: TypeAlias = Callable[[Array, float, int], Array]

EPS = 1e-5


@dataclass(frozen=True, slots=True)
class _Spread:
    """What is below the line, as a function of the variance, eps and n; and its slope by the variance."""

    value: Function
    slope: Function


def _unbiased(n: int) -> float:
    return n / (n - 1.0)


_RIGHT = _Spread(lambda var, eps, _: np.sqrt(var + eps), lambda var, eps, _: 0.5 / np.sqrt(var + eps))
_DIVIDED_BY_LESS = _Spread(
    lambda var, eps, n: np.sqrt(var * _unbiased(n) + eps),
    lambda var, eps, n: 0.5 * _unbiased(n) / np.sqrt(var * _unbiased(n) + eps),
)
_WITHOUT_EPS = _Spread(lambda var, _, __: np.sqrt(var), lambda var, _, __: 0.5 / np.sqrt(var))
_EPS_OUTSIDE = _Spread(lambda var, eps, _: np.sqrt(var) + eps, lambda var, _, __: 0.5 / np.sqrt(var))
_WITHOUT_ROOT = _Spread(lambda var, eps, _: var + eps, lambda var, _, __: np.ones_like(var))


def _normalised(axis: int, spread: _Spread = _RIGHT, through: tuple[float, float] = (1.0, 1.0)) -> tuple[Rule, Rule]:
    """The rules along an axis; `through` weighs the gradient's way through the mean and through the variance."""

    def parts(x: Array, eps: float) -> tuple[Array, Array, Array]:
        centred = x - x.mean(axis=axis, keepdims=True)
        variance = np.square(centred).mean(axis=axis, keepdims=True)
        n = x.shape[axis]
        return centred, spread.value(variance, eps, n), 2.0 / n * spread.slope(variance, eps, n)

    def forward(x: Array, gamma: Array, beta: Array, eps: float = EPS) -> Array:
        centred, below, _ = parts(x, eps)
        _, weight, shift = aligned(x, gamma, beta)
        return centred / below * weight + shift

    def vjp(g: Array, _: Array, *parents: Array, eps: float = EPS) -> tuple[Array, Array, Array]:
        x, gamma, beta = parents
        centred, below, slope = parts(x, eps)
        h = g * aligned(x, gamma)[1]
        by_mean = through[0] * h.mean(axis=axis, keepdims=True)
        by_spread = through[1] * (h * centred).sum(axis=axis, keepdims=True) / below**2
        by_x = (h - by_mean) / below - centred * slope * by_spread
        return by_x, gathered(g * centred / below, gamma), gathered(g, beta)

    return forward, vjp


def _several(axis: int) -> Callable[..., bool]:
    def fits(x: Shape, *_: Shape, **__: Any) -> bool:
        return x[axis] > 1

    return fits


def _matrix(x: Shape, *_: Shape, **__: Any) -> bool:
    return len(x) == 2


def _misread(axis: int, other: int, along: str) -> dict[str, Variant]:
    return {
        "other_axis": Variant(
            f"mean and variance of {{node}} are taken over the wrong axis of {{parents[0]}}: {along}",
            *_normalised(other),
            _matrix,
        ),
        "unbiased": Variant(
            "the variance in {node} is divided by n - 1, not by n", *_normalised(axis, _DIVIDED_BY_LESS), _several(axis)
        ),
        "epsilon_lost": Variant("epsilon is left out of {node}", *_normalised(axis, _WITHOUT_EPS)),
        "epsilon_outside": Variant(
            "epsilon is added to the root in {node}, not under it", *_normalised(axis, _EPS_OUTSIDE)
        ),
        "root_lost": Variant("{node} is divided by the variance, not by its root", *_normalised(axis, _WITHOUT_ROOT)),
        "statistics_held": Variant(
            "the gradient through the mean and the variance of {node} is left out",
            None,
            _normalised(axis, through=(0.0, 0.0))[1],
        ),
        "variance_held": Variant(
            "the gradient through the variance of {node} is left out", None, _normalised(axis, through=(1.0, 0.0))[1]
        ),
        "mean_held": Variant(
            "the gradient through the mean of {node} is left out", None, _normalised(axis, through=(0.0, 1.0))[1]
        ),
    }


NORMALISATION: Mapping[str, Operation] = {
    "batch_norm": Operation(*_normalised(-2), _misread(-2, -1, "over the features, not over the samples")),
    "layer_norm": Operation(*_normalised(-1), _misread(-1, -2, "over the samples, not over the features")),
}
