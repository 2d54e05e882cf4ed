"""Which axes of an operation's parents and of its result are one, written as letters are in an Einstein sum.

An axis of the result whose letter no parent has is made by the operation (the rows of a convolution, say).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import Any, TypeAlias

from reference.graph import Node

Shape: TypeAlias = tuple[int, ...]
Letters: TypeAlias = tuple[int, ...]
Lettered: TypeAlias = tuple[tuple[Letters, ...], Letters]
Rule: TypeAlias = Callable[[Sequence[Shape], Shape, Mapping[str, Any]], Lettered]

# Operations that hold for the sizes only that are written in them.
FIXING = frozenset({"reshape", "reshape_rows", "embedding"})


def letters(node: Node, shapes: Sequence[Shape], result: Shape) -> Lettered:
    """The letters of each parent's axes and of the result's, from their shapes without the batch axis."""
    parents, kept = _RULES.get(node.op, _entrywise)(shapes, result, node.attributes)
    if [*map(len, parents), len(kept)] != [*map(len, shapes), len(result)]:  # of a rank that the rule is not for
        return _made(shapes, result, node.attributes)
    return parents, kept


def _entrywise(shapes: Sequence[Shape], result: Shape, _: Mapping[str, Any]) -> Lettered:
    """Broadcast as in NumPy, then all summed up where the result has fewer axes."""
    rank = max(map(len, shapes), default=0)
    sizes = [{shape[place - rank] for shape in shapes if rank - place <= len(shape)} for place in range(rank)]
    alone = count(rank)
    lettered = []
    for shape in shapes:
        places = range(rank - len(shape), rank)
        repeated = [size == 1 and sizes[place] != {1} for place, size in zip(places, shape, strict=True)]
        lettered.append(tuple(next(alone) if one else place for place, one in zip(places, repeated, strict=True)))
    return tuple(lettered), tuple(range(rank)) if len(result) == rank else tuple(next(alone) for _ in result)


def _written(*parents: str, gives: str) -> Rule:
    """A rule by one subscript for each parent, as for `einsum`."""

    def rule(*_: Any) -> Lettered:
        return tuple(tuple(map(ord, parent)) for parent in parents), tuple(map(ord, gives))

    return rule


def _matmul(shapes: Sequence[Shape], result: Shape, _: Mapping[str, Any]) -> Lettered:
    left, right = (len(shape) for shape in shapes)
    inner, row, column, stacked = -1, -2, -3, tuple(range(len(result)))
    first = (inner,) if left == 1 else (*stacked[: left - 2], row, inner)
    second = (inner,) if right == 1 else (*stacked[: right - 2], inner, column)
    kept = (*((row,) if left > 1 else ()), *((column,) if right > 1 else ()))
    return (first, second), (*stacked[: len(result) - len(kept)], *kept)


def _transpose(shapes: Sequence[Shape], _: Shape, attributes: Mapping[str, Any]) -> Lettered:
    places = tuple(range(len(shapes[0])))
    order = attributes.get("axes") or places[::-1]
    return (places,), tuple(places[axis] for axis in order)


def _reduced(shapes: Sequence[Shape], result: Shape, attributes: Mapping[str, Any]) -> Lettered:
    rank = len(shapes[0])
    axis = attributes.get("axis")
    every = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    gone = {one % rank for one in every} if rank else set()
    kept = len(result) == rank
    return (tuple(range(rank)),), tuple(
        rank + place if place in gone else place for place in range(rank) if kept or place not in gone
    )


def _joined(shapes: Sequence[Shape], result: Shape, attributes: Mapping[str, Any]) -> Lettered:
    """Parts one after another along an axis, or along one that is new."""
    rank, along = len(result), int(attributes.get("axis", 0)) % max(1, len(result))
    others = tuple(place for place in range(rank) if place != along)
    if len(shapes[0]) < rank:
        return tuple(others for _ in shapes), tuple(range(rank))
    parts = [
        tuple(rank + number if place == along else place for place in range(rank)) for number in range(len(shapes))
    ]
    return tuple(parts), tuple(range(rank))


def _entry(shapes: Sequence[Shape], result: Shape, attributes: Mapping[str, Any]) -> Lettered:
    """An entry, or what is left behind the axes that are indexed; an axis that keeps its length is itself."""
    rank, places = len(shapes[0]), attributes.get("index", ())
    kept: list[int] = []
    for axis, size in enumerate(shapes[0]):
        if axis >= len(places) or not isinstance(places[axis], int):
            kept.append(axis if len(kept) < len(result) and result[len(kept)] == size else rank + axis)
    return (tuple(range(rank)),), tuple(kept)


def _reshaped(shapes: Sequence[Shape], result: Shape, attributes: Mapping[str, Any]) -> Lettered:
    """A reshape that only puts in axes of length one, or takes some away, keeps the others."""
    before, behind = ([size for size in shape if size != 1] for shape in (shapes[0], result))
    if before != behind:
        return _made(shapes, result, attributes)
    alone = count(len(before))
    own, kept = (
        tuple(place if size != 1 else next(alone) for place, size in _numbered(shape)) for shape in (shapes[0], result)
    )
    return (own,), kept


def _numbered(shape: Shape) -> Iterator[tuple[int, int]]:
    """The sizes of a shape, each with how many before it are not 1."""
    place = 0
    for size in shape:
        yield place, size
        place += size != 1


def _pooled(shapes: Sequence[Shape], result: Shape, _: Mapping[str, Any]) -> Lettered:
    rank = len(shapes[0])
    return (tuple(range(rank)),), (*range(rank - 2), *range(rank, len(result) + 2))


def _looked_up(_: Sequence[Shape], result: Shape, __: Mapping[str, Any]) -> Lettered:
    """Rows of a table: behind the axes of what is looked up, one row's own."""
    return ((-1, len(result) - 1),), tuple(range(len(result)))


def _made(shapes: Sequence[Shape], result: Shape, _: Mapping[str, Any]) -> Lettered:
    """Nothing in common."""
    numbers = count()
    return tuple(tuple(next(numbers) for _ in shape) for shape in shapes), tuple(next(numbers) for _ in result)


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "matmul": _matmul,
        "transpose": _transpose,
        "inner": _written("i", "i", gives=""),
        "outer": _written("i", "j", gives="ij"),
        "attention": _written("nd", "md", "me", gives="ne"),
        "embedding": _looked_up,
        "conv2d": _written("rc", "ij", gives="uv"),
        "conv": _written("krc", "okij", gives="ouv"),
        "deconv": _written("krc", "kij", gives="uv"),
        **dict.fromkeys(("sum", "mean", "variance"), _reduced),
        **dict.fromkeys(("concat", "stack"), _joined),
        **dict.fromkeys(("max_pool", "avg_pool"), _pooled),
        **dict.fromkeys(("reshape", "flat", "constant"), _made),
        "reshape_rows": _reshaped,
        "cross_entropy_index": _made,
        "index": _entry,
    }
)
