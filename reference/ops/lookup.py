"""Entries and rows picked out by number: indexing, embeddings. Numbers count from 0, as in NumPy.

A gradient goes back to the places that were picked, and is summed where one was picked more than once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np

from reference.operations import Operation, Rule, Variant
from reference.ops.batching import Array, Shape

Index: TypeAlias = tuple[int | slice, ...]


def _index(a: Array, index: Index) -> Array:
    picked: Array = a[(slice(None), *index)]
    return picked.copy()


def _index_vjp(g: Array, _: Array, a: Array, index: Index) -> tuple[Array]:
    share = np.zeros((len(g), *a.shape[1:]))
    share[(slice(None), *index)] = g
    return (share,)


def _one_less(index: Index) -> Index:
    return tuple(i - 1 if isinstance(i, int) else i for i in index)


def _positive(_: Shape, index: Index) -> bool:
    numbers = [i for i in index if isinstance(i, int)]
    return bool(numbers) and min(numbers) > 0


def _two_numbers_of_square(a: Shape, index: Index) -> bool:
    return len(index) == 2 and all(isinstance(i, int) for i in index) and len(a) > 1 and a[0] == a[1]


_FROM_ONE = "{parents[0]} is counted from 1, not from 0"

Rows: TypeAlias = int | tuple[int, ...]


def _embedding(table: Array, rows: Rows) -> Array:
    picked: Array = table[:, np.array(rows)]
    return picked


def _embedding_vjp(g: Array, _: Array, table: Array, rows: Rows) -> tuple[Array]:
    share = np.zeros((len(g), *table.shape[1:]))
    for place, row in enumerate(np.atleast_1d(rows)):
        share[:, row] += g.reshape(len(g), -1, *table.shape[2:])[:, place]
    return (share,)


def _overwritten_vjp(g: Array, _: Array, table: Array, rows: Rows) -> tuple[Array]:
    share = np.zeros((len(g), *table.shape[1:]))
    share[:, np.array(rows)] = g
    return (share,)


def _row_less(rows: Rows) -> Rows:
    return rows - 1 if isinstance(rows, int) else tuple(row - 1 for row in rows)


def _positive_rows(_: Shape, rows: Rows) -> bool:
    return int(np.min(rows)) > 0


def _repeated(_: Shape, rows: Rows) -> bool:
    return isinstance(rows, tuple) and len(set(rows)) < len(rows)


def _with(change: Callable[[Any], Any], rule: Rule, name: str) -> Rule:
    """A rule with one attribute changed."""

    def changed(*arguments: Array, **attributes: Any) -> Any:
        return rule(*arguments, **{name: change(attributes[name])})

    return changed


LOOKUP: Mapping[str, Operation] = {
    "index": Operation(
        _index,
        _index_vjp,
        {
            "from_one": Variant(
                _FROM_ONE, _with(_one_less, _index, "index"), _with(_one_less, _index_vjp, "index"), _positive
            ),
            "row_and_column_exchanged": Variant(
                "row and column of {parents[0]} are exchanged",
                lambda a, index: _index(a, index[::-1]),
                lambda g, out, a, index: _index_vjp(g, out, a, index[::-1]),
                _two_numbers_of_square,
            ),
        },
    ),
    "embedding": Operation(
        _embedding,
        _embedding_vjp,
        {
            "from_one": Variant(
                _FROM_ONE,
                _with(_row_less, _embedding, "rows"),
                _with(_row_less, _embedding_vjp, "rows"),
                _positive_rows,
            ),
            "last_use_only": Variant(
                "a row of {parents[0]} that is used more than once has the gradient of its last use only",
                None,
                _overwritten_vjp,
                _repeated,
            ),
        },
    ),
}
