"""The graphs that a rubric may name, and each of them at other sizes, on which formulas are tried."""

from __future__ import annotations

from collections.abc import Mapping

from reference import autoencoder, gan
from reference.graph import Graph

Trial = tuple[Graph, Mapping[str, tuple[int, ...]]]

PROBLEMS: Mapping[str, Graph] = {"gan": gan.GRAPH, "autoencoder": autoencoder.GRAPH}

OWN: Mapping[str, Trial] = {
    "gan": (gan.GRAPH, gan.SHAPES),
    "autoencoder": autoencoder.resized(2, 3, 2),
}
TRIALS: Mapping[str, Trial] = {
    "gan": gan.resized((2, 2, 3), (3, 2)),
    "autoencoder": autoencoder.resized(4, 3, 2),
}
