"""Sums, means and variances over axes, which are counted without the batch axis; None is all of them.

Slopes by an entry, over n entries: 1 of a sum, 1/n of a mean, 2 (a - mean) / n of a variance, whose own mean adds
nothing since the deviations sum to zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Axes, Shape, counted

Reduce: TypeAlias = Callable[[Array, tuple[int, ...]], Array]
Rules: TypeAlias = tuple[Rule, Rule]


def _reduced(function: Reduce, slope: Reduce) -> Rules:
    """The rules of a function that keeps the axes it reduces, with its slope by each entry."""

    def forward(a: Array, axis: Axes = None, *, keep: bool = False) -> Array:
        axes = counted(axis, a.ndim)
        value = function(a, axes)
        return value if keep else value.squeeze(axis=axes)

    return forward, _spread(slope)


def _spread(slope: Reduce) -> Rule:
    """The vjp of a reduction: the gradient goes back to every entry, times the slope there."""

    def vjp(g: Array, _: Array, a: Array, axis: Axes = None, *, keep: bool = False) -> tuple[Array]:
        axes = counted(axis, a.ndim)
        wide = g if keep else np.expand_dims(g, axes)
        return (wide * slope(a, axes),)

    return vjp


def _count(a: Array, axes: tuple[int, ...]) -> float:
    return float(np.prod([a.shape[axis] for axis in axes]))


def _total(a: Array, axes: tuple[int, ...]) -> Array:
    total: Array = a.sum(axis=axes, keepdims=True)
    return total


def _ones(a: Array, _: tuple[int, ...]) -> Array:
    return np.ones((1, *a.shape[1:]))


def _mean(a: Array, axes: tuple[int, ...]) -> Array:
    return _total(a, axes) / _count(a, axes)


def _mean_slope(a: Array, axes: tuple[int, ...]) -> Array:
    return _ones(a, axes) / _count(a, axes)


def _centred(a: Array, axes: tuple[int, ...]) -> Array:
    return a - _mean(a, axes)


def _squares(a: Array, axes: tuple[int, ...]) -> Array:
    return _total(_centred(a, axes) ** 2, axes)


def _variance(less: float) -> Rules:
    """The variance with n - less below the line."""
    return _reduced(
        lambda a, axes: _squares(a, axes) / (_count(a, axes) - less),
        lambda a, axes: 2.0 * _centred(a, axes) / (_count(a, axes) - less),
    )


def _deviation(a: Array, axes: tuple[int, ...]) -> Array:
    root: Array = np.sqrt(_squares(a, axes) / _count(a, axes))
    return root


_SUM, _MEAN, _VARIANCE = _reduced(_total, _ones), _reduced(_mean, _mean_slope), _variance(0.0)


def _size(shape: Shape, axis: Axes) -> int:
    return int(np.prod([shape[one - 1] for one in counted(axis, len(shape) + 1)]))


def _several(shape: Shape, axis: Axes = None, **_: Any) -> bool:
    return _size(shape, axis) > 1


def _of_square(shape: Shape, axis: Axes = None, *, keep: bool = False) -> bool:
    return isinstance(axis, int) and not keep and len(shape) == 2 and shape[0] == shape[1]


def _along_the_other(rules: Rules) -> Variant:
    """The same over the rows for over the columns, where the matrix is square."""
    forward, vjp = rules
    return Variant(
        "{node} is taken over the wrong axis of {parents[0]}",
        lambda a, axis, **keep: forward(a, 1 - axis % 2, **keep),
        lambda g, out, a, axis, **keep: vjp(g, out, a, 1 - axis % 2, **keep),
        _of_square,
    )


REDUCTIONS: Mapping[str, Operation] = {
    "sum": Operation(
        *_SUM,
        {
            "mean": Variant("a mean is taken for the sum {node}", *_MEAN, _several),
            "other_axis": _along_the_other(_SUM),
        },
    ),
    "mean": Operation(
        *_MEAN,
        {
            "sum": Variant("the division by the number of entries of the mean {node} is left out", *_SUM, _several),
            "count_lost": Variant(
                "the number of entries of the mean {node} is left out of its gradient", None, _SUM[1], _several
            ),
            "other_axis": _along_the_other(_MEAN),
        },
    ),
    "variance": Operation(
        *_VARIANCE,
        {
            "unbiased": Variant("the variance {node} is divided by n - 1, not by n", *_variance(1.0), _several),
            "root": Variant(
                "the standard deviation is taken for the variance {node}",
                *_reduced(_deviation, lambda a, axes: _centred(a, axes) / (_count(a, axes) * _deviation(a, axes))),
                _several,
            ),
            "not_divided": Variant(
                "the sum of squares in the variance {node} is not divided by the number of entries",
                *_reduced(_squares, lambda a, axes: 2.0 * _centred(a, axes)),
                _several,
            ),
            "not_centred": Variant(
                "the mean is not subtracted in the variance {node}",
                *_reduced(lambda a, axes: _mean(a**2, axes), lambda a, axes: 2.0 * a / _count(a, axes)),
            ),
            "factor_lost": Variant(
                "the factor 2 of the squares in the variance {node} is lost in the gradient",
                None,
                _spread(lambda a, axes: _centred(a, axes) / _count(a, axes)),
                _several,
            ),
            "other_axis": _along_the_other(_VARIANCE),
        },
    ),
}
