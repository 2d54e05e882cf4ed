"""Arrays with a leading batch axis: how their ranks are brought together, and how a gradient finds its way back.

An axis of length one in front stands for "the same in every scenario"; a gradient by such an array has a row for each
scenario, so the batch axis is never summed over.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Shape: TypeAlias = tuple[int, ...]
Axes: TypeAlias = int | tuple[int, ...] | None


def aligned(*arrays: Array) -> list[Array]:
    """The arrays with axes of length one put in behind the batch axis, so that the others broadcast as in NumPy."""
    rank = max(array.ndim for array in arrays)
    return [array if array.ndim == rank else _deepened(array, rank) for array in arrays]


def _deepened(array: Array, rank: int) -> Array:
    return array.reshape(len(array), *(1,) * (rank - array.ndim), *array.shape[1:])


def gathered(share: Array, like: Array) -> Array:
    """A gradient summed over the axes along which `like` was broadcast, in the shape of `like`, batch axis kept."""
    if share.shape[1:] == like.shape[1:]:
        return share
    wanted = (1,) * (share.ndim - like.ndim) + like.shape[1:]
    axes = tuple(i for i, (has, wants) in enumerate(zip(share.shape[1:], wanted, strict=True), 1) if has != wants)
    return (share.sum(axis=axes) if axes else share).reshape(len(share), *like.shape[1:])


def counted(axis: Axes, rank: int) -> tuple[int, ...]:
    """Axes that are counted without the batch axis (None is all of them), as axes of an array of that rank.

    Raises `IndexError` for an axis that the array does not have.
    """
    if axis is None:
        return tuple(range(1, rank))
    return tuple(_counted(one, rank - 1) for one in (axis if isinstance(axis, tuple) else (axis,)))


def _counted(axis: int, axes: int) -> int:
    if not -axes <= axis < axes:
        raise IndexError(f"there is no axis {axis}: axes count from 0, and there {'is' if axes == 1 else 'are'} {axes}")
    return axis % axes + 1


def over(g: Array, like: Array) -> Array:
    """A scalar's gradient, with axes of length one so that it multiplies `like`."""
    return g.reshape(-1, *(1,) * (like.ndim - 1))


def contract(subscripts: str, *arrays: Array) -> Array:
    """NumPy's `einsum`; the dots of the subscripts hold the batch axis."""
    product: Array = np.einsum(subscripts, *arrays)
    return product
