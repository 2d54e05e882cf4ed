"""Misreadings: the known wrong variants of a graph's operations, and the power of ten that is left out.

They are not written down for a homework: each operation of `reference.ops` brings its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TypeAlias

from reference.graph import Arrays, Graph, Node
from reference.operations import Variant


@dataclass(frozen=True, slots=True, order=True)
class Misreading:
    """A variant that a student may have taken for an operation, at one node or at several.

    `sentence` tells it to a student: it has no formula of the author's in it, only where it stands. `written` tells it
    with the formulas, to who has the key.
    """

    nodes: tuple[str, ...]
    variant: str
    sentence: str
    written: str = ""


Misreadings: TypeAlias = frozenset[Misreading]

RIGHT: Misreadings = frozenset()
POWER = Misreading((), "power_of_ten", _POWER := "the power of ten is left out", _POWER)

# How many pairs are tried, the likeliest first: a count, so that the same submission always gets the same report.
MAX_PAIRS = 1500
_SHOWN = 4
_NUMBER = re.compile(r"\d+", re.ASCII)


def misreadings(graph: Graph, values: Arrays) -> tuple[Misreading, ...]:
    """All misreadings of a graph: at single nodes in the graph's order, then at all nodes that are alike at once.

    `values` are those of all quantities and of their gradients (`grad_`), batch axis first: what could not be done with
    arrays of their shapes is left out.
    """
    found = singles(graph, values)
    return (*found, *_everywhere(found, graph), *_lone_uses(graph), *_lone_steps(graph))


def singles(graph: Graph, values: Arrays) -> tuple[Misreading, ...]:
    """The misreadings of single nodes, in the graph's order."""
    return tuple(_singles(graph, values))


def pairs(known: tuple[Misreading, ...]) -> tuple[Misreadings, ...]:
    """Pairs of misreadings of different nodes, at most `MAX_PAIRS`."""
    apart = (frozenset(pair) for pair in combinations(known, 2) if not set(pair[0].nodes) & set(pair[1].nodes))
    return tuple(islice(apart, MAX_PAIRS))


def _singles(graph: Graph, values: Arrays) -> Iterator[Misreading]:
    told = _Telling({node.name: node for node in graph.every})
    for node in (*graph.order, *graph.after):
        shapes = [values[parent].shape[1:] for parent in node.parents]
        for name, variant in graph.table[node.op].variants.items():
            if variant.fits(*shapes, **node.attributes):
                yield Misreading((node.name,), name, told.sentence(variant, node), told.written(variant, node))


@dataclass(frozen=True)
class _Telling:
    """How the nodes of a graph are told: by their names, and what has none by where it stands or by its formula."""

    nodes: Mapping[str, Node]

    def sentence(self, variant: Variant, node: Node) -> str:
        """A variant at a node, without any formula."""
        return _filled(variant, self.place(node.name), [*map(self.place, node.parents)], node)

    def written(self, variant: Variant, node: Node) -> str:
        """A variant at a node, with the formulas of what has no name."""
        return _filled(variant, self.formula(node.name), [*map(self.formula, node.parents)], node)

    def place(self, name: str) -> str:
        """A node without a name by where it stands."""
        node = self.nodes.get(name)
        owner, _, inner = name.partition("#")
        if node is None or node.label or not inner:
            return (node.label if node else "") or name
        return f"{node.attributes['value']:g}" if node.op == "constant" else f"(a part of {owner})"

    def formula(self, name: str) -> str:
        """A node without a name as its formula."""
        node = self.nodes.get(name)
        return (node.label or node.written if node else "") or name


def _filled(variant: Variant, name: str, parents: list[str], node: Node) -> str:
    return variant.sentence.format(node=name, parents=parents, **node.attributes)


def _everywhere(found: tuple[Misreading, ...], graph: Graph) -> Iterator[Misreading]:
    """Each misreading at all nodes that are alike, where there are several: those of a kind, then those of a place."""
    nodes = {node.name: node for node in graph.every}
    known: set[tuple[tuple[str, ...], str]] = set()
    for alike in (lambda node: node.kind, _place):
        groups: dict[tuple[str, str, str], list[Misreading]] = {}
        for one in found:
            node = nodes[one.nodes[0]]
            if node.kind and node.op != "use":
                groups.setdefault((node.kind, alike(node), one.variant), []).append(one)
        for (kind, _, variant), members in groups.items():
            where = tuple(one.nodes[0] for one in members)
            if len(members) > 1 and (where, variant) not in known:
                known.add((where, variant))
                first, *others = (nodes[name] for name in where)
                told, row = _Telling(nodes), graph.table[kind].variants[variant]
                sentence = f"{told.sentence(row, first)}, and likewise in {_listed([_owner(one) for one in others])}"
                formulas = _listed([told.formula(one.name) for one in others])
                yield Misreading(where, variant, sentence, f"{told.written(row, first)}, and likewise in {formulas}")


def _owner(node: Node) -> str:
    return node.label or node.name.partition("#")[0]


def _place(node: Node) -> str:
    """Where a node stands in its formula, alike for formulas whose names differ in numbers: steps, or layers."""
    owner, _, inner = node.name.partition("#")
    return f"{_NUMBER.sub('', owner)}#{inner}"


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    shown = names[:_SHOWN]
    more = f" and {len(names) - _SHOWN} more places" if len(names) > _SHOWN else ""
    return ", ".join(shown) + more


def _lone_uses(graph: Graph) -> Iterator[Misreading]:
    """For what is used in three places or more: all contributions to its gradient are lost but that of one place."""
    uses: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if node.op == "use":
            uses.setdefault(node.parents[0], []).append(node)
    for name, places in uses.items():
        for kept in places if len(places) > 2 else ():
            others = tuple(node.name for node in places if node is not kept)
            sentence = f"of the gradient by {name} only the part by way of {kept.attributes['owner']} is counted"
            yield Misreading(others, "lost", sentence, sentence)


def _lone_steps(graph: Graph) -> Iterator[Misreading]:
    """For inputs that several numbered steps use: the contributions to their gradients are lost but those of one."""
    steps: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if (
            node.op == "use"
            and node.parents[0] in graph.inputs
            and (found := _NUMBER.findall(node.attributes["owner"]))
        ):
            steps.setdefault(found[-1], []).append(node)
    for kept in steps if len({node.parents[0] for nodes in steps.values() for node in nodes}) > 1 else ():
        others = tuple(node.name for step, nodes in steps.items() if step != kept for node in nodes)
        if others:
            sentence = f"of all shared weights only what step {kept} contributes is counted"
            yield Misreading(others, "lost", sentence, sentence)
