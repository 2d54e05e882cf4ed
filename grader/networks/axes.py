"""What the axes of a declared network run over, and sizes at which no two of them are mixed up.

Axes that must have one size are found by going through the graph once and joining what each operation ties together
(Tarjan, "Efficiency of a good but not linear set union algorithm", 1975). Each of the sets then gets a size of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grader.networks.letters import FIXING, letters
from reference.graph import GRADIENT, Array, Graph, Node

# An axis of a large homework is as good with few entries; fewer than three would hide what a mean or a variance does.
_LEAST, _LARGEST = (3, 4, 5), 6


@dataclass(frozen=True)
class Axes:
    """For each quantity its axes, as numbers of sets; of each set its own size, and where that is all it can have."""

    of: Mapping[str, tuple[int, ...]]
    sizes: Mapping[int, int]
    fixed: frozenset[int]
    made: frozenset[int]


class _Sets:
    """Sets of axes that are joined one by one."""

    def __init__(self) -> None:
        self._above: list[int] = []
        self.sizes: list[int] = []
        self.fixed: set[int] = set()
        self.made: set[int] = set()

    def new(self, size: int) -> int:
        """A set of one axis."""
        self._above.append(len(self._above))
        self.sizes.append(size)
        return len(self._above) - 1

    def find(self, axis: int) -> int:
        """The number of the set that an axis is in."""
        while self._above[axis] != axis:
            self._above[axis] = self._above[self._above[axis]]
            axis = self._above[axis]
        return axis

    def join(self, axes: Iterable[int]) -> int:
        """Make one set of those of some axes; the earliest gives its number."""
        roots = sorted({self.find(axis) for axis in axes})
        for root in roots[1:]:
            self._above[root] = roots[0]
        return roots[0]


def axes_of(graph: Graph, values: Mapping[str, Array]) -> Axes:
    """The axes of all quantities of a graph, from values of one consistent set of sizes, batch axis first."""
    sets = _Sets()
    known = {name: tuple(sets.new(size) for size in values[name].shape[1:]) for name in graph.inputs}
    for node in (*graph.order, *graph.after):
        _pass(node, known, values, sets)
    found = {name: tuple(map(sets.find, axes)) for name, axes in known.items()}
    sizes = {root: sets.sizes[root] for axes in found.values() for root in axes}
    fixed, made = (frozenset(map(sets.find, some)) for some in (sets.fixed, sets.made))
    ones = {root for root, size in sizes.items() if size == 1} - made
    return Axes(found, sizes, fixed | ones, made)


def _pass(node: Node, known: dict[str, tuple[int, ...]], values: Mapping[str, Array], sets: _Sets) -> None:
    """Join the axes that an operation ties, and give its result those that it keeps."""
    parents = [known[parent.removeprefix(GRADIENT)] for parent in node.parents]
    shapes = [values[parent.removeprefix(GRADIENT)].shape[1:] for parent in node.parents]
    result = values[node.name].shape[1:]
    lettered, kept = letters(node, shapes, result)
    groups: dict[int, list[int]] = {}
    for own, axes in zip(lettered, parents, strict=True):
        for letter, axis in zip(own, axes, strict=True):
            groups.setdefault(letter, []).append(axis)
    joined = {letter: sets.join(axes) for letter, axes in groups.items()}
    if node.op in FIXING:
        sets.fixed.update(joined.values())
    known[node.name] = tuple(
        joined[letter] if letter in joined else _made(sets, size) for letter, size in zip(kept, result, strict=True)
    )


def _made(sets: _Sets, size: int) -> int:
    axis = sets.new(size)
    sets.made.add(axis)
    return axis


def trial_shapes(graph: Graph, axes: Axes) -> Mapping[str, tuple[int, ...]] | None:
    """Shapes of the inputs with a size of its own for each set of axes that leaves one open; None where none fit.

    Of several tries the one is taken in which the fewest sets happen to have the size of another.
    """
    own = {name: tuple(axes.sizes[root] for root in axes.of[name]) for name in graph.inputs}
    free = sorted(axes.sizes.keys() - axes.fixed - axes.made)
    tried = [_sizes(graph, axes, _drawn(axes, order, least)) for least in _LEAST for order in (free, free[::-1])]
    fitting = [sizes for sizes in tried if sizes is not None]
    if not fitting:
        return None
    best = min(fitting, key=lambda sizes: len(sizes) - len(set(sizes.values())))
    shapes = {name: tuple(best.get(root, axes.sizes[root]) for root in axes.of[name]) for name in graph.inputs}
    return shapes if shapes != own else None


def _sizes(graph: Graph, axes: Axes, drawn: Iterable[tuple[int, int]]) -> Mapping[int, int] | None:
    """The sizes of all sets where some are drawn: those that come out of an operation are taken as they come."""
    sizes = {root: axes.sizes[root] for root in axes.fixed} | dict(drawn)
    arrays: dict[str, Array] = {}
    try:
        with np.errstate(all="ignore"):
            for node in graph.order:
                arrays.update({name: _ones(axes.of[name], sizes) for name in node.parents if name not in arrays})
                parents = map(arrays.__getitem__, node.parents)
                arrays[node.name] = graph.table[node.op].forward(*parents, **node.attributes)
                _take(axes.of[node.name], arrays[node.name], sizes)
    except (ValueError, IndexError, KeyError):
        return None
    return sizes


def _drawn(axes: Axes, order: list[int], least: int) -> Iterator[tuple[int, int]]:
    """Different sizes, increasing with the homework's own, so that a kernel stays smaller than what it goes over."""
    taken = {axes.sizes[root] for root in axes.fixed}
    size = least - 1
    for root in sorted(order, key=axes.sizes.__getitem__):
        size = max(size + 1, min(axes.sizes[root], _LARGEST))
        while size in taken:
            size += 1
        yield root, size


def _ones(roots: tuple[int, ...], sizes: Mapping[int, int]) -> Array:
    return np.ones((1, *(sizes[root] for root in roots)))


def _take(roots: tuple[int, ...], value: Array, sizes: dict[int, int]) -> None:
    """Note the sizes that come out of an operation. Raises `ValueError` where they are not those that are needed."""
    for root, size in zip(roots, value.shape[1:], strict=True):
        if sizes.setdefault(root, size) != size:
            raise ValueError(f"{size} entries, where {sizes[root]} are needed")
