"""Constants, reshapes, and arrays put together: nothing is computed, so gradients only find their way back."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from reference.operations import Operation, Variant
from reference.ops.batching import Array, Shape, counted

# --- reshapes: column by column over the last two axes, or row by row. `sizes` is how a homework writes the shape,
# so that it is known at other sizes, too; here it says nothing.


def _columns(a: Array, shape: Shape, **_: object) -> Array:
    flat = a.swapaxes(-1, -2) if a.ndim > 2 else a
    turned = (*shape[:-2], *shape[-2:][::-1])
    filled = flat.reshape(a.shape[0], *turned)
    return (filled.swapaxes(-1, -2) if len(shape) > 1 else filled).copy()


def _columns_vjp(g: Array, _: Array, a: Array, **__: object) -> tuple[Array]:
    return (_columns(g, a.shape[1:]),)


def _rows(a: Array, shape: Shape, **_: object) -> Array:
    return a.reshape(a.shape[0], *shape).copy()


def _rows_vjp(g: Array, _: Array, a: Array, **__: object) -> tuple[Array]:
    return (_rows(g, a.shape[1:]),)


def _flat(shape: Shape) -> Shape:
    return (prod(shape),)


def _to_channels(_: Shape, shape: Shape, **__: object) -> bool:
    return len(shape) > 2


def _channels_swapped(a: Array, shape: Shape, **_: object) -> Array:
    return _columns(a, shape)[:, ::-1] if len(shape) > 2 else _columns(a, shape)


def _channels_swapped_vjp(g: Array, _: Array, a: Array, **__: object) -> tuple[Array]:
    return (_columns(g[:, ::-1] if g.ndim > 3 else g, a.shape[1:]),)


# --- parts put together, along an axis that is there or along a new one


def _alike(parts: tuple[Array, ...]) -> list[Array]:
    """The parts, each with a row for every scenario."""
    rows = max(len(part) for part in parts)
    return [np.broadcast_to(part, (rows, *part.shape[1:])) for part in parts]


def _concat(*parts: Array, axis: int = 0) -> Array:
    return np.concatenate(_alike(parts), axis=counted(axis, parts[0].ndim)[0])


def _concat_vjp(g: Array, _: Array, *parts: Array, axis: int = 0) -> tuple[Array, ...]:
    along = counted(axis, g.ndim)[0]
    ends = np.cumsum([part.shape[along] for part in parts])
    return tuple(share.copy() for share in np.split(g, ends[:-1], axis=along))


def _concat_reversed_vjp(g: Array, out: Array, *parts: Array, axis: int = 0) -> tuple[Array, ...]:
    return _concat_vjp(g, out, *parts[::-1], axis=axis)[::-1]


def _stack(*parts: Array, axis: int = 0) -> Array:
    return np.stack(_alike(parts), axis=counted(axis, parts[0].ndim + 1)[0])


def _stack_vjp(g: Array, _: Array, *parts: Array, axis: int = 0) -> tuple[Array, ...]:
    along = counted(axis, g.ndim)[0]
    return tuple(np.moveaxis(g, along, 0)[part].copy() for part in range(len(parts)))


def _stack_reversed_vjp(g: Array, out: Array, *parts: Array, axis: int = 0) -> tuple[Array, ...]:
    return _stack_vjp(g, out, *parts, axis=axis)[::-1]


def _several(*shapes: Shape, **_: Any) -> bool:
    return len(shapes) > 1


_ORDER = "the parts of {node} are put together in the other order"

SHAPES: Mapping[str, Operation] = {
    "constant": Operation(lambda value: np.array(value, dtype=np.float64)[None], lambda *_, **__: ()),
    "reshape": Operation(
        _columns,
        _columns_vjp,
        {
            "row_by_row": Variant("{node} is filled row by row, not column by column", _rows, _rows_vjp),
            "channels_swapped": Variant(
                "the channels of {node} are swapped", _channels_swapped, _channels_swapped_vjp, _to_channels
            ),
        },
    ),
    "reshape_rows": Operation(
        _rows,
        _rows_vjp,
        {"column_by_column": Variant("{node} is filled column by column, not row by row", _columns, _columns_vjp)},
    ),
    "flat": Operation(
        lambda a: _rows(a, _flat(a.shape[1:])),
        _rows_vjp,
        {
            "column_by_column": Variant(
                "{parents[0]} is read column by column, not row by row",
                lambda a: _columns(a, _flat(a.shape[1:])),
                _columns_vjp,
            )
        },
    ),
    "concat": Operation(
        _concat,
        _concat_vjp,
        {
            "order_exchanged": Variant(
                _ORDER, lambda *parts, axis=0: _concat(*parts[::-1], axis=axis), _concat_reversed_vjp, _several
            )
        },
    ),
    "stack": Operation(
        _stack,
        _stack_vjp,
        {
            "order_exchanged": Variant(
                _ORDER, lambda *parts, axis=0: _stack(*parts[::-1], axis=axis), _stack_reversed_vjp, _several
            )
        },
    ),
}
