"""The table of functions: one row each, and nothing else in Gradebound says what a function is.

A row holds how a function is written, what it is worth for reals, for complex numbers and in high precision, its
derivative, where it bends, and which operation of `reference` computes it entry by entry. A function that is made of
others is `defined` by them, as a term, and has the rest from that: a new activation is one row.

A real function gives NaN where it is not real; a complex one takes the principal branch, as NumPy and mpmath do.
Derivatives are from the usual tables (Abramowitz and Stegun, chapters 4, 6 and 7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

import mpmath as mp
import numpy as np

from grader.calculus import special
from grader.calculus import terms as t
from grader.calculus.special import Array
from grader.calculus.terms import Call, Choice, Term
from reference.ops.elementwise import erf

Numeric: TypeAlias = Callable[..., Array]
Precise: TypeAlias = Callable[..., Any]
Slope: TypeAlias = Callable[..., tuple[Term, ...]]
Build: TypeAlias = Callable[..., Term]


class ArityError(TypeError):
    """A function of another number of arguments than it takes; the message says of how many."""


class Bend(Enum):
    """Where a function has a kink or a jump: where its argument is zero, or where two of its arguments are equal."""

    ZERO = "zero"
    TIE = "tie"


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """One row of the table.

    `bare` are the words that are this function wherever they stand, with or without a bracket; `called` are the ones
    that are so in front of a bracket only, and may be names elsewhere. It takes `least` to `most` arguments.

    `real` and `complex` work on arrays, `precise` on mpmath's numbers; a row that is only `defined` by others has none
    of these. `slope(value, *arguments)` gives the partial derivatives as terms; None where there are none, or where
    they come from the definition. `odd` says that f(-x) = -f(x), or with False that f(-x) = f(x). `bend` is where
    samples must stand on both sides, `whole` that it is meant for whole numbers, `saturates` that it comes near 1 as
    fast as exp(-|x|^saturates). `operation` is its name in `reference.ops`.
    """

    name: str
    bare: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    least: int = 1
    most: int = 1
    real: Numeric | None = None
    complex: Numeric | None = None
    precise: Precise | None = None
    slope: Slope | None = None
    odd: bool | None = None
    bend: Bend | None = None
    whole: bool = False
    saturates: int = 0
    operation: str | None = None
    defined: Build | None = None

    def check(self, arguments: int) -> None:
        """Raise `ArityError` for a number of arguments that it does not take."""
        if not self.least <= arguments <= self.most:
            most = "" if self.most == self.least else f" to {self.most}"
            plural = "" if self.least == self.most == 1 else "s"
            raise ArityError(f"takes {self.least}{most} argument{plural}, got {arguments}")

    def of(self, *args: Term) -> Term:
        """The function of its arguments, by its definition if it has one. Raises `ArityError`."""
        self.check(len(args))
        return Call(self.name, args) if self.defined is None else self.defined(*args)


def _square(x: Term) -> Term:
    return t.power(x, t.TWO)


def _over(x: Term) -> Term:
    return t.power(x, t.MINUS_ONE)


def root(x: Term, order: Term = t.TWO) -> Term:
    """The principal root."""
    return t.power(x, t.power(order, t.MINUS_ONE))


def logarithm(x: Term, base: Term | None = None) -> Term:
    """The natural logarithm, or that to a base."""
    natural = t.call("log", x)
    return natural if base is None else t.divide(natural, t.call("log", base))


def exponential(x: Term) -> Term:
    """e to a power."""
    return t.ONE if x == t.ZERO else t.call("exp", x)


def _logistic(x: Term) -> Term:
    return _over(t.add(t.ONE, exponential(t.negative(x))))


def _softplus(x: Term) -> Term:
    return logarithm(t.add(t.ONE, exponential(x)))


def _normal(x: Term) -> Term:
    """The distribution function of the standard normal law."""
    return t.mul(t.HALF, t.add(t.ONE, t.call("erf", t.divide(x, root(t.TWO)))))


def _less_one(x: Term) -> Term:
    return t.add(x, t.MINUS_ONE)


def _one_less(x: Term) -> Term:
    return t.add(t.ONE, t.negative(x))


def _everywhere(
    name: str, written: str, function: Numeric, precise: Precise, slope: Build | None, **more: Any
) -> Function:
    """A row of a function of one complex number."""
    bare, _, called = written.partition("|")
    slopes = None if slope is None else lambda value, x: (slope(value, x),)
    return Function(
        name, tuple(bare.split()), tuple(called.split()),
        real=function, complex=more.pop("complex", function), precise=precise, slope=slopes, **more,
    )  # fmt: skip


def _on_reals(
    name: str, written: str, function: Numeric, precise: Precise, slope: Build | None = None, **more: Any
) -> Function:
    """A row of a function of real numbers."""
    return _everywhere(
        name, written, function, special.precisely_real(precise), slope, complex=special.real_only(function), **more
    )


def _of_two(name: str, written: str, function: Numeric, precise: Precise, **more: Any) -> Function:
    return _on_reals(name, written, function, precise, **{"least": 2, "most": 2, **more})


def _constant(name: str, value: complex, precise: Callable[[], Any]) -> Function:
    array = np.asarray(value)
    return Function(
        name, least=0, most=0, real=lambda: array, complex=lambda: array, precise=precise, slope=lambda _: ()
    )


def _compared(sign: str, holds: Callable[[Any, Any], Any]) -> Function:
    """A comparison, worth 1 or 0, and so constant but where its sides are equal."""
    row = _of_two(
        sign, "",
        lambda a, b: np.where(np.isnan(a) | np.isnan(b), np.nan, holds(a, b)).astype(float),
        lambda a, b: mp.mpf(1 if holds(a, b) else 0),
        bend=Bend.TIE,
    )  # fmt: skip
    return replace(row, slope=lambda *_: (t.ZERO, t.ZERO))


def _defined(name: str, written: str, definition: Build, *, most: int = 1, least: int = 1, **more: Any) -> Function:
    """A row of a function that is made of others."""
    bare, _, called = written.partition("|")
    return Function(
        name, tuple(bare.split()), tuple(called.split()), defined=definition, least=least, most=most, **more
    )


def _reciprocal(name: str, written: str, of: str) -> Function:
    return _defined(name, written, lambda x: _over(Call(of, (x,))))


def _of_reciprocal(name: str, written: str, of: str) -> Function:
    return _defined(name, written, lambda x: Call(of, (_over(x),)))


def _minus_over_root(x: Term) -> Term:
    return t.negative(_over(root(_one_less(_square(x)))))


_TEN = t.const(10)
_HUNDREDTH = t.Const(Fraction(1, 100))

_ROWS = (
    _constant("pi", np.pi, lambda: +mp.pi),
    _constant("e", np.e, lambda: +mp.e),
    _constant("i", 1j, lambda: mp.mpc(0, 1)),
    _constant("eulergamma", 0.5772156649015329, lambda: +mp.euler),
    # Exponentials and logarithms. A logarithm may say its base, `log(x, b)`.
    _everywhere("exp", "exp", np.exp, mp.exp, lambda value, _: value, operation="exp", defined=exponential),
    _everywhere(
        "log", "log ln | logbase", np.log, mp.log, lambda _, x: _over(x), most=2, operation="log", defined=logarithm
    ),
    _defined("log10", "log10 lg", lambda x, base=_TEN: logarithm(x, base), most=2, operation="log10"),
    _defined("log2", "log2 lb", lambda x: logarithm(x, t.TWO)),
    _defined("log1p", "log1p", lambda x: logarithm(t.add(t.ONE, x))),
    _defined("expm1", "expm1", lambda x: _less_one(exponential(x))),
    # Powers and roots.
    _defined("sqrt", "sqrt", root, most=2, operation="sqrt"),
    _defined("root", "| root nthroot", root, most=2),
    _defined("cbrt", "cbrt", lambda x: root(x, t.const(3))),
    _defined("square", "| square", _square, operation="square"),
    _defined("power", "| pow power", t.power, least=2, most=2, operation="power"),
    _defined("hypot", "| hypot", lambda *sides: root(t.add(*map(_square, sides))), most=50),
    # Trigonometry.
    _everywhere("sin", "sin", np.sin, mp.sin, lambda _, x: t.call("cos", x), odd=True, operation="sin"),
    _everywhere(
        "cos", "cos", np.cos, mp.cos, lambda _, x: t.negative(t.call("sin", x)), odd=False, operation="cos"
    ),
    _everywhere("tan", "tan", np.tan, mp.tan, lambda value, _: t.add(t.ONE, _square(value)), odd=True),
    _everywhere(
        "asin", "arcsin asin", np.arcsin, mp.asin, lambda _, x: _over(root(_one_less(_square(x)))), odd=True
    ),
    _everywhere("acos", "arccos acos", np.arccos, mp.acos, lambda _, x: _minus_over_root(x)),
    _everywhere(
        "atan", "arctan atan", np.arctan, mp.atan, lambda _, x: _over(t.add(t.ONE, _square(x))), odd=True
    ),
    _of_two("atan2", "| atan2 arctan2", np.arctan2, mp.atan2),
    _reciprocal("sec", "sec", "cos"),
    _reciprocal("csc", "csc cosec", "sin"),
    _reciprocal("cot", "cot | cotan ctg", "tan"),
    _of_reciprocal("asec", "arcsec asec", "acos"),
    _of_reciprocal("acsc", "arccsc acsc | arccosec acosec", "asin"),
    _of_reciprocal("acot", "arccot acot", "atan"),
    # Hyperbolic functions.
    _everywhere("sinh", "sinh", np.sinh, mp.sinh, lambda _, x: t.call("cosh", x), odd=True),
    _everywhere("cosh", "cosh", np.cosh, mp.cosh, lambda _, x: t.call("sinh", x), odd=False),
    _everywhere(
        "tanh", "tanh", np.tanh, mp.tanh, lambda value, _: _one_less(_square(value)),
        odd=True, saturates=1, operation="tanh",
    ),
    _everywhere(
        "asinh", "asinh arsinh arcsinh", np.arcsinh, mp.asinh,
        lambda _, x: _over(root(t.add(_square(x), t.ONE))), odd=True,
    ),
    _everywhere(
        "acosh", "acosh arcosh arccosh", np.arccosh, mp.acosh,
        lambda _, x: t.mul(_over(root(_less_one(x))), _over(root(t.add(x, t.ONE)))),
    ),
    _everywhere(
        "atanh", "atanh artanh arctanh", np.arctanh, mp.atanh, lambda _, x: _over(_one_less(_square(x))), odd=True
    ),
    _reciprocal("sech", "sech", "cosh"),
    _reciprocal("csch", "csch cosech", "sinh"),
    _reciprocal("coth", "coth", "tanh"),
    _of_reciprocal("asech", "asech arsech arcsech", "acosh"),
    _of_reciprocal("acsch", "acsch arcsch arccsch | acosech arcosech arccosech", "asinh"),
    _of_reciprocal("acoth", "acoth arcoth arccoth", "atanh"),
    # Sizes, signs, parts and rounding.
    _everywhere(
        "abs", "| abs absolute cabs fabs", np.abs, abs, lambda _, x: t.call("sign", x),
        odd=False, bend=Bend.ZERO, operation="absolute",
    ),
    _everywhere(
        "sign", "sign sgn signum", np.sign, mp.sign, lambda *_: t.ZERO, complex=special.sign, odd=True, bend=Bend.ZERO
    ),
    _on_reals(
        "step", "step heaviside | unit_step hstep unitstep", lambda x: np.heaviside(x, 0.5),
        lambda x: (mp.sign(x) + 1) / 2, lambda *_: t.ZERO, bend=Bend.ZERO, operation="step",
    ),
    _of_two(
        "max", "| max maximum", special.largest, max, least=1, most=50, bend=Bend.TIE, operation="maximum",
        defined=lambda first, *rest: t.call("max", first, *rest) if rest else first,
    ),
    _of_two(
        "min", "| min minimum", special.smallest, min, least=1, most=50, bend=Bend.TIE, operation="minimum",
        defined=lambda first, *rest: t.call("min", first, *rest) if rest else first,
    ),
    _defined(
        "clip", "| clip clamp",
        lambda x, low, high: t.call("min", t.call("max", x, low), high), least=3, most=3,
    ),
    _on_reals("floor", "floor", np.floor, mp.floor, lambda *_: t.ZERO),
    _on_reals("ceil", "ceil ceiling", np.ceil, mp.ceil, lambda *_: t.ZERO),
    _on_reals("round", "round", np.round, mp.nint, lambda *_: t.ZERO),
    _of_two("mod", "| mod", np.mod, lambda a, b: a - b * mp.floor(a / b)),
    _of_two(
        "gcd", "| gcd", lambda a, b: special.on_whole(np.gcd, a, b),
        lambda a, b: mp.mpf(special.common_divisor(a, b)), whole=True,
    ),
    _of_two(
        "lcm", "| lcm", lambda a, b: special.on_whole(np.lcm, a, b),
        lambda a, b: abs(a * b) / special.common_divisor(a, b), whole=True,
    ),
    _everywhere("re", "Re | re real realpart", np.real, mp.re, lambda *_: t.ONE),
    _everywhere("im", "Im | im imag imagpart", np.imag, mp.im, None),
    _everywhere("conj", "conj | conjugate", np.conj, mp.conj, None),
    _everywhere("arg", "arg | carg", np.angle, mp.arg, None),
    # Factorials and what is counted with them.
    _everywhere("gamma", "| gamma gamma_function", special.gamma, special.precise_gamma, None),
    _everywhere(
        "factorial", "| factorial fact fac", special.factorial, lambda x: special.precise_gamma(x + 1), None, whole=True
    ),
    _on_reals(
        "doublefactorial", "| doublefactorial factorial2", special.double_factorial, special.precise_double, whole=True
    ),
    _everywhere(
        "binomial", "| binomial choose binom ncr comb", special.binomial, special.precise_binomial, None,
        least=2, most=2, whole=True,
    ),
    _defined(
        "permutations", "| npr permutation",
        lambda n, k: t.divide(t.call("factorial", n), t.call("factorial", t.add(n, t.negative(k)))), least=2, most=2,
    ),
    # Activations, and what they are made of.
    _on_reals(
        "relu", "relu ReLU Relu RELU", lambda x: np.maximum(x, 0.0), lambda x: max(x, mp.mpf(0)),
        lambda _, x: t.call(">", x, t.ZERO), bend=Bend.ZERO, operation="relu",
    ),
    _defined(
        "leaky_relu", "| leakyrelu leaky_relu LeakyReLU",
        lambda x, slope=_HUNDREDTH: t.call("max", x, t.mul(slope, x)), most=2,
    ),
    _defined(
        "elu", "elu | ELU",
        lambda x, scale=t.ONE: Choice(
            ((t.call(">", x, t.ZERO), x), (t.ONE, t.mul(scale, _less_one(exponential(x)))))
        ), most=2,
    ),
    _defined(
        "sigmoid", "sigmoid Sigmoid | sigma logistic expit", _logistic,
        slope=lambda value, _: (t.mul(value, _one_less(value)),), operation="sigmoid",
    ),
    _defined("logit", "logit", lambda p: logarithm(t.divide(p, _one_less(p)))),
    _defined("softplus", "softplus | Softplus", _softplus, operation="softplus"),
    _defined("logsigmoid", "logsigmoid | LogSigmoid", lambda x: t.negative(_softplus(t.negative(x)))),
    _defined("silu", "silu SiLU swish | Swish", lambda x: t.mul(x, _logistic(x))),
    _defined("gelu", "gelu GELU", lambda x: t.mul(x, _normal(x))),
    _defined("softsign", "softsign", lambda x: t.divide(x, t.add(t.ONE, t.call("abs", x)))),
    _on_reals(
        "erf", "erf", erf, mp.erf,
        lambda _, x: t.mul(t.TWO, _over(root(t.PI)), t.call("exp", t.negative(_square(x)))),
        odd=True, saturates=2, operation="erf",
    ),
    _defined("erfc", "erfc", lambda x: _one_less(t.call("erf", x))),
    _defined("normal_cdf", "normcdf | Phi normal_cdf ndtr", _normal),
    # Comparisons are worth 1 or 0.
    _compared(">", lambda a, b: a > b),
    _compared("<", lambda a, b: a < b),
    _compared(">=", lambda a, b: a >= b),
    _compared("<=", lambda a, b: a <= b),
    _compared("=", lambda a, b: a == b),
    _compared("!=", lambda a, b: a != b),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = MappingProxyType({row.name: row for row in _ROWS})
"""Every function by its own name, by which `Call` has it."""


def _spellings() -> Mapping[str, Function]:
    """All spellings; one that two rows claimed would be a mistake of this table."""
    found: dict[str, Function] = {}
    for row in _ROWS:
        for word in (*row.bare, *row.called):
            if found.setdefault(word, row) is not row:
                raise ValueError(f"{word!r} spells both {found[word].name} and {row.name}")
    return MappingProxyType(found)


SPELLINGS: Mapping[str, Function] = _spellings()
"""Every spelling of every function."""


def _capitalised(word: str) -> tuple[str, ...]:
    """A word as it is and, as Mathematica has it, with a capital."""
    return (word, word[0].upper() + word[1:]) if len(word) > 2 else (word,)


CONSTANTS: Mapping[str, Term] = MappingProxyType(
    {
        "pi": t.PI,
        "%pi": t.PI,
        "e": t.E,
        "%e": t.E,
        "i": t.I,
        "%i": t.I,
        "%gamma": t.call("eulergamma"),
        "%phi": t.mul(t.HALF, t.add(t.ONE, root(t.const(5)))),
    }
)
"""Every spelling of a constant of mathematics; those with a percent sign are Maxima's."""

WORDS: frozenset[str] = frozenset(spelled for row in _ROWS for word in row.bare for spelled in _capitalised(word))
"""The words that are functions wherever they stand."""

# Functions which, raised to -1 before their argument, are their own inverses' names: sin^{-1} is arcsin.
INVERTED: Mapping[str, str] = MappingProxyType(
    {
        word: f"arc{word}"
        for word in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch")
    }
)


def spelled(word: str) -> Function | None:
    """The function that a word spells, also in capitals (`Log`, `EXP`); one letter is none."""
    return SPELLINGS.get(word) or (SPELLINGS.get(word.lower()) if len(word) > 1 else None)
