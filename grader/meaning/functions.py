"""The functions that the language knows: spellings, values for reals, complex numbers and high precision, derivatives.

A real function gives NaN where it is not real; a complex one takes the principal branch, as NumPy and mpmath do.
Derivatives are from the usual tables (Abramowitz and Stegun, chapters 4 and 6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from grader.meaning import terms as t
from grader.meaning.terms import Term

Array = NDArray[Any]
Numeric = Callable[..., Array]
Precise = Callable[..., Any]
Slope = Callable[..., tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Function:
    """A known function.

    `real` and `complex` work on arrays, `precise` on mpmath's numbers. `slope` gives the partial derivatives as terms,
    None where there is none to be had. `least` and `most` bound the number of arguments.
    """

    real: Numeric
    complex: Numeric
    precise: Precise
    slope: Slope | None = None
    least: int = 1
    most: int = 1
    odd: bool | None = None


def _gamma(x: Array) -> Array:
    """Gamma by Lanczos' approximation (g = 7, n = 9), by reflection left of 1/2; not a number at the poles."""
    with np.errstate(all="ignore"):
        reflected = np.pi / (np.sin(np.pi * x) * _lanczos(1.0 - x))
        values: Array = np.where(np.real(x) < 0.5, reflected, _lanczos(x))
    pole = (np.real(x) <= 0) & (np.real(x) == np.round(np.real(x))) & (np.imag(x) == 0)
    result: Array = np.where(pole, np.nan, values)
    return result


_LANCZOS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
)  # fmt: skip


def _lanczos(x: Array) -> Array:
    x = x - 1.0
    series: Array = np.asarray(_LANCZOS[0]) + sum(c / (x + k) for k, c in enumerate(_LANCZOS) if k)
    shifted = x + 7.5
    result: Array = np.sqrt(2.0 * np.pi) * shifted ** (x + 0.5) * np.exp(-shifted) * series
    return result


def _factorial(x: Array) -> Array:
    rounded = np.round(np.real(x))
    values = _gamma(x + 1.0)
    result: Array = np.where(x == rounded, np.where(np.abs(values) < 1e15, np.round(np.real(values)), values), values)
    return result


def _binomial(n: Array, k: Array) -> Array:
    result: Array = _factorial(n) / (_factorial(k) * _factorial(n - k))
    return result


def _double_factorial(n: Array) -> Array:
    odd = np.mod(n, 2) == 1
    half = np.where(odd, (n + 1.0) / 2.0, n / 2.0)
    even_value = 2.0**half * _factorial(half)
    odd_value = _factorial(n + 0.0) / (2.0 ** (half - 1.0) * _factorial(half - 1.0))
    result: Array = np.where((n < 0) | (n != np.round(n)), np.nan, np.where(odd, odd_value, even_value))
    return result


def _precise_gamma(x: Any) -> Any:
    if mp.isint(x) and mp.re(x) <= 0:
        raise ValueError("a pole of gamma")
    if abs(x) > 20_000:
        raise OverflowError("a factorial too large to write")
    return mp.gamma(x)


def _precise_binomial(n: Any, k: Any) -> Any:
    return _precise_gamma(n + 1) / (_precise_gamma(k + 1) * _precise_gamma(n - k + 1))


def _precise_double(n: Any) -> Any:
    if not mp.isint(n) or n < 0 or n > 20_000:
        raise ValueError("no double factorial")
    return mp.fac2(n)


def _real_only(function: Numeric) -> Numeric:
    """For complex arrays: the function of the real part, where there is no other."""

    def applied(*args: Array) -> Array:
        real = function(*(np.real(arg) for arg in args))
        off = np.any([np.abs(np.imag(arg)) > 1e-12 * (1.0 + np.abs(arg)) for arg in args], axis=0)
        values: Array = np.where(off, np.nan, real)
        return values

    return applied


def _precisely_real(function: Precise) -> Precise:
    def applied(*args: Any) -> Any:
        if any(mp.im(arg) for arg in args):
            raise ValueError("not a function of complex numbers")
        return function(*(mp.re(arg) for arg in args))

    return applied


def _on_reals(real: Numeric, precise: Precise, slope: Slope | None = None, **more: Any) -> Function:
    return Function(real, _real_only(real), _precisely_real(precise), slope, **more)


def _everywhere(function: Numeric, precise: Precise, slope: Slope | None = None, **more: Any) -> Function:
    return Function(function, function, precise, slope, **more)


def _sign(z: Array) -> Array:
    size = np.abs(z)
    return np.where(size == 0, 0.0, z / np.where(size == 0, 1.0, size))


def _compared(holds: Callable[[Any, Any], Any]) -> Function:
    return _on_reals(
        lambda a, b: np.where(np.isnan(a) | np.isnan(b), np.nan, holds(a, b)).astype(float),
        lambda a, b: mp.mpf(1 if holds(a, b) else 0),
        least=2,
        most=2,
    )


def _s(x: Term) -> Term:
    return t.power(x, t.TWO)


def _inv(x: Term) -> Term:
    return t.power(x, t.MINUS_ONE)


def _root(x: Term) -> Term:
    return t.power(x, t.HALF)


def _one(formula: Callable[[Term], Term]) -> Slope:
    return lambda x: (formula(x),)


def _largest(*args: Array) -> Array:
    values: Array = args[0]
    for arg in args[1:]:
        values = np.maximum(values, arg)
    return values


def _smallest(*args: Array) -> Array:
    values: Array = args[0]
    for arg in args[1:]:
        values = np.minimum(values, arg)
    return values


def _erf(x: Array) -> Array:
    values: Array = np.vectorize(lambda one: float(mp.erf(float(one))), otypes=[float])(x)
    return values


def _const(value: complex, precise: Callable[[], Any]) -> Function:
    return Function(lambda: np.asarray(value), lambda: np.asarray(value), precise, lambda: (), 0, 0)


def _bell(x: Term) -> Term:
    return t.mul(t.TWO, _inv(_root(t.PI)), t.call("exp", t.negative(_s(x))))


_COS: Callable[[Term], Term] = lambda x: t.call("cos", x)  # noqa: E731
_STEP: Callable[[Term], Term] = lambda x: t.call(">", x, t.ZERO)  # noqa: E731

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "pi": _const(np.pi, lambda: +mp.pi),
        "e": _const(np.e, lambda: +mp.e),
        "i": _const(1j, lambda: mp.mpc(0, 1)),
        "eulergamma": _const(0.5772156649015329, lambda: +mp.euler),
        "exp": _everywhere(np.exp, mp.exp, _one(lambda x: t.call("exp", x))),
        "log": _everywhere(np.log, mp.log, _one(_inv)),
        "sin": _everywhere(np.sin, mp.sin, _one(_COS), odd=True),
        "cos": _everywhere(np.cos, mp.cos, _one(lambda x: t.negative(t.call("sin", x))), odd=False),
        "tan": _everywhere(np.tan, mp.tan, _one(lambda x: t.add(t.ONE, _s(t.call("tan", x)))), odd=True),
        "asin": _everywhere(np.arcsin, mp.asin, _one(lambda x: _inv(_root(t.add(t.ONE, t.negative(_s(x)))))), odd=True),
        "acos": _everywhere(
            np.arccos, mp.acos, _one(lambda x: t.negative(_inv(_root(t.add(t.ONE, t.negative(_s(x)))))))
        ),
        "atan": _everywhere(np.arctan, mp.atan, _one(lambda x: _inv(t.add(t.ONE, _s(x)))), odd=True),
        "sinh": _everywhere(np.sinh, mp.sinh, _one(lambda x: t.call("cosh", x)), odd=True),
        "cosh": _everywhere(np.cosh, mp.cosh, _one(lambda x: t.call("sinh", x)), odd=False),
        "tanh": _everywhere(
            np.tanh, mp.tanh, _one(lambda x: t.add(t.ONE, t.negative(_s(t.call("tanh", x))))), odd=True
        ),
        "asinh": _everywhere(np.arcsinh, mp.asinh, _one(lambda x: _inv(_root(t.add(_s(x), t.ONE)))), odd=True),
        "acosh": _everywhere(
            np.arccosh,
            mp.acosh,
            _one(lambda x: t.mul(_inv(_root(t.add(x, t.MINUS_ONE))), _inv(_root(t.add(x, t.ONE))))),
        ),
        "atanh": _everywhere(np.arctanh, mp.atanh, _one(lambda x: _inv(t.add(t.ONE, t.negative(_s(x))))), odd=True),
        "abs": _everywhere(np.abs, abs, _one(lambda x: t.call("sign", x)), odd=False),
        "sign": Function(np.sign, _sign, mp.sign, _one(lambda _: t.ZERO), odd=True),
        "relu": _on_reals(lambda x: np.maximum(x, 0.0), lambda x: max(x, mp.mpf(0)), _one(_STEP)),
        "step": _on_reals(lambda x: np.heaviside(x, 0.5), lambda x: (mp.sign(x) + 1) / 2, _one(lambda _: t.ZERO)),
        "max": _on_reals(_largest, max, least=2, most=50),
        "min": _on_reals(_smallest, min, least=2, most=50),
        "floor": _on_reals(np.floor, mp.floor, _one(lambda _: t.ZERO)),
        "ceil": _on_reals(np.ceil, mp.ceil, _one(lambda _: t.ZERO)),
        "round": _on_reals(np.round, mp.nint, _one(lambda _: t.ZERO)),
        "mod": _on_reals(np.mod, lambda a, b: a - b * mp.floor(a / b), least=2, most=2),
        "atan2": _on_reals(np.arctan2, mp.atan2, least=2, most=2),
        "gcd": _on_reals(lambda a, b: _whole(np.gcd, a, b), lambda a, b: mp.mpf(_gcd(a, b)), least=2, most=2),
        "lcm": _on_reals(lambda a, b: _whole(np.lcm, a, b), lambda a, b: abs(a * b) / _gcd(a, b), least=2, most=2),
        "re": _everywhere(np.real, mp.re, _one(lambda _: t.ONE)),
        "im": _everywhere(np.imag, mp.im),
        "conj": _everywhere(np.conj, mp.conj),
        "arg": _everywhere(np.angle, mp.arg),
        "erf": _on_reals(_erf, mp.erf, _one(_bell), odd=True),
        "gamma": _everywhere(_gamma, _precise_gamma),
        "factorial": _everywhere(_factorial, lambda x: _precise_gamma(x + 1)),
        "doublefactorial": _on_reals(_double_factorial, _precise_double),
        "binomial": _everywhere(_binomial, _precise_binomial, least=2, most=2),
        ">": _compared(lambda a, b: a > b),
        "<": _compared(lambda a, b: a < b),
        ">=": _compared(lambda a, b: a >= b),
        "<=": _compared(lambda a, b: a <= b),
        "=": _compared(lambda a, b: a == b),
        "!=": _compared(lambda a, b: a != b),
    }
)


def _gcd(a: Any, b: Any) -> int:
    if not (mp.isint(a) and mp.isint(b)):
        raise ValueError("gcd of whole numbers only")
    return int(np.gcd(int(a), int(b)))


def _whole(function: Any, a: Array, b: Array) -> Array:
    whole = (a == np.round(a)) & (b == np.round(b))
    values: Array = np.where(
        whole, function(np.where(whole, a, 1).astype(int), np.where(whole, b, 1).astype(int)), np.nan
    )
    return values
