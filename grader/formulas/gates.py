"""Gates of a graph: where it bends, which way each unit is there, and the biases by which units can be moved across.

Random weights shut a layer of eight gates somewhere in 99 draws of 100, and leave some gate always open in others. So
gates are not left to luck: the bias in front of each is set so that every unit is open at some points, shut at others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from grader.calculus.samples import Stream, signs, within
from grader.networks.uses import origin
from reference.graph import Array, Arrays, Graph, Node, evaluate

# Which parents of an operation may be the bias that can move its result anywhere.
_BIAS: Mapping[str, tuple[int, ...]] = {"add": (1, 0)}

# How far each unit of a gate is to its open side.
_BENDS: Mapping[str, Callable[..., Array]] = {
    **dict.fromkeys(("relu", "step", "absolute"), lambda a: a),
    **dict.fromkeys(("maximum", "minimum"), np.subtract),
}


def gates(graph: Graph) -> tuple[Node, ...]:
    """The nodes at which a graph bends, in order."""
    return tuple(node for node in graph.order if node.op in _BENDS)


def biases(graph: Graph) -> frozenset[str]:
    """The inputs that are added inside a layer."""
    return frozenset(bias for node in graph.nodes for bias in _added(graph, node))


def movable(graph: Graph, gate: Node) -> str | None:
    """The input that is added in front of a gate, if there is one."""
    before = next((node for node in graph.nodes if node.name == gate.parents[0]), None)
    return next(_added(graph, before), None) if before is not None and gate.op in {"relu", "step", "absolute"} else None


def _added(graph: Graph, node: Node) -> Iterator[str]:
    """The inputs that an operation adds, also where they are used elsewhere."""
    nodes = {one.name: one for one in graph.nodes}
    for place in _BIAS.get(node.op, ()):
        parent = origin(nodes, node.parents[place])
        if parent in graph.inputs:
            yield parent


def move(graph: Graph, inputs: dict[str, Array], gate: Node, draw: Stream, *, open_gates: bool) -> None:
    """Set the bias in front of a gate, which must be `movable`, so that its units are where they should be."""
    bias = str(movable(graph, gate))
    reached = evaluate(graph, inputs).computed[gate.parents[0]]
    target = within(draw, (0.3, 1.2), reached.shape)
    if not open_gates:
        target = target * _both_signs(reached.shape, draw)
    if inputs[bias].size == reached.size:
        inputs[bias] = inputs[bias] + (target - reached).reshape(inputs[bias].shape)
    else:
        inputs[bias] = inputs[bias] + _shared_shift(reached, inputs[bias].shape, open_gates=open_gates)


def _both_signs(shape: tuple[int, ...], draw: Stream) -> Array:
    """Random signs in which every entry is open at some points and shut at others."""
    drawn = signs(draw, shape)
    drawn[1] = -drawn[0]
    return drawn


def _shared_shift(reached: Array, shape: tuple[int, ...], *, open_gates: bool) -> Array:
    """For a bias that several units share: past the lowest of them, or halfway between the middle ones."""
    ordered = np.sort(reached.reshape(len(reached), -1, *shape[1:]), axis=1)
    if open_gates:
        return 0.3 - ordered[:, 0]
    middle = ordered.shape[1] // 2
    return -(ordered[:, middle - 1] + ordered[:, middle]) / 2


def sides(graph: Graph, values: Arrays, rows: int) -> Array:
    """How far the units of all gates are to their open sides, one row a point."""
    found = [_BENDS[gate.op](*(values[parent] for parent in gate.parents)).reshape(rows, -1) for gate in gates(graph)]
    return np.concatenate(found, axis=1) if found else np.ones((rows, 0))
