"""The use of a quantity in one of several places: it passes the quantity on, and its part of the gradient back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reference.operations import Operation, Variant
from reference.ops.batching import Array


def _same(a: Array, **_: object) -> Array:
    return a.copy()


def _pass(g: Array, _: Array, __: Array, **___: object) -> tuple[Array]:
    return (g.copy(),)


def _nothing(g: Array, _: Array, __: Array, **___: object) -> tuple[Array]:
    return (np.zeros_like(g),)


# `owner` names the place, for the sentence; a gradient is the sum over all places (the multivariate chain rule).
USES: Mapping[str, Operation] = {
    "use": Operation(
        _same, _pass, {"lost": Variant("the contribution of {parents[0]} by way of {owner} is lost", None, _nothing)}
    ),
}
