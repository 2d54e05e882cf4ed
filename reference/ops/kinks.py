"""How far the arguments of an operation are from where its rule changes: a ReLU's from 0, a maximum's from a tie.

At a kink the derivative is a matter of convention, and near to one a rounded number lands on its other side.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reference.operations import Rule
from reference.ops.batching import Array
from reference.ops.windows import Steps, windows


def _from_zero(a: Array) -> Array:
    return np.abs(a)


def _from_each_other(a: Array, b: Array) -> Array:
    return np.abs(a - b)


def _from_margin(scores: Array, target: Array) -> Array:
    return np.abs(1.0 - target * scores)


def _from_second(x: Array, size: Steps, stride: Steps | None = None) -> Array:
    """How much larger the largest entry of each window is than the next."""
    patches = windows(x, size, size if stride is None else stride)
    ordered = np.sort(patches.reshape(*patches.shape[:-2], -1), axis=-1)
    return ordered[..., -1] - ordered[..., -2] if ordered.shape[-1] > 1 else np.full(ordered.shape[:-1], np.inf)


# By operation: from its parents and attributes, a distance for every entry. Operations that are not here have no kink.
KINKS: Mapping[str, Rule] = {
    "relu": _from_zero,
    "absolute": _from_zero,
    "step": _from_zero,
    "maximum": _from_each_other,
    "minimum": _from_each_other,
    "hinge": _from_margin,
    "max_pool": _from_second,
}
