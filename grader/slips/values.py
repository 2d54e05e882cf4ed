"""Misreadings: the known wrong variants of a graph's operations, and the power of ten that is left out.

They are not written down for a homework: each operation of `reference.ops` brings its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from reference.graph import Graph, Node


@dataclass(frozen=True, slots=True, order=True)
class Misreading:
    """A variant of one node's operation that a student may have taken for the operation; `sentence` tells it."""

    node: str
    variant: str
    sentence: str


Misreadings: TypeAlias = frozenset[Misreading]

RIGHT: Misreadings = frozenset()
POWER = Misreading("", "power_of_ten", "the power of ten is left out")


def misreadings(graph: Graph) -> tuple[Misreading, ...]:
    """All single misreadings of a graph, in the graph's order."""
    return tuple(_misreadings(graph))


def pairs(singles: tuple[Misreading, ...]) -> tuple[Misreadings, ...]:
    """All pairs of misreadings of different nodes."""
    return tuple(frozenset(pair) for pair in combinations(singles, 2) if pair[0].node != pair[1].node)


def _misreadings(graph: Graph) -> Iterator[Misreading]:
    labels = {node.name: node.label or node.name for node in graph.nodes}
    for node in graph.order:
        for name, variant in graph.table[node.op].variants.items():
            sentence = variant.sentence.format(node=labels[node.name], parents=_labels(node, labels))
            yield Misreading(node.name, name, sentence)


def _labels(node: Node, labels: dict[str, str]) -> list[str]:
    return [labels.get(parent, parent) for parent in node.parents]
