"""Every spelling of a function that people type, and the term that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from grader.language.vocabulary import words
from grader.meaning import terms as t
from grader.meaning.functions import FUNCTIONS
from grader.meaning.terms import Call, Term

Builder = Callable[..., Term]


def _named(name: str) -> Builder:
    """The function itself; a `TypeError` for another number of arguments than it takes."""
    function = FUNCTIONS[name]

    def build(*args: Term) -> Term:
        if not function.least <= len(args) <= function.most:
            raise TypeError
        return Call(name, args)

    return build


def _extreme(name: str) -> Builder:
    build = _named(name)
    return lambda first, *rest: build(first, *rest) if rest else first


def _reciprocal(name: str) -> Builder:
    return lambda x: t.power(Call(name, (x,)), t.MINUS_ONE)


def _of_reciprocal(name: str) -> Builder:
    return lambda x: Call(name, (t.power(x, t.MINUS_ONE),))


def root(x: Term, order: Term = t.TWO) -> Term:
    """The principal root."""
    return t.power(x, t.power(order, t.MINUS_ONE))


def logarithm(x: Term, base: Term | None = None) -> Term:
    """The natural logarithm, or that of a base."""
    natural = t.call("log", x)
    return natural if base is None else t.divide(natural, t.call("log", base))


def _common(x: Term, base: Term | None = None) -> Term:
    return logarithm(x, t.const(10) if base is None else base)


def exponential(x: Term) -> Term:
    """e to a power."""
    return t.ONE if x == t.ZERO else t.call("exp", x)


def _sigmoid(x: Term) -> Term:
    return t.power(t.add(t.ONE, exponential(t.negative(x))), t.MINUS_ONE)


def _softplus(x: Term) -> Term:
    return t.call("log", t.add(t.ONE, exponential(x)))


def _arccot(x: Term) -> Term:
    return t.call("atan", t.power(x, t.MINUS_ONE))


def _leaky(x: Term, slope: Term = t.Const(Fraction(1, 100))) -> Term:  # noqa: B008
    return t.call("max", x, t.mul(slope, x))


def _permutations(n: Term, k: Term) -> Term:
    return t.divide(t.call("factorial", n), t.call("factorial", t.add(n, t.negative(k))))


def _hypotenuse(*sides: Term) -> Term:
    return root(t.add(*(t.power(side, t.TWO) for side in sides)))


_DIRECT = words(
    "sin cos tan sinh cosh tanh abs floor gcd lcm re im conj arg erf gamma factorial binomial mod atan2 sign relu"
    " step round"
)


_ALIASES = {
    "absolute": "abs", "cabs": "abs", "fabs": "abs", "sgn": "sign", "signum": "sign", "ceiling": "ceil", "ceil": "ceil",
    "realpart": "re", "real": "re", "imagpart": "im", "imag": "im", "conjugate": "conj", "carg": "arg",
    "fact": "factorial",
    "choose": "binomial", "binom": "binomial", "ncr": "binomial", "comb": "binomial",
    "heaviside": "step", "unit_step": "step", "hstep": "step", "unitstep": "step", "fac": "factorial",
    "doublefactorial": "doublefactorial", "factorial2": "doublefactorial", "arctan2": "atan2",
}  # fmt: skip

_INVERSES = {
    f"{prefix}{name}": f"a{name}"
    for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")
    for prefix in ("a", "arc", "ar")
    if prefix != "ar" or name.endswith("h")
}

_RECIPROCALS = {
    "sec": "cos", "csc": "sin", "cosec": "sin", "cot": "tan", "cotan": "tan", "ctg": "tan",
    "sech": "cosh", "csch": "sinh", "cosech": "sinh", "coth": "tanh",
}  # fmt: skip

_OF_RECIPROCALS = {
    f"{prefix}{name}": inverse
    for name, inverse in {
        "sec": "acos", "csc": "asin", "cosec": "asin", "sech": "acosh", "csch": "asinh", "cosech": "asinh",
        "coth": "atanh",
    }.items()
    for prefix in ("a", "arc", "ar")
}  # fmt: skip

FUNCTION_SPELLINGS: Mapping[str, Builder] = MappingProxyType(
    {name: _named(name) for name in _DIRECT}
    | {spelling: _named(name) for spelling, name in (_ALIASES | _INVERSES).items()}
    | {spelling: _reciprocal(name) for spelling, name in _RECIPROCALS.items()}
    | {spelling: _of_reciprocal(name) for spelling, name in _OF_RECIPROCALS.items()}
    | {
        "max": _extreme("max"),
        "min": _extreme("min"),
        "maximum": _extreme("max"),
        "minimum": _extreme("min"),
        "exp": exponential,
        "log": logarithm,
        "ln": logarithm,
        "lg": _common,
        "logbase": logarithm,
        "log10": lambda x: logarithm(x, t.const(10)),
        "log2": lambda x: logarithm(x, t.TWO),
        "lb": lambda x: logarithm(x, t.TWO),
        "sqrt": root,
        "root": root,
        "nthroot": root,
        "cbrt": lambda x: root(x, t.const(3)),
        "pow": t.power,
        "power": t.power,
        "square": lambda x: t.power(x, t.TWO),
        "arccot": _arccot,
        "acot": _arccot,
        "sigmoid": _sigmoid,
        "softplus": _softplus,
        "leakyrelu": _leaky,
        "leaky_relu": _leaky,
        "erfc": lambda x: t.add(t.ONE, t.negative(t.call("erf", x))),
        "npr": _permutations,
        "permutation": _permutations,
        "hypot": _hypotenuse,
        "silu": lambda x: t.mul(x, _sigmoid(x)),
    }
)

CONSTANT_SPELLINGS: Mapping[str, Term] = MappingProxyType(
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

# Commands of computer algebra that leave the value as it is.
REWRITING: frozenset[str] = words(
    "expand factor simplify ratsimp fullratsimp radcan trigsimp trigreduce trigexpand rectform polarform partfrac"
    " simp gfactor factorial_simplify logcontract logexpand"
)

# Words that mean something which is not evaluated here: reading them as unknown functions would be a guess.
NOT_EVALUATED: frozenset[str] = words(
    "integrate int integral limit lim solve laplace ilt ode2 desolve tlimit quad_qags residue fourier dirac delta zeta"
    " polylog lambertw bessel besselj besseli beta psi digamma ev subst rand"
    " random plot set setof union intersection cardinality float numer bfloat rationalize mean median std var interval"
    " co oc cc oo intersect stackeq stacklet argmin argmax sup inf if then else"
)
