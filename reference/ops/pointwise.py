"""Operations that act entry by entry, made of a function and its slopes.

With out = f(a, b, ...) and a loss L, dL/da = sum over the entries that a was broadcast to of dL/dout * df/da (the chain
rule; Griewank and Walther, "Evaluating Derivatives", ch. 3). Slopes are a function of (out, a, b, ...): df/da, or a
tuple (df/da, df/db, ...) where there are several.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, aligned, gathered

Function: TypeAlias = Callable[..., Array]
Slopes: TypeAlias = Callable[..., Any]


def pointwise(function: Function, slopes: Slopes, **variants: Variant) -> Operation:
    """The operation that is `function` at every entry, broadcast as in NumPy behind the batch axis."""
    return Operation(applied(function), pulled(slopes), variants)


def taken(sentence: str, function: Function, slopes: Slopes) -> Variant:
    """The misreading that takes `function` for the operation, forward and backward."""
    return Variant(sentence, applied(function), pulled(slopes))


def derived(sentence: str, slopes: Slopes) -> Variant:
    """The misreading that goes back by wrong slopes, behind a right forward pass."""
    return Variant(sentence, None, pulled(slopes))


def applied(function: Function) -> Rule:
    """A forward rule; the output has the shape that all arguments broadcast to, even where some of them are unused."""

    def forward(*arguments: Array) -> Array:
        placed = aligned(*arguments)
        value, shape = function(*placed), np.broadcast(*placed).shape
        return value if value.shape == shape else np.broadcast_to(value, shape).copy()

    return forward


def pulled(slopes: Slopes) -> Rule:
    """A vjp by slopes."""

    def vjp(g: Array, out: Array, *arguments: Array) -> tuple[Array, ...]:
        found = slopes(out, *aligned(*arguments))
        pairs = zip(found if isinstance(found, tuple) else (found,), arguments, strict=True)
        return tuple(gathered(g * slope, argument) for slope, argument in pairs)

    return vjp


def one(*_: Array) -> float:
    """The slope of what is passed on as it is."""
    return 1.0


def zero(*_: Array) -> float:
    """The slope of what is constant."""
    return 0.0


def first(a: Array, *_: Array) -> Array:
    """The first argument alone."""
    return a.copy()


def second(_: Array, b: Array, *__: Array) -> Array:
    """The second argument alone."""
    return b.copy()
