"""Quantities that are used in several formulas: each use is a node, so that its contribution can be left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reference.graph import Node


def origin(nodes: Mapping[str, Node], name: str) -> str:
    """The quantity that a name is a use of; itself where it is none."""
    while name in nodes and nodes[name].op == "use":
        name = nodes[name].parents[0]
    return name


def with_uses(inputs: tuple[str, ...], nodes: tuple[Node, ...], loss: str | None) -> tuple[Node, ...]:
    """The nodes with one of operation `use` between a shared quantity and each declared node that it goes into.

    Only where gradients flow: without a loss, and beside its way, nothing is added.
    """
    if loss is None:
        return nodes
    flowing = _upstream(nodes, loss)
    owners = _owners(nodes, flowing, frozenset(inputs) | {_owner(node) for node in nodes})
    shared = {(name, owner) for name, users in owners.items() if len(users) > 1 for owner in users}
    return tuple(_rewritten(nodes, flowing, shared))


def _rewritten(nodes: Iterable[Node], flowing: frozenset[str], shared: set[tuple[str, str]]) -> Iterable[Node]:
    made: set[str] = set()
    for node in nodes:
        owner = _owner(node)
        places: dict[str, str] = {}
        for parent in node.parents:
            if node.name in flowing and (parent, owner) in shared:
                places[parent] = f"{parent}@{owner}"
                if places[parent] not in made:
                    made.add(places[parent])
                    yield Node(places[parent], "use", (parent,), {"owner": owner}, parent)
        yield replace(node, parents=tuple(places.get(parent, parent) for parent in node.parents))


def _owner(node: Node) -> str:
    """The declared node whose formula a node is part of."""
    return node.name.partition("#")[0]


def _owners(nodes: Iterable[Node], flowing: frozenset[str], declared: frozenset[str]) -> Mapping[str, dict[str, None]]:
    """Which declared nodes each declared quantity goes into, in order."""
    found: dict[str, dict[str, None]] = {}
    for node in nodes:
        for parent in node.parents:
            if node.name in flowing and parent in declared:
                found.setdefault(parent, {})[_owner(node)] = None
    return found


def _upstream(nodes: Iterable[Node], loss: str) -> frozenset[str]:
    """The loss and all that it is computed from; nodes stand in the order of computation."""
    found = {loss}
    for node in reversed(tuple(nodes)):
        if node.name in found:
            found.update(node.parents)
    return frozenset(found)
