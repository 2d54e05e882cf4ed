"""Smooth functions that stand in for unknown ones: sums of three sines, drawn from the function's name."""

from __future__ import annotations

import random
from functools import lru_cache

Wave = tuple[float, tuple[float, ...], float]


@lru_cache(maxsize=256)
def waves(name: str, arity: int) -> tuple[Wave, ...]:
    """Amplitude, a frequency for each argument, and phase of each sine; dyadic, so that all precisions agree."""
    draw = random.Random(f"unknown function {name} of {arity}")  # noqa: S311 (nothing secret is drawn)

    def dyadic(low: int, high: int) -> float:
        return draw.randint(low, high) / 64.0

    return tuple((dyadic(32, 128), tuple(dyadic(24, 120) for _ in range(arity)), dyadic(0, 400)) for _ in range(3))
