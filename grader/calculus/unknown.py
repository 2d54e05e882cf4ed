"""Smooth functions that stand in for unknown ones: sums of three sines, drawn from the function's name."""

from __future__ import annotations

from functools import lru_cache

from grader.calculus.samples import Scale, stream

_SINES = 3
_AMPLITUDES, _FREQUENCIES, _PHASES = Scale(32, 128), Scale(24, 120), Scale(0, 400)

Wave = tuple[float, tuple[float, ...], float]


@lru_cache(maxsize=256)
def waves(name: str, arity: int) -> tuple[Wave, ...]:
    """Amplitude, a frequency for each argument, and phase of each sine; dyadic, so that all precisions agree."""
    draw = stream("unknown function", name, arity)
    amplitudes, phases = (scale.column(draw, _SINES).tolist() for scale in (_AMPLITUDES, _PHASES))
    frequencies = [tuple(_FREQUENCIES.column(draw, arity).tolist()) for _ in range(_SINES)]
    return tuple(zip(amplitudes, frequencies, phases, strict=True))
