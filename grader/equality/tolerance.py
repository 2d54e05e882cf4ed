"""When a written number is right: near enough, or rounded correctly as far as it was written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grader.calculus.tolerances import CANCELLED, EDGE
from grader.reading.shapes import Reading

Array = NDArray[np.float64]


def agreement(reading: Reading, right: Array, relative: float, *, probability: bool = False) -> NDArray[np.bool_]:
    """Which entries are right, for each of a batch of right values (batch axis first).

    An entry is right within `relative` of the right value, or within half a unit of its last written digit. A right
    value of 0, or of nothing but what doubles leave of one, must be written as 0. There is no absolute tolerance. A
    probability must be right as p and as 1 - p, and lie in [0, 1].
    """
    size = np.minimum(np.abs(right), np.abs(1.0 - right)) if probability else np.abs(right)
    allowed = np.maximum(relative * size, reading.half_units * (1.0 + EDGE))
    with np.errstate(invalid="ignore"):
        near: NDArray[np.bool_] = np.abs(reading.values - right) <= np.where(right == 0.0, 0.0, allowed)
    zeros = reading.values == 0.0
    if zeros.any():
        near |= zeros & (np.abs(right) < CANCELLED)
    if probability:
        near &= (reading.values >= 0.0) & (reading.values <= 1.0)
    return near


def powers_of_ten(reading: Reading, right: Array, least: int) -> Array:
    """The right values, each set times the power of ten by which the answer is off; NaN where it is below `least`.

    The power is the median over the entries, so that one wrong entry does not hide it.
    """
    axes = tuple(range(1, right.ndim))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = np.log10(np.abs(reading.values / right))
        logs = np.where(np.isfinite(logs), logs, np.nan)
        known = ~np.all(np.isnan(logs), axis=axes)
        power = np.full(len(right), np.nan)
        if known.any():
            median = np.nanmedian if np.isnan(logs[known]).any() else np.median
            power[known] = np.rint(median(logs[known], axis=axes))
        power[np.abs(power) < least] = np.nan
        return right * 10.0 ** power.reshape(-1, *(1,) * (right.ndim - 1))
