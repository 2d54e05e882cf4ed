"""Calls that arrange the axes of an array: `transpose`, `squeeze`, `flip`, as transposes, reshapes and entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.language.syntax import (
    Apply,
    Node,
)
from grader.networks.arguments import Arguments, Call, literal
from grader.networks.parts import Part
from grader.networks.reading import Reading


def _squeezed(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """Without axes of length one: all of them, or the one that is named."""
    part, axes = part_and_axes(reading, tree, given)
    shape = part.shape
    gone = {axis % len(shape) for axis in axes} if axes else {at for at, size in enumerate(shape) if size == 1}
    if any(shape[axis] != 1 for axis in gone):
        reading.fail("only an axis of length one can be taken away", tree)
    return shaped(reading, tree, part, tuple(size for at, size in enumerate(shape) if at not in gone))


def _deepened(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """With a new axis of length one."""
    part, axes = part_and_axes(reading, tree, given)
    if len(axes) != 1 or not -len(part.shape) - 1 <= axes[0] <= len(part.shape):
        reading.fail(f"write {tree.head.base}(x, axis)", tree)
    place = axes[0] % (len(part.shape) + 1)
    return shaped(reading, tree, part, (*part.shape[:place], 1, *part.shape[place:]))


def part_and_axes(reading: Reading, tree: Apply, given: Arguments) -> tuple[Part, tuple[int, ...]]:
    """An array, and the numbers that follow it, one by one, as a tuple or by a name for axes."""
    if not given.arrays or given.named.keys() - {"axis", "axes"}:
        reading.fail(f"write {tree.head.base}(x, axis)", tree)
    part = reading.part(given.arrays[0])
    found: list[int] = []
    for node in (*given.arrays[1:], *given.named.values()):
        value = literal(reading, node)
        found += value if isinstance(value, tuple) else (value,)
    rank = len(part.shape)
    if not all(isinstance(axis, int) and -rank - 1 <= axis <= rank for axis in found):
        reading.fail(f"there are {rank} axes, counted from 0", tree)
    return part, tuple(found)


def _turned_axes(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`transpose(x)`, or with the order of all axes, or with two that are exchanged."""
    part, axes = part_and_axes(reading, tree, given)
    rank = len(part.shape)
    if not axes or (rank == 1 and tree.head.base in {"t", "T"}):
        return replace(part, row=not part.row) if rank < 2 else backwards(reading, tree, part)
    if len(axes) == 2 != rank:
        return _exchanged(reading, tree, part, axes)
    if sorted(axis % rank for axis in axes) != list(range(rank)):
        reading.fail(f"name each of the {rank} axes once", tree)
    return reading.emit("transpose", (part,), tree, axes=axes)


def backwards(reading: Reading, tree: Node, part: Part) -> Part:
    """All axes the other way round, as NumPy's `T` has them."""
    if len(part.shape) < 2:
        return part
    return reading.emit("transpose", (part,), tree, axes=tuple(range(len(part.shape)))[::-1])


def _swapped(reading: Reading, tree: Apply, given: Arguments) -> Part:
    part, axes = part_and_axes(reading, tree, given)
    if len(axes) != 2:
        reading.fail(f"write {tree.head.base}(x, one_axis, other_axis)", tree)
    return _exchanged(reading, tree, part, axes)


def _exchanged(reading: Reading, tree: Node, part: Part, axes: Sequence[int]) -> Part:
    rank = len(part.shape)
    order = list(range(rank))
    first, second = (axis % rank for axis in axes)
    order[first], order[second] = order[second], order[first]
    return reading.emit("transpose", (part,), tree, axes=tuple(order))


def _moved(reading: Reading, tree: Apply, given: Arguments) -> Part:
    part, axes = part_and_axes(reading, tree, given)
    if len(axes) != 2:
        reading.fail("write moveaxis(x, from, to)", tree)
    order = list(range(len(part.shape)))
    order.insert(axes[1] % len(order), order.pop(axes[0] % len(order)))
    return reading.emit("transpose", (part,), tree, axes=tuple(order))


def _flipped(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`flip(x)` along all axes or those that are named; `fliplr`, `flipud`."""
    part, axes = part_and_axes(reading, tree, given)
    return turned(reading, tree, part, axes or _FLIPPED.get(tree.head.base, tuple(range(len(part.shape)))))


_FLIPPED: Mapping[str, tuple[int, ...]] = {"fliplr": (1,), "flipud": (0,), "rot180": (-2, -1)}


def _quarter_turns(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`rot90(x, 2)` turns a grid by half a turn; no other is read."""
    part, turns = part_and_axes(reading, tree, Arguments(given.arrays, {}))
    if turns[:1] != (2,):
        reading.fail("only half a turn, rot90(x, 2), is read here", tree)
    return turned(reading, tree, part, turns[1:] or (0, 1))


def turned(reading: Reading, tree: Node, part: Part, axes: Sequence[int]) -> Part:
    """An array read backwards along some axes."""
    rank = len(part.shape)
    along = {axis % rank for axis in axes} if rank else set()
    index = tuple(slice(None, None, -1 if axis in along else None) for axis in range(rank))
    return reading.emit("index", (part,), tree, index=index)


def shaped(reading: Reading, tree: Node, part: Part, shape: tuple[int, ...]) -> Part:
    """The same entries row by row in another shape."""
    return part if part.shape == shape else reading.emit("reshape_rows", (part,), tree, shape=shape)


ARRANGED: Mapping[str, Call] = {
    "squeeze": _squeezed,
    **dict.fromkeys(("expand_dims", "unsqueeze"), _deepened),
    **dict.fromkeys(("transpose", "permute", "t"), _turned_axes),
    "swapaxes": _swapped,
    "moveaxis": _moved,
    **dict.fromkeys(("flip", "fliplr", "flipud", "rot180"), _flipped),
    "rot90": _quarter_turns,
}
