"""Functions of one variable, entry by entry."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from reference.operations import Operation, Variant
from reference.ops.batching import Array
from reference.ops.pointwise import derived, first, one, pointwise, taken, zero

LN_10 = float(np.log(10.0))
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


def sigmoid(a: Array) -> Array:
    """1 / (1 + exp(-a)) without overflow."""
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, small) / (1.0 + small)


def _sigmoid_vjp(g: Array, out: Array, a: Array) -> tuple[Array]:
    # 1 - p loses its digits near p = 1, so it is sigmoid(-a) wherever `out` is sigmoid(a) and not a given value.
    complement = np.where(out == sigmoid(a), sigmoid(-a), 1.0 - out)
    return (g * out * complement,)


def _relu_vjp(g: Array, out: Array, _: Array) -> tuple[Array]:
    return (g * (out > 0),)


def _pass(g: Array, *_: Array) -> tuple[Array]:
    return (g.copy(),)


def _turned(g: Array, *_: Array) -> tuple[Array]:
    return (-g,)


def _tanh_slope(h: Array, a: Array) -> Array:
    # 1 - h^2 = 4 e / (1 + e)^2 with e = exp(-2|a|) keeps its digits near h = 1; a given h goes by 1 - h^2.
    small = np.exp(-2.0 * np.abs(a))
    return np.where(h == np.tanh(a), 4.0 * small / (1.0 + small) ** 2, 1.0 - h**2)


def softplus(a: Array) -> Array:
    """log(1 + exp(a)) without overflow."""
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


_ERF = np.vectorize(math.erf, otypes=[np.float64])


def erf(a: Array) -> Array:
    """The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to a."""
    values: Array = _ERF(a)
    return values


def _forgotten(what: str) -> Variant:
    return Variant(f"the {what} of {{node}} is forgotten", np.copy, _pass)


def _derivative_lost(what: str) -> Variant:
    return derived(f"the derivative of the {what} of {{node}} is left out", one)


ELEMENTWISE: Mapping[str, Operation] = {
    "relu": Operation(
        lambda a: np.maximum(a, 0.0),
        _relu_vjp,
        {
            "forgotten": _forgotten("ReLU"),
            "gate_lost": Variant("the gate of the ReLU of {node} is left out of the gradient", None, _pass),
        },
    ),
    "sigmoid": Operation(
        sigmoid,
        _sigmoid_vjp,
        {
            "forgotten": _forgotten("sigmoid"),
            "complement": Variant(
                "{node} is taken for what belongs to the other class",
                lambda a: sigmoid(-a),
                lambda g, out, a: (-_sigmoid_vjp(g, out, -a)[0],),
            ),
            "derivative_lost": _derivative_lost("sigmoid"),
        },
    ),
    "log": Operation(
        np.log,
        lambda g, _, a: (g / a,),
        {
            "forgotten": Variant("the gradient is that of {parents[0]}, not of its logarithm", np.copy, _pass),
            "base_ten": Variant(
                "the logarithm {node} is taken to base 10; log is the natural logarithm here",
                np.log10,
                lambda g, _, a: (g / (a * np.log(10.0)),),
            ),
        },
    ),
    "objective": Operation(
        np.copy,
        _pass,
        {"sign": Variant("the sign is turned: the gradients are those of -{node}", np.negative, _turned)},
    ),
    "negate": Operation(np.negative, _turned),
    "tanh": pointwise(
        np.tanh,
        _tanh_slope,
        forgotten=_forgotten("tanh"),
        derivative_lost=_derivative_lost("tanh"),
        square_lost=derived("the square in the derivative of tanh is lost at {node}", lambda h, _: 1.0 - h),
        output_put_in=derived(
            "the derivative of tanh is taken at {node}, which is a tanh already, not at {parents[0]}",
            lambda h, _: 1.0 - np.tanh(h) ** 2,
        ),
    ),
    "exp": pointwise(
        np.exp,
        first,
        forgotten=_forgotten("exponential"),
        derivative_lost=_derivative_lost("exponential"),
    ),
    "log10": pointwise(
        np.log10,
        lambda _, a: 1.0 / (a * LN_10),
        natural=taken("the logarithm {node} is taken to base e, not to base 10", np.log, lambda _, a: 1.0 / a),
        base_lost=derived(
            "the factor 1/ln 10 of the derivative of a logarithm to base 10 is left out", lambda _, a: 1.0 / a
        ),
    ),
    "sqrt": pointwise(
        np.sqrt,
        lambda root, _: 0.5 / root,
        forgotten=_forgotten("square root"),
        half_lost=derived("the factor 1/2 of the square root's derivative is lost", lambda root, _: 1.0 / root),
    ),
    "absolute": pointwise(
        np.abs,
        lambda _, a: np.sign(a),
        forgotten=_forgotten("absolute value"),
        sign_lost=derived(
            "the derivative of the absolute value {node} is taken for 1, not for the sign of {parents[0]}", one
        ),
    ),
    "square": pointwise(
        np.square,
        lambda _, a: 2.0 * a,
        forgotten=_forgotten("square"),
        factor_lost=derived("the factor 2 of the square's derivative is lost", lambda _, a: a),
    ),
    "softplus": pointwise(
        softplus,
        lambda _, a: sigmoid(a),
        forgotten=_forgotten("softplus"),
        derivative_lost=_derivative_lost("softplus"),
    ),
    "reciprocal": pointwise(
        lambda a: 1.0 / a,
        lambda out, _: -(out**2),
        forgotten=_forgotten("reciprocal"),
        sign_lost=derived(
            "the minus sign of the derivative of the reciprocal of {parents[0]} is lost", lambda out, _: out**2
        ),
        square_lost=derived(
            "the square in the derivative of the reciprocal of {parents[0]} is lost", lambda out, _: -out
        ),
    ),
    "erf": pointwise(
        erf,
        lambda _, a: TWO_OVER_ROOT_PI * np.exp(-(a**2)),
        forgotten=_forgotten("error function"),
        derivative_lost=_derivative_lost("error function"),
        constant_lost=derived(
            "the factor 2/sqrt(pi) of the error function's derivative is left out", lambda _, a: np.exp(-(a**2))
        ),
    ),
    "sin": pointwise(
        np.sin,
        lambda _, a: np.cos(a),
        forgotten=_forgotten("sine"),
        cosine=taken("the cosine is taken for the sine in {node}", np.cos, lambda _, a: -np.sin(a)),
        derivative_lost=_derivative_lost("sine"),
    ),
    "cos": pointwise(
        np.cos,
        lambda _, a: -np.sin(a),
        forgotten=_forgotten("cosine"),
        sine=taken("the sine is taken for the cosine in {node}", np.sin, lambda _, a: np.cos(a)),
        sign_lost=derived("the minus sign of the cosine's derivative is lost", lambda _, a: np.sin(a)),
    ),
    "step": pointwise(
        lambda a: (a > 0.0) * 1.0,
        zero,
        complement=taken(
            "the indicator {node} is 1 where {parents[0]} is not positive",
            lambda a: (a <= 0.0) * 1.0,
            zero,
        ),
        slope_one=derived("the indicator {node} lets the gradient through, though it is constant", one),
    ),
}
