"""Arrays with named axes, a batch of sample points at a time.

An axis has a kind (what it runs over: feature, channel, sample) and, where the formula writes an index there, the
index as its tag. Axes with one tag are one axis; axes of one kind without tags may or may not be (see `readings`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from grader.calculus.budget import OverBudgetError
from reference.graph import Array

Tensors: TypeAlias = "Iterator[Tensor]"
"""Readings of a part, the plainest first."""

# The kind of an axis of which only the written index is known.
INDEX = "index"
# At a sample point; a formula of a homework has thousands.
MOST_NUMBERS = 200_000


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis. `loose` axes (of a matrix of samples) may be summed by a matrix product; other samples may not."""

    kind: str
    tag: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Tensor:
    """Values at sample points: the first axis of `data` is the batch, the others are `axes`."""

    data: Array
    axes: tuple[Axis, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each axis runs over."""
        return tuple(axis.kind for axis in self.axes)

    def map(self, function: Callable[[Array], Array]) -> Tensor:
        """The tensor with an elementwise function applied."""
        with np.errstate(all="ignore"):
            return Tensor(function(self.data), self.axes)


def number(value: float) -> Tensor:
    """A constant."""
    return Tensor(np.array([value]))


def labels(tensors: Sequence[Tensor]) -> list[tuple[str, ...]]:
    """For elementwise operations: a key for each axis, equal where axes are one; a tensor's own axes stay apart."""
    keyed = []
    for tensor in tensors:
        seen: dict[str, int] = {}
        keys = []
        for axis in tensor.axes:
            key = f"#{axis.tag}" if axis.tag else axis.kind
            seen[key] = seen.get(key, 0) + 1
            keys.append(f"{key}/{seen[key]}")
        keyed.append(tuple(keys))
    return keyed


def elementwise(function: Callable[..., Array], *tensors: Tensor) -> Tensor:
    """Apply a function to tensors aligned by their axes, axes that one of them lacks being broadcast.

    Raises `OverBudgetError` for a result with very many numbers.
    """
    keyed = labels(tensors)
    order: dict[str, Axis] = {}
    for tensor, keys in zip(tensors, keyed, strict=True):
        for key, axis in zip(keys, tensor.axes, strict=True):
            order[key] = min(order.get(key, axis), axis, key=_vagueness)
    sizes: dict[str, int] = {}
    for tensor, keys in zip(tensors, keyed, strict=True):
        sizes |= zip(keys, tensor.data.shape[1:], strict=True)
    if prod(sizes.values()) > MOST_NUMBERS:
        raise OverBudgetError
    aligned = [_aligned(tensor.data, keys, tuple(order)) for tensor, keys in zip(tensors, keyed, strict=True)]
    with np.errstate(all="ignore"):
        return Tensor(function(*aligned), tuple(order.values()))


def _vagueness(axis: Axis) -> tuple[bool, bool]:
    """Which of two axes that are one says less of what it runs over."""
    return axis.kind == INDEX, axis.loose


def _aligned(data: Array, keys: tuple[str, ...], order: tuple[str, ...]) -> Array:
    """Data with its axes in `order`, of length one where it has none."""
    present = [keys.index(key) + 1 for key in order if key in keys]
    turned = data.transpose(0, *present)
    return turned.reshape(len(data), *(data.shape[keys.index(key) + 1] if key in keys else 1 for key in order))


def contract(
    tensors: Sequence[Tensor], names: Sequence[Sequence[int]], kept: Sequence[int], axes: Sequence[Axis]
) -> Tensor:
    """Multiply tensors whose axes are named by integers, keep some names as `axes` and sum the others."""
    operands: list[object] = []
    for tensor, own in zip(tensors, names, strict=True):
        operands += [tensor.data, [0, *(name + 1 for name in own)]]
    with np.errstate(all="ignore"):
        data: Array = np.einsum(*operands, [0, *(name + 1 for name in kept)])  # type: ignore[call-overload]
    return Tensor(data, tuple(axes))
