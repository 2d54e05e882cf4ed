"""From rows of entries to an array of the asked shape, in every layout that an item allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.reading.answers import read_tree
from grader.reading.cursor import Tree
from grader.reading.entries import Entry

Layout = tuple[int, ...]


class ShapeError(Exception):
    """An answer with another shape than asked; the message is for the student and names both."""


@dataclass(frozen=True)
class Reading:
    """An answer as arrays of the asked shape, entries in the asked order.

    `values` is NaN where an entry is bad; `half_units` is half a unit of each entry's last written digit where it
    has enough digits for that to count, else 0. `layout` says which of the asked axes each written axis is.
    """

    values: NDArray[np.float64]
    half_units: NDArray[np.float64]
    entries: tuple[Entry, ...]
    layout: Layout

    @property
    def bad(self) -> NDArray[np.bool_]:
        """Where nothing comparable was written."""
        return np.isnan(self.values)


def read(answer: Any, shape: tuple[int, ...], layouts: Sequence[Layout], digits: int) -> tuple[Reading, ...]:
    """Read an answer in the way whose numbers have the asked shape in some layout; `digits` as for `readings`.

    Raises `ReadingError` for what are no numbers, and `ShapeError` where no way of reading has the shape.
    """
    return readings(read_tree(answer, lambda tree: _fits(tree, shape, layouts)), shape, layouts, digits)


def _fits(tree: Tree, shape: tuple[int, ...], layouts: Sequence[Layout]) -> bool:
    try:
        written = shape_of(tree)
    except ShapeError:
        return False
    return any(_same_shape(written, tuple(shape[axis] for axis in layout)) for layout in layouts)


def readings(tree: Tree, shape: tuple[int, ...], layouts: Sequence[Layout], digits: int) -> tuple[Reading, ...]:
    """Read a tree in each layout that its shape allows; the first layouts are the ones preferred.

    `digits` is how many significant digits an entry needs for its rounding to count.
    Raises `ShapeError` for a ragged list and for a shape that no layout has.
    """
    written = shape_of(tree)
    entries = flatten(tree)
    found = tuple(
        _reading(entries, shape, layout, digits)
        for layout in layouts
        if _same_shape(written, tuple(shape[axis] for axis in layout))
    )
    if not found:
        raise ShapeError(f"got {describe(written)}; expected {describe(shape)}{_hint(written, shape)}")
    return found


def _reading(entries: tuple[Entry, ...], shape: tuple[int, ...], layout: Layout, digits: int) -> Reading:
    places = np.arange(len(entries)).reshape(tuple(shape[axis] for axis in layout))
    order = np.transpose(places, np.argsort(layout)) if layout else places
    flat = [entries[place] for place in order.ravel()]
    return Reading(
        np.array([entry.value for entry in flat]).reshape(shape),
        np.array([entry.half_unit if entry.digits >= digits else 0.0 for entry in flat]).reshape(shape),
        tuple(flat),
        layout,
    )


def _same_shape(written: tuple[int, ...], asked: tuple[int, ...]) -> bool:
    """Whether the shapes agree; n x 1 and 1 x n are vectors, and a list of one number is that number."""
    if len(asked) <= 1 and len(written) <= 2:
        return written == asked or (len(written) > len(asked) and _without_ones(written) == _without_ones(asked))
    return written == asked


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def shape_of(tree: Tree) -> tuple[int, ...]:
    """The shape of a tree. Raises `ShapeError` for a ragged one, saying which row differs first."""
    if isinstance(tree, Entry):
        return ()
    shapes = [shape_of(item) for item in tree]
    for place, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ShapeError(
                f"the list is ragged: its part {place + 1} has {describe(shape)}, its part 1 has {describe(shapes[0])};"
                " write every row with the same count of numbers"
            )
    return (len(tree), *(shapes[0] if shapes else ()))


def flatten(tree: Tree) -> tuple[Entry, ...]:
    """All entries, in the order of reading."""
    return (tree,) if isinstance(tree, Entry) else tuple(entry for item in tree for entry in flatten(item))


def describe(shape: tuple[int, ...]) -> str:
    """A shape in words."""
    match shape:
        case ():
            return "a single number"
        case (count,):
            return f"a list of {count} number{'' if count == 1 else 's'}"
        case _:
            return f"a grid of {' x '.join(map(str, shape))} numbers"


def _hint(written: tuple[int, ...], asked: tuple[int, ...]) -> str:
    if len(written) < len(asked) and np.prod(written) == np.prod(asked):
        return "; the order of a flat list would be a guess, so write the rows"
    return ""
