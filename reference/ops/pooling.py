"""Pooling: the maximum or the mean of each window of a grid, which is the last two axes.

Windows lie side by side unless a stride says otherwise. The gradient of a maximum goes to the entry that was taken, the
first of equal ones; that of a mean is shared by all entries of its window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array
from reference.ops.windows import Steps, scattered, windows

Entries: TypeAlias = Callable[[Array], Array]


def _flat(patches: Array) -> Array:
    """Windows with their entries on one axis, row by row."""
    return patches.reshape(*patches.shape[:-2], -1)


def _pool(reduce: Entries) -> Rule:
    """The forward rule of a function of the windows' entries."""

    def forward(x: Array, size: Steps, stride: Steps | None = None) -> Array:
        return reduce(_flat(windows(x, size, size if stride is None else stride)))

    return forward


def _shared(weights: Entries) -> Rule:
    """The vjp that gives each entry of a window the window's gradient times the entry's weight."""

    def vjp(g: Array, _: Array, x: Array, size: Steps, stride: Steps | None = None) -> tuple[Array]:
        step = size if stride is None else stride
        patches = windows(x, size, step)
        parts = g[..., None] * weights(_flat(patches))
        return (scattered(parts.reshape(*parts.shape[:-1], *patches.shape[-2:]), x.shape[-2:], step),)

    return vjp


def _taken(entries: Array) -> Array:
    """1 at the first of a window's largest entries, 0 at the others."""
    return np.where(np.arange(entries.shape[-1]) == np.argmax(entries, axis=-1, keepdims=True), 1.0, 0.0)


def _evenly(entries: Array) -> Array:
    return np.full_like(entries, 1.0 / entries.shape[-1])


_MAX = (_pool(lambda entries: np.max(entries, axis=-1)), _shared(_taken))
_MEAN = (_pool(lambda entries: np.mean(entries, axis=-1)), _shared(_evenly))
_SUM = (_pool(lambda entries: np.sum(entries, axis=-1)), _shared(np.ones_like))

POOLING: Mapping[str, Operation] = {
    "max_pool": Operation(
        *_MAX,
        {
            "mean": Variant("the mean of each window of {node} is taken, not the maximum", *_MEAN),
            "to_every_entry": Variant(
                "the gradient of {node} goes to every entry of a window, not only to the largest",
                None,
                _SUM[1],
            ),
            "shared": Variant(
                "the gradient of {node} is shared by all entries of a window, though it belongs to the largest",
                None,
                _MEAN[1],
            ),
        },
    ),
    "avg_pool": Operation(
        *_MEAN,
        {
            "sum": Variant("the sums of the windows of {node} are not divided by their number of entries", *_SUM),
            "maximum": Variant("the maximum of each window of {node} is taken, not the mean", *_MAX),
            "count_lost": Variant(
                "the gradient of {node} is not divided by the number of entries of a window", None, _SUM[1]
            ),
        },
    ),
}
