"""Questions of equality and their answers, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from grader.calculus.terms import Term


class Verdict(StrEnum):
    """What two expressions are found to be."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Tolerance:
    """How far values may differ: by `absolute`, or by `relative` times the second side's size."""

    relative: Fraction = Fraction(0)
    absolute: Fraction = Fraction(0)


EXACT = Tolerance()


@dataclass(frozen=True)
class Question:
    """Two terms, the domain over which they are compared, how closely, and what seeds the sample points."""

    left: Term
    right: Term
    domain: str = "real"
    tolerance: Tolerance = EXACT
    seed: str = ""


@dataclass(frozen=True)
class Decision:
    """A verdict with its evidence: `proved`, `sampled` at `points` points, or a `counterexample`.

    `witness` is the point of a counterexample, rounded, and `values` are the two sides there. `note` says why nothing
    was decided, or by how little two sides differ.
    """

    verdict: Verdict
    evidence: str
    points: int = 0
    witness: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    values: tuple[str, str] = ("", "")
    note: str = ""
