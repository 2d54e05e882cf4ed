"""The drawer of sample points: all that is drawn to compare two things, and how.

Samples are no secrets, and the same question must have the same ones on every machine: a stream comes from a seed made
of the question itself. (The numbers of a student's variant are data, not samples: `grader.draws` has those.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from grader.calculus.special import Array

Stream: TypeAlias = np.random.Generator
Bounds: TypeAlias = tuple[float, float]

ROWS = 24
_ROUNDS = 5


def stream(*seed: int | str) -> Stream:
    """Random numbers from a seed of numbers and words."""
    return np.random.default_rng([part if isinstance(part, int) else _number(part) for part in seed])


def _number(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")


def within(draw: Stream, bounds: Bounds, shape: tuple[int, ...]) -> Array:
    """Numbers between two bounds."""
    return draw.uniform(*bounds, shape)


def signs(draw: Stream, shape: tuple[int, ...]) -> Array:
    """Signs, 1 or -1."""
    return draw.choice([-1.0, 1.0], shape)


def spread(draw: Stream, center: float, width: float, shape: tuple[int, ...]) -> Array:
    """Positive numbers over several orders of size: exponentials of normal ones about `center`, of that `width`."""
    return np.exp(draw.normal(center, width, shape))


def wholes(draw: Stream, shape: tuple[int, ...], most: int) -> Array:
    """Whole numbers from 1 to `most` with either sign, as entries of a matrix: its algebra is exact."""
    return signs(draw, shape) * draw.integers(1, most + 1, shape)


@dataclass(frozen=True, slots=True)
class Scale:
    """Dyadic fractions `least / unit` to `most / unit`, so that every precision means the same point."""

    least: int
    most: int
    unit: int = 64
    signed: bool = False

    def column(self, draw: Stream, count: int) -> Array:
        """So many of them."""
        sizes = draw.integers(self.least, self.most + 1, count) / self.unit
        return sizes * signs(draw, (count,)) if self.signed else sizes


# Simple fractions, where powers of negative numbers happen to be real.
HALVES = Scale(1, 6, 2, signed=True)
MODERATE = Scale(8, 256, signed=True)
SMALL = Scale(16, 256, 4096, signed=True)
LARGE = Scale(200, 4000, signed=True)
POSITIVE = Scale(8, 256)
UNIT = Scale(1, 63)
BEYOND = Scale(65, 640)
WHOLE = Scale(0, 9, 1)

# In this order until there are points enough; each batch draws its rows from its scales in turn.
BATCHES: Mapping[str, tuple[tuple[Scale, ...], ...]] = MappingProxyType(
    {
        "real": (
            (MODERATE, HALVES, POSITIVE, SMALL, MODERATE, LARGE),
            (POSITIVE, POSITIVE, UNIT, BEYOND),
            (UNIT, POSITIVE, HALVES),
            (BEYOND, SMALL, LARGE, POSITIVE),
        ),
        "positive": ((POSITIVE, UNIT, BEYOND), (UNIT, POSITIVE), (BEYOND, UNIT)),
    }
)


@dataclass(frozen=True)
class Draws:
    """Draws points for the variables `keys`, those in `whole` from the whole numbers."""

    keys: tuple[str, ...]
    whole: frozenset[str]
    domain: str
    seed: str

    def batches(self) -> Iterator[dict[str, Array]]:
        """Batches of `ROWS` points, as a column for each variable."""
        draw = stream(self.seed)
        for scales in BATCHES["positive" if self.domain == "positive" else "real"]:
            yield {key: self._column(draw, key, scales) for key in self.keys}

    def fractions(self) -> Iterator[dict[str, Array]]:
        """Batches of simple fractions, at which powers of negative numbers happen to be real."""
        draw = stream(self.seed, "fractions")
        if self.domain == "real":
            for _ in range(_ROUNDS):
                yield {key: self._column(draw, key, (HALVES,)) for key in self.keys}

    def _column(self, draw: Stream, key: str, scales: tuple[Scale, ...]) -> Array:
        if key in self.whole:
            return WHOLE.column(draw, ROWS)
        values = _in_turn(draw, scales)
        return values + 1j * _in_turn(draw, scales) if self.domain == "complex" else values


def _in_turn(draw: Stream, scales: tuple[Scale, ...]) -> Array:
    """A column whose rows come from the scales in turn."""
    columns = np.stack([scale.column(draw, ROWS) for scale in scales])
    picked: Array = columns[np.arange(ROWS) % len(scales), np.arange(ROWS)]
    return picked
