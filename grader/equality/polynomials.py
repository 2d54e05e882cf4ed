"""Polynomials with rational coefficients over numbered atoms, as dictionaries from monomials to coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

Monomial: TypeAlias = "tuple[tuple[int, Fraction], ...]"
Polynomial: TypeAlias = "Mapping[Monomial, Fraction]"

MAX_PRIME = 1_000
NUMBER: Monomial = ()
UNIT: Polynomial = {NUMBER: Fraction(1)}


@dataclass(frozen=True)
class Ratio:
    """A numerator over a denominator that is not the zero polynomial."""

    above: Polynomial
    below: Polynomial

    @property
    def constant(self) -> Fraction | None:
        """The number that this is, if it is one other than 0."""
        return self.above.get(NUMBER) if self.below == UNIT and len(self.above) == 1 else None

    @property
    def leading(self) -> Fraction:
        """The coefficient above of the monomial that comes last."""
        return self.above[max(self.above)]

    def __neg__(self) -> Ratio:
        return Ratio({monomial: -value for monomial, value in self.above.items()}, self.below)


ONE = Ratio(UNIT, UNIT)


def number(value: Fraction) -> Ratio:
    """A number as a form."""
    return Ratio({NUMBER: value} if value else {}, UNIT)


def plus(one: Polynomial, other: Polynomial, scale: Fraction = Fraction(1)) -> Polynomial:
    """One polynomial and a multiple of another."""
    total = dict(one)
    for monomial, value in other.items():
        total[monomial] = total.get(monomial, Fraction(0)) + scale * value
    return {monomial: value for monomial, value in total.items() if value}


def content(form: Ratio) -> tuple[Fraction, Ratio]:
    """The positive rational that all coefficients above have in common, and the form without it."""
    divisor = gcd(*(value.numerator for value in form.above.values()))
    common = Fraction(divisor, lcm(*(value.denominator for value in form.above.values())))
    return common, Ratio({monomial: value / common for monomial, value in form.above.items()}, form.below)


def primes(value: Fraction | None) -> dict[int, int] | None:
    """The primes of a positive number with their exponents; None for others, and where a large factor is left."""
    if value is None or value <= 0:
        return None
    found: dict[int, int] = {}
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        rest, prime = part, 2
        while prime * prime <= rest and prime < MAX_PRIME:
            while rest % prime == 0:
                found[prime] = found.get(prime, 0) + sign
                rest //= prime
            prime += 1
        if rest > 1 and prime >= MAX_PRIME:
            return None
        if rest > 1:
            found[rest] = found.get(rest, 0) + sign
    return found
