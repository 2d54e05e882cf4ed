"""Sample points: a problem at random inputs, on both sides of its gates or where all are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from grader.calculus.samples import Bounds, Stream, signs, stream, within
from grader.formulas.gates import gates, movable, move, sides
from grader.formulas.settings import Setting, Sized
from reference.graph import Array, Arrays, Graph, Mask, Values, afterwards, evaluate, gradients

POINTS = 3

# How many points are drawn where the first few are no good: not finite, or with all units on one side of their gates.
_CANDIDATES = 60

# What an input may be drawn from, the widest first: numbers of both signs, positive ones, parts of one.
Ranges: TypeAlias = Mapping[str, Bounds]
_SIGNED: Bounds = (-1.3, 1.3)
_POSITIVE: Bounds = (0.4, 1.3)
_NARROW: Bounds = (0.1, 0.9)


@dataclass(frozen=True, eq=False)
class Points:
    """A problem's graph at a batch of sample points, with the values and gradients there.

    `later` are the values of all phases.
    """

    graph: Graph
    inputs: Arrays
    values: Values
    gradients: Values
    later: Values

    def value(self, name: str) -> Array:
        """The values of a quantity, of whatever phase."""
        return self.later.computed[name]


@lru_cache(maxsize=64)
def points(setting: Setting, *, own_sizes: bool, open_gates: bool) -> Points:
    """Sample points of a problem: at its own sizes or others, with all gates open or on both sides."""
    drawing = Drawing(setting.own if own_sizes else setting.trial, setting.shares, open_gates=open_gates)
    seed = (setting.seed, own_sizes, open_gates)
    inputs = drawing.inputs({}, POINTS, seed)
    if drawing.left_to_luck or not drawing.usable(inputs).all():
        inputs = drawing.best(seed)
    return _solved(drawing.sized.graph, inputs)


def _solved(graph: Graph, inputs: Arrays) -> Points:
    with np.errstate(all="ignore"):
        values = evaluate(graph, inputs)
        slopes = gradients(graph, values) if graph.loss is not None else Values({}, {})
        return Points(graph, inputs, values, slopes, afterwards(graph, values, slopes))


@dataclass(frozen=True)
class Drawing:
    """How inputs of a graph are drawn: `shares` are those that add up to one."""

    sized: Sized
    shares: tuple[tuple[str, ...], ...]
    _: KW_ONLY
    open_gates: bool

    @property
    def left_to_luck(self) -> bool:
        """Whether some gate has no bias in front of it that can be moved."""
        graph = self.sized.graph
        return any(movable(graph, gate) is None for gate in gates(graph))

    def inputs(self, ranges: Ranges, rows: int, seed: tuple[int, ...]) -> dict[str, Array]:
        """Draw inputs from ranges (both signs without one), and move biases."""
        draw = stream(*seed)
        graph = self.sized.graph
        drawn = {name: _draw((rows, *shape), ranges.get(name), draw) for name, shape in self.sized.shapes.items()}
        for names in self.shares:
            drawn.update(_shared_out({name: drawn[name] for name in names}))
        with np.errstate(all="ignore"):
            for gate in gates(graph):
                if movable(graph, gate) is not None:
                    move(graph, drawn, gate, draw, open_gates=self.open_gates)
        return drawn

    def usable(self, inputs: Arrays) -> Mask:
        """At which points everything is a finite number."""
        at = _solved(self.sized.graph, inputs)
        rows = len(next(iter(inputs.values())))
        found = np.ones(rows, dtype=np.bool_)
        for array in (*at.later.computed.values(), *at.gradients.computed.values()):
            found &= np.isfinite(array).reshape(len(array), -1).all(axis=1)
        return found

    def best(self, seed: tuple[int, ...]) -> dict[str, Array]:
        """Of many points, those that are usable and see most units on both sides, or all of them open."""
        inputs = self.inputs(self._ranges(seed), _CANDIDATES, seed)
        rows = [int(row) for row in np.flatnonzero(self.usable(inputs))] or [*range(POINTS)]
        with np.errstate(all="ignore"):
            values = evaluate(self.sized.graph, inputs).computed
        opened = sides(self.sized.graph, values, _CANDIDATES) > 0
        chosen = _most_open(opened, rows) if self.open_gates else _both_sides(opened, rows)
        return {name: array[chosen] for name, array in inputs.items()}

    def _ranges(self, seed: tuple[int, ...]) -> Ranges:
        """For each input the widest range with which there are enough usable points."""
        if self._suffices({}, seed):
            return {}
        ranges = dict.fromkeys(self.sized.shapes, _NARROW)
        for name in self.sized.shapes:
            wider = ({**ranges, name: wide} for wide in (_SIGNED, _POSITIVE))
            ranges = next((tried for tried in wider if self._suffices(tried, seed)), ranges)
        return ranges

    def _suffices(self, ranges: Ranges, seed: tuple[int, ...]) -> bool:
        return int(self.usable(self.inputs(ranges, _CANDIDATES, seed)).sum()) >= _CANDIDATES // 2


def _draw(shape: tuple[int, ...], bounds: Bounds | None, draw: Stream) -> Array:
    """Numbers of size one over the root of how many are added up, none negligible."""
    low, high = bounds or _SIGNED
    size = within(draw, (max(low, 0.4 if low < 0 else low), high), shape)
    if low < 0:
        size = size * signs(draw, shape) / np.sqrt(max(shape[1:2], default=1))
    drawn: Array = size
    return drawn


def _shared_out(drawn: dict[str, Array]) -> dict[str, Array]:
    """Numbers as shares of one: along the last axis, or among several scalars."""
    if len(drawn) == 1:
        ((name, array),) = drawn.items()
        return {name: abs(array) / abs(array).sum(axis=-1, keepdims=True)}
    total = sum(abs(array) for array in drawn.values())
    return {name: abs(array) / total for name, array in drawn.items()}


def _most_open(opened: Mask, rows: list[int]) -> list[int]:
    """The points with most open units, as drawn."""
    return sorted(sorted(rows, key=lambda row: -int(opened[row].sum()))[:POINTS])


def _both_sides(opened: Mask, rows: list[int]) -> list[int]:
    """Points chosen one by one, each so that most units are seen open at one and shut at another."""
    chosen = rows[:1]
    while len(chosen) < POINTS:
        left = [row for row in rows if row not in chosen] or rows
        chosen.append(max(left, key=lambda row: _seen_twice(opened[[*chosen, row]])))
    return chosen


def _seen_twice(opened: Mask) -> int:
    return int((opened.any(axis=0) & ~opened.all(axis=0)).sum())
