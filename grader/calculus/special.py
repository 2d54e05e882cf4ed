"""Values of the functions that NumPy does not have, for arrays of doubles and for mpmath's numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from grader.calculus.tolerances import NOTHING

Array = NDArray[Any]

# A factorial of a larger number has more digits than are written out.
MAX_FACTORIAL = 20_000

# Lanczos' coefficients for g = 7, n = 9.
_LANCZOS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
)  # fmt: skip


def gamma(x: Array) -> Array:
    """Gamma by Lanczos' approximation (g = 7, n = 9), by reflection left of 1/2; not a number at the poles."""
    with np.errstate(all="ignore"):
        reflected = np.pi / (np.sin(np.pi * x) * _lanczos(1.0 - x))
        values: Array = np.where(np.real(x) < 0.5, reflected, _lanczos(x))
    pole = (np.real(x) <= 0) & (np.real(x) == np.round(np.real(x))) & (np.imag(x) == 0)
    result: Array = np.where(pole, np.nan, values)
    return result


def _lanczos(x: Array) -> Array:
    x = x - 1.0
    series: Array = np.asarray(_LANCZOS[0]) + sum(c / (x + k) for k, c in enumerate(_LANCZOS) if k)
    shifted = x + 7.5
    result: Array = np.sqrt(2.0 * np.pi) * shifted ** (x + 0.5) * np.exp(-shifted) * series
    return result


def factorial(x: Array) -> Array:
    """Gamma(x + 1), a whole number for whole ones as far as doubles hold it."""
    rounded = np.round(np.real(x))
    values = gamma(x + 1.0)
    result: Array = np.where(x == rounded, np.where(np.abs(values) < 1e15, np.round(np.real(values)), values), values)
    return result


def binomial(n: Array, k: Array) -> Array:
    """n over k, by factorials."""
    result: Array = factorial(n) / (factorial(k) * factorial(n - k))
    return result


def double_factorial(n: Array) -> Array:
    """n!! of whole numbers that are not negative."""
    odd = np.mod(n, 2) == 1
    half = np.where(odd, (n + 1.0) / 2.0, n / 2.0)
    even_value = 2.0**half * factorial(half)
    odd_value = factorial(n + 0.0) / (2.0 ** (half - 1.0) * factorial(half - 1.0))
    result: Array = np.where((n < 0) | (n != np.round(n)), np.nan, np.where(odd, odd_value, even_value))
    return result


def precise_gamma(x: Any) -> Any:
    """Gamma in high precision. Raises `ValueError` at a pole, `OverflowError` where it is too large to write."""
    if mp.isint(x) and mp.re(x) <= 0:
        raise ValueError("a pole of gamma")
    if abs(x) > MAX_FACTORIAL:
        raise OverflowError("a factorial too large to write")
    return mp.gamma(x)


def precise_binomial(n: Any, k: Any) -> Any:
    """n over k in high precision."""
    return precise_gamma(n + 1) / (precise_gamma(k + 1) * precise_gamma(n - k + 1))


def precise_double(n: Any) -> Any:
    """n!! in high precision."""
    if not mp.isint(n) or n < 0 or n > MAX_FACTORIAL:
        raise ValueError("no double factorial")
    return mp.fac2(n)


def sign(z: Array) -> Array:
    """z / |z|, and 0 at 0."""
    size = np.abs(z)
    return np.where(size == 0, 0.0, z / np.where(size == 0, 1.0, size))


def largest(*args: Array) -> Array:
    """The largest, entry by entry."""
    values: Array = args[0]
    for arg in args[1:]:
        values = np.maximum(values, arg)
    return values


def smallest(*args: Array) -> Array:
    """The smallest, entry by entry."""
    values: Array = args[0]
    for arg in args[1:]:
        values = np.minimum(values, arg)
    return values


def common_divisor(a: Any, b: Any) -> int:
    """The greatest common divisor in high precision. Raises `ValueError` unless both are whole."""
    if not (mp.isint(a) and mp.isint(b)):
        raise ValueError("gcd of whole numbers only")
    return int(np.gcd(int(a), int(b)))


def on_whole(function: Any, a: Array, b: Array) -> Array:
    """A function of whole numbers, not a number elsewhere."""
    whole = (a == np.round(a)) & (b == np.round(b))
    values: Array = np.where(
        whole, function(np.where(whole, a, 1).astype(int), np.where(whole, b, 1).astype(int)), np.nan
    )
    return values


def real_only(function: Callable[..., Array]) -> Callable[..., Array]:
    """For complex arrays: the function of the real part, where there is no other."""

    def applied(*args: Array) -> Array:
        real = function(*(np.real(arg) for arg in args))
        off = reduce(np.logical_or, (np.abs(np.imag(arg)) > NOTHING * (1.0 + np.abs(arg)) for arg in args))
        values: Array = np.where(off, np.nan, real)
        return values

    return applied


def precisely_real(function: Callable[..., Any]) -> Callable[..., Any]:
    """For mpmath's complex numbers: the function of the real part. Raises `ValueError` where there is another."""

    def applied(*args: Any) -> Any:
        if any(mp.im(arg) for arg in args):
            raise ValueError("not a function of complex numbers")
        return function(*(mp.re(arg) for arg in args))

    return applied
