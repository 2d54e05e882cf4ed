"""Whether figures can tell an explanation from chance.

Among hundreds of explanations that are tried, one or another comes near to a figure that it has nothing to do with. By
chance the leading digits of figures of no known size are spread evenly on a logarithmic scale (Benford, "The law of
anomalous numbers", 1938). So a figure comes as near as a part d of its size in 2 d / ln 10 of all cases, and no nearer
than it was written; figures that are not the same come near independently. Times the number of explanations that were
tried, that is how many of them are expected to fit by chance alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.calculus.tolerances import COMPUTED

Array = NDArray[np.float64]

# An explanation is told if fewer than one in twenty such would be told by chance, as is usual for a finding.
ODDS = 0.05
# How many digits of two figures are looked at to see whether they are one.
_SAME = 9


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures as written, with half a unit of the last digit of each (0 for a fraction), all in arrays of one shape.

    Those of a `probability` near 1 tell as much as they do of its difference from 1.
    """

    written: Array
    half_units: Array
    probability: bool = False


def chance(figures: Figures, explained: Array, otherwise: Array, relative: float) -> float:
    """How probable it is that figures come as near to what an explanation gives (`explained`) as they do, by chance.

    Figures for which the explanation gives what comes out without it (`otherwise`) within a part `relative` tell
    nothing, nor do zeros, nor the same figure again.
    """
    size = np.abs(explained)
    if figures.probability:
        size = np.minimum(size, np.abs(1.0 - explained))
    with np.errstate(all="ignore"):
        telling = (np.abs(explained - otherwise) > relative * size) & (size > 0.0) & np.isfinite(figures.written)
    if not telling.any():
        return 1.0
    first = _firsts(explained[telling])
    off = np.abs(figures.written - explained)[telling] / size[telling]
    written = (figures.half_units[telling] / size[telling])[first]
    near = np.maximum(np.maximum(written, off.max()), COMPUTED)
    return float(np.minimum(1.0, 2.0 * near / math.log(10.0)).prod())


def is_told_apart(by_chance: float, tries: int) -> bool:
    """Whether an explanation that fits by chance with some probability is one, though it is one of many tried."""
    return by_chance * tries < ODDS


def _firsts(values: Array) -> NDArray[np.int_]:
    """The places of values that were not there before, to nine digits."""
    with np.errstate(divide="ignore"):
        digits = _SAME - 1 - np.floor(np.log10(np.abs(values)))
    rounded = [round(float(value), int(places)) for value, places in zip(values, digits, strict=True)]
    places: NDArray[np.int_] = np.unique(np.array(rounded), return_index=True)[1]
    return places
