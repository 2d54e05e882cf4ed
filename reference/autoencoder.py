"""Homework 6, problem 2: an auto-encoder with one hidden layer, over N samples at once.

Samples are rows: X (N, d), H (N, m), X' (N, d), with w_1 (d, m) and w_2 (m, d). The loss is the squared error, summed
over samples and features.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.graph import Graph, Node
from reference.ops import TABLE

GRAPH = Graph(
    inputs=("x", "w_1", "b_1", "w_2", "b_2"),
    nodes=(
        Node("a", "layer", ("w_1", "x", "b_1")),
        Node("h", "relu", ("a",)),
        Node("c", "layer", ("w_2", "h", "b_2")),
        Node("x'", "sigmoid", ("c",)),
        Node("error", "squared_error", ("x'", "x")),
        Node("L", "objective", ("error",)),
    ),
    table=TABLE,
    loss="L",
)


def resized(samples: int, features: int, units: int) -> tuple[Graph, Mapping[str, tuple[int, ...]]]:
    """The same network, and the shapes of its inputs at other sizes."""
    shapes = {"x": (samples, features), "w_1": (features, units), "b_1": (units,), "w_2": (units, features)}
    return GRAPH, {**shapes, "b_2": (features,)}
