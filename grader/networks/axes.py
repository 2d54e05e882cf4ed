"""What the axes of a declared network run over, and sizes at which no two of them are mixed up.

Axes that must have one size are found by going through the graph once and joining what each operation ties together
(Tarjan, "Efficiency of a good but not linear set union algorithm", 1975). Each of the sets then gets a size of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import cycle, permutations
from typing import Any

import numpy as np

from grader.networks.letters import FIXING, letters
from grader.networks.sizes import Size, Tie, following, settle
from reference.graph import GRADIENT, Array, Graph, Node

# An axis of a large homework is as good with few entries; fewer than three would hide what a mean or a variance does.
_LEAST, _LARGEST = (3, 4, 5), 6
# Where axes are multiplied, small sizes are tried, too; beyond so many entries an axis is long.
_SMALL, _LONG = (2, 3, 4, 2, 3), 24


@dataclass(frozen=True)
class Axes:
    """For each quantity its axes, as numbers of sets; of each set its own size, and where that is all it can have.

    `named` are the sets of sizes by name, `left` those that reshapes leave, `ties` the equations between sizes.
    """

    of: Mapping[str, tuple[int, ...]]
    sizes: Mapping[int, int]
    fixed: frozenset[int]
    made: frozenset[int]
    named: Mapping[str, int]
    left: frozenset[int]
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class Labels:
    """The sizes that formulas name, and the names of quantities' axes, where an author gives them."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NO_LABELS = Labels()


class _Sets:
    """Sets of axes that are joined one by one."""

    def __init__(self) -> None:
        self._above: list[int] = []
        self.sizes: list[int] = []
        self.fixed: set[int] = set()
        self.made: set[int] = set()
        self.left: set[int] = set()
        self.ties: list[Tie] = []
        self.named: dict[str, int] = {}

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


def axes_of(graph: Graph, values: Mapping[str, Array], labels: Labels = NO_LABELS) -> Axes:
    """The axes of all quantities of a graph, from values of one consistent set of sizes, batch axis first."""
    sets = _Sets()
    sets.named.update({name: sets.new(size) for name, size in labels.sizes.items()})
    known = {name: tuple(sets.new(size) for size in values[name].shape[1:]) for name in graph.inputs}
    for node in (*graph.order, *graph.after):
        _pass(node, known, values, sets)
    for name, own in labels.axes.items():
        for axis, label in zip(known[name], own, strict=True):
            if label in sets.named:
                sets.join((axis, sets.named[label]))
    found = {name: tuple(map(sets.find, axes)) for name, axes in known.items()}
    sizes = {root: sets.sizes[root] for axes in found.values() for root in axes}
    fixed, made, left = (frozenset(map(sets.find, some)) for some in (sets.fixed, sets.made, sets.left))
    ones = {root for root, size in sizes.items() if size == 1} - made
    named = {name: sets.find(axis) for name, axis in sets.named.items() if sets.find(axis) in sizes}
    ties = tuple(tie.through(sets.find) for tie in sets.ties)
    return Axes(found, sizes, fixed | ones, made, named, left, ties)


def _pass(node: Node, known: dict[str, tuple[int, ...]], values: Mapping[str, Array], sets: _Sets) -> None:
    """Join the axes that an operation ties, and give its result those that it keeps."""
    parents = [known[parent.removeprefix(GRADIENT)] for parent in node.parents]
    shapes = [values[parent.removeprefix(GRADIENT)].shape[1:] for parent in node.parents]
    result = values[node.name].shape[1:]
    if _by_name(node):
        known[node.name] = _reshaped(node, parents[0], result, sets)
        return
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


def _by_name(node: Node) -> bool:
    """Whether a node is a reshape that holds at other sizes, too: numbers alone hold at their own."""
    sizes = node.attributes.get("sizes", ())
    return any(size is not None and size.powers for size in sizes) or sizes == (None,)


def _reshaped(node: Node, parent: tuple[int, ...], result: tuple[int, ...], sets: _Sets) -> tuple[int, ...]:
    """The axes of a reshape, whose sizes have names or follow from others; it keeps how many entries there are."""
    axes = tuple(_sized(size, own, sets) for size, own in zip(node.attributes["sizes"], result, strict=True))
    powers = (*((axis, 1) for axis in parent), *((axis, -1) for axis in axes))
    sets.ties.append(Tie(Fraction(1), powers))
    return axes


def _sized(size: Size | None, own: int, sets: _Sets) -> int:
    """An axis of a size: a named one, one that its names tie to others, one of a number, or what is left."""
    if size is not None and size.name is not None:
        return sets.named[size.name]
    axis = sets.new(own)
    if size is not None and not size.powers:
        sets.fixed.add(axis)
        return axis
    sets.left.add(axis)
    if size is not None:
        named = ((sets.named[name], -power) for name, power in size.powers)
        sets.ties.append(Tie(1 / size.number, ((axis, 1), *named)))
    return axis


def _made(sets: _Sets, size: int) -> int:
    axis = sets.new(size)
    sets.made.add(axis)
    return axis


@dataclass(frozen=True)
class Trial:
    """Other sizes of a problem: the shapes of its inputs, and its sizes by name."""

    shapes: Mapping[str, tuple[int, ...]]
    sizes: Mapping[str, int]


def trial_sizes(graph: Graph, axes: Axes) -> Trial | None:
    """A size of its own for each set of axes that leaves one open; None where none fit, or none is open.

    Of several tries the one is taken in which the fewest sets happen to have the size of another, above all in one
    quantity; those in which some axis is long are left, since a formula that leaves derivatives standing would be slow.
    """
    own = {name: tuple(axes.sizes[root] for root in axes.of[name]) for name in graph.inputs}
    free = sorted(axes.sizes.keys() - axes.fixed - axes.made, key=lambda root: (root not in axes.left, root))
    follow = following(axes.ties, free)
    best = _least_mixed_up(graph, axes, _tries(axes, sorted(set(free) - follow)))
    if best is None:
        return None
    shapes = {name: tuple(best.get(root, axes.sizes[root]) for root in axes.of[name]) for name in graph.inputs}
    named = {name: best.get(root, axes.sizes[root]) for name, root in axes.named.items()}
    return Trial(shapes, named) if shapes != own else None


def _least_mixed_up(graph: Graph, axes: Axes, tries: Iterable[Mapping[int, int]]) -> Mapping[int, int] | None:
    """The best sizes that fit. What is worse before the graph is run is not run: further sizes mix up no less."""
    settled = filter(None, (_settled(axes, drawn) for drawn in tries))
    best: Mapping[int, int] | None = None
    for sizes in sorted(settled, key=lambda sizes: _mixed_up(axes, sizes)):
        if best is not None and _mixed_up(axes, sizes) >= _mixed_up(axes, best):
            break
        found = _sizes(graph, axes, sizes)
        if found is not None and (best is None or _mixed_up(axes, found) < _mixed_up(axes, best)):
            best = found
    return best


def _settled(axes: Axes, drawn: Mapping[int, int]) -> dict[int, int] | None:
    """The drawn sizes, and what follows from them by the equations."""
    sizes = {root: axes.sizes[root] for root in axes.fixed} | dict(drawn)
    try:
        settle(sizes, axes.ties)
    except ValueError:
        return None
    return sizes


def _mixed_up(axes: Axes, sizes: Mapping[int, int]) -> tuple[bool, int, int, int]:
    """How bad sizes are: whether one is long, how many of one quantity are alike, how many of all, and as they were."""
    known = (set(roots) & sizes.keys() for roots in axes.of.values())
    alike = (len(roots) - len({sizes[root] for root in roots}) for roots in known)
    same = sum(size == axes.sizes.get(root) for root, size in sizes.items())
    return max(sizes.values(), default=0) > _LONG, sum(alike), len(sizes) - len(set(sizes.values())), same


def _tries(axes: Axes, free: list[int]) -> Iterator[Mapping[int, int]]:
    """Sizes to try: all different, and where some are multiplied also small ones in turn."""
    orders = (free, free[::-1])
    yield from (dict(_drawn(axes, order, least)) for least in _LEAST for order in orders)
    for values in dict.fromkeys(permutations(_SMALL)) if axes.ties else ():
        yield from (dict(zip(order, cycle(values), strict=False)) for order in orders)


def _sizes(graph: Graph, axes: Axes, settled: Mapping[int, int]) -> Mapping[int, int] | None:
    """The sizes of all sets where some are known: those that come out of an operation are taken as they come."""
    sizes = dict(settled)
    arrays: dict[str, Array] = {}
    try:
        with np.errstate(all="ignore"):
            for node in graph.order:
                arrays.update({name: _ones(axes.of[name], sizes) for name in node.parents if name not in arrays})
                parents = map(arrays.__getitem__, node.parents)
                arrays[node.name] = graph.table[node.op].forward(*parents, **_attributes(node, axes, sizes))
                if _take(axes.of[node.name], arrays[node.name], sizes):
                    settle(sizes, axes.ties)
    except (ValueError, IndexError, KeyError):
        return None
    return sizes


def _attributes(node: Node, axes: Axes, sizes: Mapping[int, int]) -> Mapping[str, Any]:
    """A node's attributes at other sizes: a shape that is said by name is another one."""
    if not _by_name(node):
        return node.attributes
    return {**node.attributes, "shape": tuple(sizes[root] for root in axes.of[node.name])}


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


def _take(roots: tuple[int, ...], value: Array, sizes: dict[int, int]) -> bool:
    """Note the sizes that come out of an operation, and say whether there were new ones.

    Raises `ValueError` where they are not those that are needed.
    """
    known = len(sizes)
    for root, size in zip(roots, value.shape[1:], strict=True):
        if sizes.setdefault(root, size) != size:
            raise ValueError(f"{size} entries, where {sizes[root]} are needed")
    return len(sizes) > known
