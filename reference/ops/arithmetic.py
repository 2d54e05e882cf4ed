"""Functions of two and three variables, entry by entry, broadcast as in NumPy behind the batch axis."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from reference.operations import Operation, Variant
from reference.ops.batching import Array
from reference.ops.pointwise import applied, derived, first, pointwise, pulled, second, taken


def _by_exponent(out: Array, a: Array) -> Array:
    # a^n ln a; 0 at a = 0, as the limit is for n > 0. For a < 0 the power is no function of real exponents near n.
    return np.where(a < 0.0, np.nan, out * np.log(np.where(a > 0.0, a, 1.0)))


def _power_slopes(out: Array, a: Array, n: Array) -> tuple[Array, Array]:
    # n a^(n-1); a constant, n = 0, has slope 0 at a = 0 too.
    lowered = a ** np.where(n == 0.0, 0.0, n - 1.0)
    return n * lowered, _by_exponent(out, a)


def _larger(_: Array, a: Array, b: Array) -> tuple[Array, Array]:
    # Where both are equal each has half: the middle of the subgradients, and what PyTorch gives.
    share = np.where(a == b, 0.5, a > b)
    return share, 1.0 - share


def _smaller(out: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return _larger(out, b, a)


def _averaged(g: Array, _: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The vjp of a + b with the mean where a broadcast b has the sum."""
    by_a, by_b = pulled(lambda *_: (1.0, 1.0))(g, g, a, b)
    return by_a, by_b * (prod(b.shape[1:]) / prod(g.shape[1:]))


def _spread(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return prod(a) > prod(b)


def _passed_to_both(what: str) -> Variant:
    return derived(
        f"the gradient of the {what} {{node}} goes to both, not only to the one that was taken", lambda *_: (1.0, 1.0)
    )


ARITHMETIC: Mapping[str, Operation] = {
    "add": pointwise(
        np.add,
        lambda *_: (1.0, 1.0),
        second_forgotten=Variant("{parents[1]} is left out", applied(first)),
        second_averaged=Variant(
            "the gradient by {parents[1]} is averaged over the entries that it is added to, not summed",
            None,
            _averaged,
            _spread,
        ),
    ),
    "subtract": pointwise(
        np.subtract,
        lambda *_: (1.0, -1.0),
        exchanged=taken(
            "{parents[0]} is subtracted from {parents[1]}, not the other way round",
            lambda a, b: b - a,
            lambda *_: (-1.0, 1.0),
        ),
        added=taken("{parents[1]} is added, not subtracted", np.add, lambda *_: (1.0, 1.0)),
        second_forgotten=taken("{parents[1]} is left out", first, lambda *_: (1.0, 0.0)),
        sign_lost=derived("the minus sign before {parents[1]} is lost in the gradient by it", lambda *_: (1.0, 1.0)),
    ),
    "multiply": pointwise(
        np.multiply,
        lambda _, a, b: (b, a),
        first_forgotten=taken("the factor {parents[0]} is left out", second, lambda *_: (0.0, 1.0)),
        second_forgotten=taken("the factor {parents[1]} is left out", first, lambda *_: (1.0, 0.0)),
        added=taken("{parents[0]} and {parents[1]} are added, not multiplied", np.add, lambda *_: (1.0, 1.0)),
        factors_exchanged=derived(
            "the derivative of the product {node} by a factor is taken for that factor, not for the other one",
            lambda _, a, b: (a, b),
        ),
    ),
    "divide": pointwise(
        np.divide,
        lambda _, a, b: (1.0 / b, -a / b**2),
        exchanged=taken("the fraction {node} is upside down", lambda a, b: b / a, lambda _, a, b: (-b / a**2, 1.0 / a)),
        second_forgotten=taken("the division by {parents[1]} is left out", first, lambda *_: (1.0, 0.0)),
        sign_lost=derived(
            "the minus sign of the derivative by the denominator {parents[1]} is lost",
            lambda _, a, b: (1.0 / b, a / b**2),
        ),
        square_lost=derived(
            "the derivative by the denominator {parents[1]} is divided by it, not by its square",
            lambda _, a, b: (1.0 / b, -a / b),
        ),
    ),
    "power": pointwise(
        np.power,
        _power_slopes,
        multiplied=taken(
            "{parents[0]} is multiplied by the exponent, not raised to it", np.multiply, lambda _, a, n: (n, a)
        ),
        factor_lost=derived(
            "the exponent is left out as a factor of the power's derivative",
            lambda out, a, n: (a ** (n - 1.0), _by_exponent(out, a)),
        ),
        exponent_kept=derived(
            "the exponent does not go down by one in the power's derivative",
            lambda out, a, n: (n * out, _by_exponent(out, a)),
        ),
    ),
    "maximum": pointwise(
        np.maximum,
        _larger,
        exchanged=taken("the smaller is taken in {node}, not the larger", np.minimum, _smaller),
        gate_lost=_passed_to_both("maximum"),
    ),
    "minimum": pointwise(
        np.minimum,
        _smaller,
        exchanged=taken("the larger is taken in {node}, not the smaller", np.maximum, _larger),
        gate_lost=_passed_to_both("minimum"),
    ),
    # The step of a gated recurrent unit, (1 - z) old + z new; others write z old + (1 - z) new (Cho et al., 2014).
    "blend": pointwise(
        lambda z, old, new: (1.0 - z) * old + z * new,
        lambda _, z, old, new: (new - old, 1.0 - z, z),
        gate_exchanged=taken(
            "the weights of the old state {parents[1]} and of the new one are exchanged in {node}",
            lambda z, old, new: z * old + (1.0 - z) * new,
            lambda _, z, old, new: (old - new, z, 1.0 - z),
        ),
        old_forgotten=taken(
            "the share of the old state {parents[1]} is left out",
            lambda z, _, new: z * new,
            lambda _, z, __, new: (new, 0.0, z),
        ),
        sign_lost=derived(
            "the sign of the gradient by {parents[0]} is turned",
            lambda _, z, old, new: (old - new, 1.0 - z, z),
        ),
    ),
}
