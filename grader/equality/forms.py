"""Normal forms: ratios of polynomials over atoms. Equal forms prove equality.

An atom is a variable, a root of a prime, e, or a function of normal forms. Only rules that hold for principal values
everywhere (up to poles) are used: u^a u^b = u^(a+b); (u^a)^n = u^(n a) for whole n; (c u)^r = c^r u^r for c > 0;
sin^2 + cos^2 = 1. So equal is proved; unequal forms say nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from grader.calculus.budget import Budget
from grader.equality.polynomials import NUMBER, ONE, UNIT, Monomial, Polynomial, Ratio, content, number, plus, primes

MAX_TERMS = 400
MAX_EXPANDED = 64
MAX_ROOTED = 4_096


class NoFormError(Exception):
    """A term that has no normal form within the bounds."""


class Forms:
    """The atoms of some terms, and the arithmetic of forms over them. Keys of atoms say what they are.

    A text is a variable; a whole number a prime, or -1, of which fractional powers are kept; `("base", form)` a root;
    `("call", name, form, ...)` a function.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._atoms: dict[Hashable, int] = {}
        self._keys: list[Hashable] = []
        self._bases: dict[int, Ratio] = {}

    def spend(self, operations: int) -> None:
        """Count operations that a rule takes besides arithmetic."""
        self._budget.spend(operations)

    def difference(self, one: Ratio, other: Ratio) -> Polynomial:
        """The numerator of the difference; it is empty if and only if the forms are equal."""
        left = self.times(one.above, other.below)
        return plus(left, self.times(other.above, one.below), Fraction(-1))

    def single(self, key: Hashable, exponent: Fraction | int = 1) -> Ratio:
        """A power of one atom."""
        return Ratio({((self._atom(key), Fraction(exponent)),): Fraction(1)}, UNIT)

    def _atom(self, key: Hashable) -> int:
        if key not in self._atoms:
            self._atoms[key] = len(self._keys)
            self._keys.append(key)
        return self._atoms[key]

    def key(self, form: Ratio) -> Hashable:
        """What tells forms of this object apart."""
        above, below = form.above, form.below
        if below != UNIT:
            scale = below[max(below)]
            above = {monomial: value / scale for monomial, value in above.items()}
            below = {monomial: value / scale for monomial, value in below.items()}
        return (frozenset(above.items()), frozenset(below.items()))

    def times(self, one: Polynomial, other: Polynomial) -> Polynomial:
        """The product, with the relations of the atoms applied."""
        if one is UNIT or other is UNIT:
            return other if one is UNIT else one
        self._budget.spend(len(one) * len(other))
        product: dict[Monomial, Fraction] = {}
        for left, a in one.items():
            for right, b in other.items():
                monomial, factor = self._joined(left, right)
                product[monomial] = product.get(monomial, Fraction(0)) + a * b * factor
        return self._reduced({monomial: value for monomial, value in product.items() if value})

    def _joined(self, left: Monomial, right: Monomial) -> tuple[Monomial, Fraction]:
        """Exponents added; whole powers of primes and of -1 leave as a factor."""
        exponents = dict(left)
        for atom, exponent in right:
            exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
        factor = Fraction(1)
        for atom, exponent in exponents.items():
            key = self._keys[atom]
            if isinstance(key, int):
                whole = exponent.__floor__()
                factor *= Fraction(key) ** whole
                exponents[atom] = exponent - whole
        return tuple(sorted((atom, exponent) for atom, exponent in exponents.items() if exponent)), factor

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        """Whole powers of roots multiplied out, cos^2 replaced by 1 - sin^2."""
        if len(polynomial) > MAX_TERMS:
            raise NoFormError
        settled: dict[Monomial, Fraction] = {}
        for monomial, value in polynomial.items():
            for one, more in self._rewritten(monomial, value).items():
                settled[one] = settled.get(one, Fraction(0)) + more
        return {monomial: value for monomial, value in settled.items() if value}

    def _rewritten(self, monomial: Monomial, value: Fraction) -> Polynomial:
        for atom, exponent in monomial:
            replaced = self._replacement(atom, exponent)
            if replaced is not None:
                return self.times({tuple(pair for pair in monomial if pair[0] != atom): value}, replaced)
        return {monomial: value}

    def _replacement(self, atom: int, exponent: Fraction) -> Polynomial | None:
        key = self._keys[atom]
        if isinstance(key, tuple) and key[:2] == ("call", "cos") and exponent >= 2:
            sine = self._atom(("call", "sin", *key[2:]))
            return self.times(_power(atom, exponent - 2), {NUMBER: Fraction(1), ((sine, Fraction(2)),): Fraction(-1)})
        base = self._bases.get(atom)
        if base is None or base.below != UNIT or not 1 <= exponent <= MAX_EXPANDED:
            return None
        return self.times(_power(atom, exponent - 1), base.above)

    def ratio(self, above: Polynomial, below: Polynomial) -> Ratio:
        """A ratio with a denominator of one term moved up, and equal sides cancelled."""
        if not below:
            raise NoFormError
        if above == below:
            return ONE
        if len(below) == 1 and below is not UNIT:
            ((monomial, value),) = below.items()
            inverse = {tuple((atom, -exponent) for atom, exponent in monomial): 1 / value}
            return Ratio(self.times(above, inverse), UNIT)
        return Ratio(above, below)

    def multiplied(self, one: Ratio, other: Ratio) -> Ratio:
        """The product of two forms."""
        return self.ratio(self.times(one.above, other.above), self.times(one.below, other.below))

    def added(self, one: Ratio, other: Ratio) -> Ratio:
        """The sum of two forms."""
        if one.below == other.below:
            return Ratio(plus(one.above, other.above), one.below)
        cross = plus(self.times(one.above, other.below), self.times(other.above, one.below))
        return self.ratio(cross, self.times(one.below, other.below))

    def powered(self, base: Ratio, exponent: Fraction) -> Ratio:
        """The power of a form to a number."""
        if exponent.denominator == 1 and abs(exponent) <= MAX_EXPANDED:
            return self._whole_power(base, int(exponent))
        if not base.above:
            raise NoFormError
        if base.constant is not None:
            return self._number_power(base.constant, exponent)
        if base.below == UNIT and len(base.above) == 1:
            ((monomial, value),) = base.above.items()
            if value == 1 and (exponent.denominator == 1 or self._is_variable(monomial)):
                return Ratio({tuple((atom, power * exponent) for atom, power in monomial): Fraction(1)}, UNIT)
        return self._root(base, exponent)

    def is_plain(self, polynomial: Polynomial) -> bool:
        """Whether only whole powers of variables are in it, so that it vanishes on a thin set at most."""
        return all(
            isinstance(self._keys[atom], str) and exponent.denominator == 1
            for monomial in polynomial
            for atom, exponent in monomial
        )

    def _is_variable(self, monomial: Monomial) -> bool:
        """Whether it is one variable, of which any power is a power of the variable."""
        return len(monomial) == 1 and monomial[0][1] == 1 and isinstance(self._keys[monomial[0][0]], str)

    def _whole_power(self, base: Ratio, exponent: int) -> Ratio:
        above, below = (base.above, base.below) if exponent >= 0 else (base.below, base.above)
        if not below:
            raise NoFormError
        result = ONE
        for _ in range(abs(exponent)):
            result = Ratio(self.times(result.above, above), self.times(result.below, below))
        return self.ratio(result.above, result.below)

    def _number_power(self, value: Fraction, exponent: Fraction) -> Ratio:
        """A root of a number, by its primes; (-c)^r = c^r (-1)^r for the principal value."""
        factors = primes(abs(value))
        if factors is None:
            raise NoFormError
        result: Polynomial = UNIT
        for prime, power in (factors if value > 0 else {**factors, -1: 1}).items():
            if abs(power * exponent) > MAX_ROOTED:
                raise NoFormError
            monomial, factor = self._joined(((self._atom(prime), power * exponent),), NUMBER)
            result = self.times(result, {monomial: factor})
        return Ratio(result, UNIT)

    def _root(self, base: Ratio, exponent: Fraction) -> Ratio:
        """A power of a form that is not multiplied out: positive content taken out, the sign, too, if it is whole."""
        common, primitive = content(base)
        whole_power = exponent.denominator == 1
        sign = 1
        if whole_power and primitive.leading < 0:
            primitive, sign = -primitive, -1 if int(exponent) % 2 else 1
        atom = self._atom(("base", self.key(primitive)))
        outside = self._number_power(common, exponent) if common != 1 else ONE
        whole = 0
        if not whole_power:
            self._bases[atom] = primitive
            whole = exponent.__floor__() if abs(exponent) <= MAX_EXPANDED else 0
        inside = Ratio({((atom, exponent - whole),): Fraction(sign)}, UNIT)
        return self.multiplied(self.multiplied(outside, inside), self._whole_power(primitive, whole))

    def signed(self, name: str, arg: Ratio, *, odd: bool) -> Ratio:
        """An odd or even function with the sign of its argument taken out."""
        if not arg.above:
            return number(Fraction(0)) if odd else self.single(("call", name, self.key(arg)))
        if arg.leading > 0:
            return self.single(("call", name, self.key(arg)))
        positive = self.single(("call", name, self.key(-arg)))
        return -positive if odd else positive


def _power(atom: int, exponent: Fraction) -> Polynomial:
    return {((atom, exponent),): Fraction(1)} if exponent else UNIT
