"""Windows that slide over a grid, and their adjoint, which adds up what belongs to overlapping windows.

Grids are the last two axes. Stride and padding are one number for both axes or one each.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reference.ops.batching import Array, Shape

Steps: TypeAlias = int | tuple[int, int]


def pair(steps: Steps) -> tuple[int, int]:
    """A number for the rows and one for the columns."""
    return steps if isinstance(steps, tuple) else (steps, steps)


def windows(x: Array, size: Steps, stride: Steps = 1, pad: Steps = 0) -> Array:
    """All patches of the padded grid, as (batch, ..., row, column, i, j)."""
    (rows, columns), (down, right) = pair(pad), pair(stride)
    padded = np.pad(x, (*((0, 0),) * (x.ndim - 2), (rows, rows), (columns, columns)))
    patches: Array = sliding_window_view(padded, pair(size), axis=(-2, -1))
    return patches[..., ::down, ::right, :, :]


def scattered(parts: Array, grid: Shape, stride: Steps = 1, pad: Steps = 0) -> Array:
    """The adjoint of `windows`: parts (batch, ..., row, column, i, j), each added where it lies in a grid."""
    (rows, columns), (down, right) = pair(pad), pair(stride)
    over_rows, over_columns, *size = parts.shape[-4:]
    padded = np.zeros((*parts.shape[:-4], grid[0] + 2 * rows, grid[1] + 2 * columns))
    for i, j in np.ndindex(*size):
        padded[..., i : i + down * over_rows : down, j : j + right * over_columns : right] += parts[..., i, j]
    return padded[..., rows : rows + grid[0], columns : columns + grid[1]].copy()
