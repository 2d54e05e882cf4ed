"""Functions of formulas: the elementwise ones, and comparisons, as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from reference.graph import Array
from reference.ops import sigmoid


def _sigmoid_slope(a: Array) -> Array:
    return sigmoid(a) * sigmoid(-a)


def _relu(a: Array) -> Array:
    return np.maximum(a, 0.0)


def _open(a: Array) -> Array:
    return (a > 0).astype(np.float64)


# By name and number of primes.
ELEMENTWISE: Mapping[tuple[str, int], Callable[[Array], Array]] = {
    **dict.fromkeys([(name, 0) for name in ("relu", "ReLU", "Relu", "RELU")], _relu),
    **dict.fromkeys([(name, 1) for name in ("relu", "ReLU", "Relu", "RELU")], _open),
    **dict.fromkeys([("sigma", 0), ("sigmoid", 0), ("Sigmoid", 0)], sigmoid),
    **dict.fromkeys([("sigma", 1), ("sigmoid", 1), ("Sigmoid", 1)], _sigmoid_slope),
    **dict.fromkeys([("log", 0), ("ln", 0)], np.log),
    ("exp", 0): np.exp,
    ("sqrt", 0): np.sqrt,
    ("tanh", 0): np.tanh,
    **dict.fromkeys([("sign", 0), ("sgn", 0), ("signum", 0)], np.sign),
    **dict.fromkeys([("step", 0), ("heaviside", 0)], _open),
}

COMPARISONS: Mapping[str, Callable[[Array, Array], Array]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "!=": np.not_equal,
}
