"""Comparing what a formula may be worth with references: equal, or equal but for a factor, a sum or a mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grader.calculus.budget import array_work
from grader.calculus.tolerances import ROUNDING
from grader.formulas.answers import Asked
from grader.formulas.references import Reference, Slip, Slips
from grader.formulas.tensors import Tensor
from grader.language.syntax import Node
from grader.slips.factors import Factor
from reference.graph import Array

_LARGEST_FACTOR = 16
# What the keys of slips begin with that are a constant factor.
FACTOR, MEAN = "factor", "mean"
AVERAGED = "the sum over the samples is replaced by their mean"


@dataclass(frozen=True)
class Match:
    """A reference that a formula, or the formula `mended` in a place, agrees with, and the slips by which it differs.

    `factor` is what it is times the reference; one that is not 1 is a slip, or the mean in place of a sum.
    """

    reference: Reference
    slips: Slips
    factor: Fraction = Fraction(1)
    mended: Node | None = None

    @property
    def all_slips(self) -> Slips:
        """Slips on the way, and in the writing."""
        return self.reference.slips | self.slips


class Comparer:
    """A quantity's references at some points, stacked, so that each reading is compared with all of them at once.

    The first of them is the truth; the others are worked out when a reading is compared with them.
    """

    def __init__(self, asked: Asked, found: Iterable[Reference], samples: Array | None) -> None:
        self._asked = asked
        self._waiting = iter(found)
        self.truth = next(self._waiting).data
        self._shape = self.truth.shape
        self._samples = samples

    @cached_property
    def _references(self) -> tuple[Reference, ...]:
        return (Reference(self.truth, frozenset()), *self._waiting)

    @cached_property
    def _stack(self) -> Array:
        return np.stack([one.data.ravel() for one in self._references])

    @cached_property
    def _telling(self) -> NDArray[np.bool_]:
        return _varies(self._stack) | ~_varies(self._stack[:1])

    @property
    def work(self) -> int:
        """What comparing one reading with all references is counted as."""
        return array_work(4 * self._stack.size)

    def is_right(self, tensor: Tensor) -> bool:
        """Whether a reading is the quantity itself."""
        if len(tensor.axes) + 1 != len(self._shape):
            return False
        data = np.broadcast_to(tensor.data, (self._shape[0], *tensor.data.shape[1:]))
        size = float(np.abs(data).max(initial=0.0)) if data.shape == self._shape else 0.0
        return 0.0 < size < np.inf and float(np.abs(data - self.truth).max()) <= ROUNDING * size

    def matches(self, tensor: Tensor) -> Iterator[Match]:
        """All references that a reading agrees with, up to a factor, a missing sum or a mean."""
        rows = self._shape[0]
        if self._samples is not None and len(tensor.axes) == len(self._shape):
            data = np.broadcast_to(tensor.data, (rows, *tensor.data.shape[1:]))
            if data.shape == self._samples.shape:
                yield from self._unsummed(data)
            return
        if len(tensor.axes) + 1 != len(self._shape):
            return
        data = np.broadcast_to(tensor.data, (rows, *tensor.data.shape[1:]))
        if data.shape == self._shape and np.isfinite(data).all():
            yield from self._matching(data.ravel())

    def _matching(self, values: Array) -> Iterator[Match]:
        size = float(np.abs(values).max())
        if size == 0.0:
            return
        factors = self._stack @ values / np.maximum((self._stack**2).sum(axis=1), np.finfo(float).tiny)
        near = np.abs(values - factors[:, None] * self._stack).max(axis=1) <= ROUNDING * size
        for row in np.flatnonzero(near & self._telling).tolist():
            nice = _nice(float(factors[row]))
            if nice is not None:
                yield Match(self._references[row], self._factor(nice), nice)

    def _factor(self, factor: Fraction) -> Slips:
        """The slip that a constant factor is."""
        if factor == 1:
            return frozenset()
        where = (self._asked.used.node, str(self._asked.used.gradient))
        if self._samples is not None and factor * self._samples.shape[1] == 1:
            return frozenset({Slip((MEAN, *where), AVERAGED)})
        return frozenset({Slip((FACTOR, *where, str(factor)), str(Factor(factor)))})

    def _unsummed(self, data: Array) -> Iterator[Match]:
        samples = self._samples
        size = float(np.abs(data).max())
        if samples is None or size == 0.0:
            return
        factor = float((samples * data).sum() / (samples**2).sum())
        if np.abs(data - factor * samples).max() <= ROUNDING * size:
            nice = _nice(factor)
            if nice is not None:
                where = (self._asked.used.node, str(self._asked.used.gradient))
                missing = Slip(("sum", *where), "the sum over the samples is missing")
                yield Match(self._references[0], self._factor(nice) | {missing}, nice)


def _varies(rows: Array) -> NDArray[np.bool_]:
    """Which rows are no constant: any number is one times some factor, so agreeing with a constant tells nothing."""
    varies: NDArray[np.bool_] = np.ptp(rows, axis=1) > ROUNDING * np.abs(rows).max(axis=1)
    return varies


def _nice(factor: float) -> Fraction | None:
    """A constant factor as a fraction; None for one that nobody writes."""
    nice = Fraction(factor).limit_denominator(_LARGEST_FACTOR)
    near = abs(float(nice) - factor) <= ROUNDING * abs(factor)
    return nice if near and 0 < abs(nice) <= _LARGEST_FACTOR else None


def best(found: Iterable[Match], paid: frozenset[tuple[str, ...]]) -> Match | None:
    """The match that asks for the fewest slips that are not paid yet, then for the fewest slips and own formulas."""

    def weight(match: Match) -> tuple[int, int, int]:
        unpaid = sum(slip.key not in paid for slip in match.all_slips)
        return unpaid, len(match.all_slips), len(match.reference.own)

    return min(found, key=weight, default=None)
