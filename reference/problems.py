"""The graphs that a rubric may name."""

from __future__ import annotations

from collections.abc import Mapping

from reference import autoencoder, gan
from reference.graph import Graph

PROBLEMS: Mapping[str, Graph] = {"gan": gan.GRAPH, "autoencoder": autoencoder.GRAPH}
