"""What an operation is: its forward rule, its vector-Jacobian product, and the ways in which it is known to go wrong.

All rules take and give arrays with a leading batch axis. `vjp(g, out, *parents, **attributes)` gives, for each parent,
the gradient of the loss by it, from the gradient `g` by the output. A variant replaces the forward rule, the vjp, or
both; what it leaves out stays right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Rule: TypeAlias = Callable[..., Any]
Fits: TypeAlias = Callable[..., bool]


def always(*_: tuple[int, ...], **__: Any) -> bool:
    """Fits any shapes of parents and any attributes."""
    return True


@dataclass(frozen=True, slots=True)
class Variant:
    """A known wrong way: `sentence` tells a student about it, with `{node}` and `{parents[0]}`... as places.

    It says what is done wrong, so that it reads well behind "this is what comes out if ...".

    `fits(*shapes, **attributes)`, of the parents' shapes without the batch axis, says where it can be made: a mistake
    that gives an array of another shape, or none, is not one that a student can have made there.
    """

    sentence: str
    forward: Rule | None = None
    vjp: Rule | None = None
    fits: Fits = always


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the table: right rules, and named wrong variants."""

    forward: Rule
    vjp: Rule
    variants: Mapping[str, Variant] = field(default_factory=dict)
