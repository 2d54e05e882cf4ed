"""Sample points: a problem at random inputs and other sizes, on both sides of its gates or where all are open.

Random weights shut a layer of eight gates somewhere in 99 draws of 100, and leave some gate always open in others. So
gates are not left to luck: the bias in front of each is set so that every unit is open at some points, shut at others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reference.graph import Array, Arrays, Graph, Node, Values, evaluate, gradients
from reference.problems import OWN, TRIALS

POINTS = 3

# Which parent of an operation is the bias that can move its result anywhere.
_BIAS: Mapping[str, int] = {"affine": 2, "layer": 2, "neuron": 2, "add": 1}


@dataclass(frozen=True, eq=False)
class Points:
    """A problem's graph at a batch of sample points, with the values and gradients there."""

    graph: Graph
    inputs: Arrays
    values: Values
    gradients: Values


@lru_cache(maxsize=64)
def points(problem: str, *, own_sizes: bool, open_gates: bool) -> Points:
    """Sample points of a problem by name: at its own sizes or others, with all gates open or on both sides."""
    graph, shapes = (OWN if own_sizes else TRIALS)[problem]
    rng = np.random.default_rng([len(problem), own_sizes, open_gates])
    inputs = {name: _draw(shape, rng) for name, shape in shapes.items()}
    for gate in (node for node in graph.order if node.op == "relu"):
        _set_gate(graph, inputs, gate, open_gates=open_gates, rng=rng)
    values = evaluate(graph, inputs)
    return Points(graph, inputs, values, gradients(graph, values))


def biases(graph: Graph) -> frozenset[str]:
    """The inputs that are added inside a layer."""
    return frozenset(node.parents[_BIAS[node.op]] for node in graph.nodes if node.op in _BIAS)


def _draw(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Numbers of size one over the root of how many are added up, none negligible."""
    size = rng.uniform(0.4, 1.3, (POINTS, *shape)) * rng.choice([-1.0, 1.0], (POINTS, *shape))
    drawn: Array = size / np.sqrt(max(shape[:1], default=1))
    return drawn


def _set_gate(
    graph: Graph, inputs: dict[str, Array], gate: Node, *, open_gates: bool, rng: np.random.Generator
) -> None:
    """Move the bias in front of a gate."""
    before = next(node for node in graph.nodes if node.name == gate.parents[0])
    bias = before.parents[_BIAS[before.op]]
    reached = evaluate(graph, inputs).computed[before.name]
    target = rng.uniform(0.3, 1.2, reached.shape)
    if not open_gates:
        target = target * _both_signs(reached.shape, rng)
    if inputs[bias].shape == reached.shape:
        inputs[bias] = inputs[bias] + target - reached
    else:
        inputs[bias] = inputs[bias] + _shared_shift(reached, open_gates=open_gates)


def _both_signs(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Random signs in which every entry is open at some points and shut at others."""
    signs = rng.choice([-1.0, 1.0], shape)
    signs[1] = -signs[0]
    return signs


def _shared_shift(reached: Array, *, open_gates: bool) -> Array:
    """For a bias that all samples share: past the lowest sample, or halfway between the middle ones."""
    ordered = np.sort(reached, axis=1)
    if open_gates:
        return 0.3 - ordered[:, 0]
    middle = ordered.shape[1] // 2
    return -(ordered[:, middle - 1] + ordered[:, middle]) / 2
