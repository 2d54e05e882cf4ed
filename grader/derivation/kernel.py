"""The kernel: the one function that accepts a step. Everything else only proposes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from grader.calculus.tolerances import REFUTED, ROUNDING
from grader.derivation.certificates import Certificate, certify
from grader.derivation.evaluate import Evaluator
from grader.derivation.refute import lowest, search
from grader.derivation.terms import Term
from grader.derivation.worlds import Array


class Standing(StrEnum):
    """Whether a step holds."""

    VALID = "valid"
    INVALID = "invalid"
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Counterexample:
    """Both sides in one world, where the relation fails."""

    left: float
    right: float


@dataclass(frozen=True)
class Finding:
    """Whether a step holds, and why: an identity in so many worlds, a certificate, or a counterexample.

    `strict` tells an inequality that is no identity.
    """

    standing: Standing
    worlds: int = 0
    certificate: Certificate | None = None
    counterexample: Counterexample | None = None

    @property
    def strict(self) -> bool:
        """Whether the step is valid by a certificate, so that its two sides differ."""
        return self.standing is Standing.VALID and self.certificate is not None


def judge(evaluator: Evaluator, relation: str, left: Term, right: Term, *, searching: bool = True) -> Finding:
    """Accept a step that is an identity in all worlds, or an inequality with a certificate.

    Any other is refuted by a world, found by `searching` if need be, or left open. Raises `OverBudgetError`.
    """
    values, others = np.broadcast_arrays(evaluator(left), evaluator(right))
    if not (np.isfinite(values).all() and np.isfinite(others).all()):
        return Finding(Standing.UNDECIDED)
    if identical(values, others):
        return Finding(Standing.VALID, worlds=evaluator.worlds.count)
    if relation == "=":
        return Finding(Standing.INVALID, counterexample=_worst(values, others))
    upper, lower = (left, right) if relation == ">=" else (right, left)
    refuted = _refutation(evaluator, upper, lower, swapped=relation != ">=")
    if refuted is not None:
        return refuted
    certificate = certify(evaluator, upper, lower)
    if certificate is not None:
        return Finding(Standing.VALID, evaluator.worlds.count, certificate)
    found = search(evaluator, upper, lower) if searching else None
    refuted = _refutation(Evaluator(found, evaluator.budget), upper, lower, swapped=relation != ">=") if found else None
    return refuted or Finding(Standing.UNDECIDED)


def _refutation(evaluator: Evaluator, upper: Term, lower: Term, *, swapped: bool) -> Finding | None:
    least, place = lowest(evaluator, upper, lower)
    if least >= -REFUTED:
        return None
    above, below = (float(side[place]) for side in np.broadcast_arrays(evaluator(upper), evaluator(lower)))
    example = Counterexample(below, above) if swapped else Counterexample(above, below)
    return Finding(Standing.INVALID, counterexample=example)


def identical(one: Array, other: Array) -> bool:
    """Whether two sides agree in every world, up to rounding."""
    return bool((np.abs(one - other) <= ROUNDING * (1.0 + np.abs(one) + np.abs(other))).all())


def _worst(left: Array, right: Array) -> Counterexample:
    """A world that shows the difference in small numbers: among clear ones, that with the smallest sides."""
    size = np.abs(left) + np.abs(right)
    clear = np.abs(left - right) > 0.1 * (0.1 + size)
    candidates = np.where(clear, size, np.inf) if clear.any() else -np.abs(left - right)
    place = np.unravel_index(int(np.argmin(candidates)), size.shape)
    return Counterexample(float(left[place]), float(right[place]))
