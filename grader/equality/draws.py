"""Sample points: of both signs and several scales, dyadic so that every precision means the same point."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.calculus.special import Array

ROWS = 24
_ROUNDS = 5

Draw = Callable[[random.Random], float]


def _halves(draw: random.Random) -> float:
    """Simple fractions, where powers of negative numbers happen to be real."""
    return draw.choice((-3, -2.5, -2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2, 2.5, 3))


def _moderate(draw: random.Random) -> float:
    return draw.choice((-1, 1)) * draw.randint(8, 256) / 64


def _small(draw: random.Random) -> float:
    return draw.choice((-1, 1)) * draw.randint(16, 256) / 4096


def _large(draw: random.Random) -> float:
    return draw.choice((-1, 1)) * draw.randint(200, 4000) / 64


def _positive(draw: random.Random) -> float:
    return draw.randint(8, 256) / 64


def _unit(draw: random.Random) -> float:
    return draw.randint(1, 63) / 64


def _beyond(draw: random.Random) -> float:
    return draw.randint(65, 640) / 64


def _whole(draw: random.Random) -> float:
    return float(draw.randint(0, 9))


# In this order until there are points enough; each batch draws its rows from its scales in turn.
BATCHES: Mapping[str, tuple[tuple[Draw, ...], ...]] = {
    "real": (
        (_moderate, _halves, _positive, _small, _moderate, _large),
        (_positive, _positive, _unit, _beyond),
        (_unit, _positive, _halves),
        (_beyond, _small, _large, _positive),
    ),
    "positive": ((_positive, _unit, _beyond), (_unit, _positive), (_beyond, _unit)),
}


@dataclass(frozen=True)
class Draws:
    """Draws points for the variables `keys`, those in `whole` from the whole numbers."""

    keys: tuple[str, ...]
    whole: frozenset[str]
    domain: str
    seed: str

    def batches(self) -> Iterator[dict[str, Array]]:
        """Batches of `ROWS` points, as a column for each variable."""
        draw = random.Random(self.seed)  # noqa: S311 (samples are no secrets, and must be the same again)
        for scales in BATCHES["positive" if self.domain == "positive" else "real"]:
            yield {key: self._column(draw, key, scales) for key in self.keys}

    def fractions(self) -> Iterator[dict[str, Array]]:
        """Batches of simple fractions, at which powers of negative numbers happen to be real."""
        draw = random.Random(f"fractions of {self.seed}")  # noqa: S311 (as above)
        if self.domain == "real":
            for _ in range(_ROUNDS):
                yield {key: self._column(draw, key, (_halves,)) for key in self.keys}

    def _column(self, draw: random.Random, key: str, scales: tuple[Draw, ...]) -> Array:
        if key in self.whole:
            return np.array([_whole(draw) for _ in range(ROWS)])
        values = np.array([scales[row % len(scales)](draw) for row in range(ROWS)])
        if self.domain == "complex":
            return values + 1j * np.array([scales[row % len(scales)](draw) for row in range(ROWS)])
        return values
