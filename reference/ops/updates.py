"""Update steps, entry by entry: gradient descent, momentum, Adam.

Momentum is v' = mu v + g (Polyak, 1964, with the rate in the step), Adam is by Kingma and Ba (2015), algorithm 1: the
two moments, their corrected forms m / (1 - beta^t), and the step. Rates and the step's number t are parents, so that a
homework may name them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from reference.operations import Operation
from reference.ops.batching import Array
from reference.ops.pointwise import Function, Slopes, first, pointwise, second, taken

Rules: TypeAlias = tuple[Function, Slopes]
Below: TypeAlias = Callable[[Array, Array], tuple[Array, Array, Array | float]]


def _descent(sign: float) -> Rules:
    """Parents w, g, eta."""
    return lambda w, g, eta: w + sign * eta * g, lambda _, __, g, eta: (1.0, sign * eta, sign * g)


def _average(power: int) -> Rules:
    """beta m + (1 - beta) g^power, with parents m, g, beta."""
    return (
        lambda m, g, beta: beta * m + (1.0 - beta) * g**power,
        lambda _, m, g, beta: (beta, (1.0 - beta) * power * g ** (power - 1), m - g**power),
    )


def _exchanged(power: int) -> Rules:
    """(1 - beta) m + beta g^power."""
    return (
        lambda m, g, beta: (1.0 - beta) * m + beta * g**power,
        lambda _, m, g, beta: (1.0 - beta, beta * power * g ** (power - 1), g**power - m),
    )


def _undamped(power: int) -> Rules:
    """beta m + g^power."""
    return (
        lambda m, g, beta: beta * m + g**power,
        lambda _, m, g, beta: (beta, power * g ** (power - 1), m),
    )


def _corrected_slopes(out: Array, _: Array, beta: Array, t: Array) -> tuple[Array, Array, Array]:
    # d/dbeta m (1 - beta^t)^-1 = m t beta^(t-1) / (1 - beta^t)^2, d/dt the same with beta^t ln beta for t beta^(t-1).
    rest = 1.0 - beta**t
    return 1.0 / rest, out * t * beta ** (t - 1.0) / rest, out * beta**t * np.log(beta) / rest


def _adam(below: Below, sign: float = -1.0) -> Rules:
    """w + sign eta m / below, with parents w, m, v, eta, eps; `below(v, eps)` gives it and its slopes by both."""

    def step(w: Array, m: Array, *rest: Array) -> Array:
        v, eta, eps = rest
        return w + sign * eta * m / below(v, eps)[0]

    def slopes(_: Array, __: Array, m: Array, *rest: Array) -> tuple[Array | float, ...]:
        v, eta, eps = rest
        value, by_v, by_eps = below(v, eps)
        change = -sign * eta * m / value**2
        return 1.0, sign * eta / value, change * by_v, sign * m / value, change * by_eps

    return step, slopes


def _root_and_eps(v: Array, eps: Array) -> tuple[Array, Array, float]:
    return np.sqrt(v) + eps, 0.5 / np.sqrt(v), 1.0


def _root_of_both(v: Array, eps: Array) -> tuple[Array, Array, Array]:
    root = np.sqrt(v + eps)
    return root, 0.5 / root, 0.5 / root


def _root_alone(v: Array, _: Array) -> tuple[Array, Array, float]:
    return np.sqrt(v), 0.5 / np.sqrt(v), 0.0


def _no_root(v: Array, eps: Array) -> tuple[Array, Array, float]:
    return v + eps, np.ones_like(v), 1.0


_SIGN = "the sign of the step is turned: it is added to {parents[0]}, not subtracted"
_WEIGHTS = "the weights of the old average {parents[0]} and of what is new are exchanged"

UPDATES: Mapping[str, Operation] = {
    "sgd": pointwise(
        *_descent(-1.0),
        sign=taken(_SIGN, *_descent(1.0)),
        rate_lost=taken("the step size {parents[2]} is left out", lambda w, g, _: w - g, lambda *_: (1.0, -1.0, 0.0)),
    ),
    "momentum_velocity": pointwise(
        *_undamped(1),
        damped=taken("the gradient is weighed by what {parents[2]} leaves of 1 in the velocity {node}", *_average(1)),
        memory_lost=taken("the old velocity {parents[0]} is left out", second, lambda *_: (0.0, 1.0, 0.0)),
    ),
    "adam_first": pointwise(
        *_average(1),
        weights_exchanged=taken(_WEIGHTS, *_exchanged(1)),
        undamped=taken("the factor before the gradient is left out, what {parents[2]} leaves of 1", *_undamped(1)),
    ),
    "adam_second": pointwise(
        *_average(2),
        weights_exchanged=taken(_WEIGHTS, *_exchanged(2)),
        undamped=taken(
            "the factor before the squared gradient is left out, what {parents[2]} leaves of 1", *_undamped(2)
        ),
        square_lost=taken("the gradient is not squared in the second moment {node}", *_average(1)),
    ),
    "bias_correction": pointwise(
        lambda m, beta, t: m / (1.0 - beta**t),
        _corrected_slopes,
        forgotten=taken("the bias correction of {parents[0]} is left out", first, lambda *_: (1.0, 0.0, 0.0)),
        power_lost=taken(
            "the power {parents[2]} of {parents[1]} is left out of the bias correction",
            lambda m, beta, _: m / (1.0 - beta),
            lambda out, _, beta, __: (1.0 / (1.0 - beta), out / (1.0 - beta), 0.0),
        ),
    ),
    "adam_step": pointwise(
        *_adam(_root_and_eps),
        sign=taken(_SIGN, *_adam(_root_and_eps, 1.0)),
        epsilon_inside=taken("{parents[4]} is added under the root, not to it", *_adam(_root_of_both)),
        epsilon_lost=taken("{parents[4]} is left out", *_adam(_root_alone)),
        root_lost=taken("the step is divided by {parents[2]}, not by its root", *_adam(_no_root)),
    ),
}
