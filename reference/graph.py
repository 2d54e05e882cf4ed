"""A computation graph over NumPy: evaluation and pure reverse mode, a batch of scenarios at a time.

Every array carries a leading batch axis: row b of each array belongs to scenario b, and an axis of length one stands
for "the same in every scenario". A scenario may hold some nodes at given values instead of computing them, and may
have known wrong variants of operations switched on; both are masks over the batch, so a hundred what-ifs cost one
pass. What is computed after the backward pass (an updated weight, a second forward pass) is a third phase. Nothing is
stored on nodes, so evaluating twice is evaluating once (Griewank and Walther, "Evaluating Derivatives", ch. 3, gives
reverse accumulation).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reference.operations import Operation, Variant

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Arrays: TypeAlias = Mapping[str, Array]
Switches: TypeAlias = Mapping[str, Mapping[str, Mask]]


class GraphError(ValueError):
    """A graph that can't be evaluated; the message is for the author of the homework."""


@dataclass(frozen=True, slots=True)
class Node:
    """One named quantity: an operation of the table over its parents, with fixed attributes.

    `label` is what people call it, where its name is not theirs; `written` the formula that it stands for, which is the
    author's and no student's. Nodes of one `kind` are likely to be misread alike; without one a node is misread by
    itself.
    """

    name: str
    op: str
    parents: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    label: str = ""
    kind: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """Values that stand in for a computed quantity, or for one `entry` of it, wherever `mask` is true.

    Mask and values have the shape of what they stand in for and are broadcast over the batch.
    """

    value: Array
    mask: Mask
    entry: tuple[int, ...] = ()

    def over(self, computed: Array) -> Array:
        """The given values where they hold, the computed ones elsewhere."""
        if not self.entry:
            return np.where(self.mask, self.value, computed)
        place: Any = (slice(None), *self.entry)
        part = np.where(self.mask, self.value, computed[place])
        whole = np.broadcast_to(computed, (len(part), *computed.shape[1:])).copy()
        whole[place] = part
        return whole


Givens: TypeAlias = Mapping[str, Sequence[Given]]

GRADIENT = "grad_"


@dataclass(frozen=True, slots=True)
class Values:
    """What each quantity comes to from its parents (`computed`), and what its children were handed (`used`)."""

    computed: Arrays
    used: Arrays


@dataclass(frozen=True)
class Graph:
    """Nodes over named inputs. `loss` names the scalar node that gradients are taken of, if there is one.

    `after` are nodes that are computed after the backward pass, in order: their parents may be gradients, too, named
    `grad_` and the node. `same` says which of them is the gradient by which node or input.
    """

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    table: Mapping[str, Operation]
    loss: str | None = None
    after: tuple[Node, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [*self.inputs, *(node.name for node in self.nodes)]
        late = [node.name for node in self.after]
        slopes = [GRADIENT + name for name in names]
        _refuse("names that stand twice", {name for name, count in Counter(names + late).items() if count > 1})
        _refuse("unknown operations", {node.op for node in self.every if node.op not in self.table})
        _refuse("unknown parents", _parents(self.nodes) - set(names))
        _refuse("unknown parents", _parents(self.after) - {*names, *late, *slopes})
        _refuse("an unknown loss", {self.loss} - {None, *names})

    @property
    def every(self) -> tuple[Node, ...]:
        """The nodes of all phases."""
        return (*self.nodes, *self.after)

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """The nodes, parents first, without recursion, so that depth is no limit; raises `GraphError` for a cycle."""
        nodes = {node.name: node for node in self.nodes}
        try:
            names = tuple(TopologicalSorter({node.name: node.parents for node in self.nodes}).static_order())
        except CycleError as error:
            raise GraphError(f"nodes that wait for each other: {', '.join(error.args[1])}") from None
        return tuple(nodes[name] for name in names if name in nodes)

    @cached_property
    def names(self) -> frozenset[str]:
        """Inputs and nodes, those of the last phase too."""
        return frozenset(self.inputs) | {node.name for node in self.every}

    @cached_property
    def parents(self) -> Mapping[str, tuple[str, ...]]:
        """What each node is computed from directly, those of the last phase too."""
        return {node.name: node.parents for node in self.every}


def _parents(nodes: Iterable[Node]) -> set[str]:
    return {parent for node in nodes for parent in node.parents}


def _refuse(what: str, names: set[str | None] | set[str]) -> None:
    if names:
        raise GraphError(f"{what}: {', '.join(sorted(map(str, names)))}")


def batch(values: Mapping[str, Any]) -> dict[str, Array]:
    """Put a leading batch axis of length one before each plain array or nested list."""
    return {name: np.asarray(value, dtype=np.float64)[None] for name, value in values.items()}


def evaluate(graph: Graph, inputs: Arrays, given: Givens | None = None, switches: Switches | None = None) -> Values:
    """Evaluate every node, from `inputs` with a batch axis, under each scenario's given values and variants."""
    return _run(graph, graph.order, inputs, (given or {}, switches or {}))


def afterwards(
    graph: Graph, values: Values, slopes: Values, given: Givens | None = None, switches: Switches | None = None
) -> Values:
    """Evaluate what comes after the backward pass, from the values and gradients that the phases before it used."""
    known = {**values.used, **{GRADIENT + name: slope for name, slope in slopes.used.items()}}
    return _run(graph, graph.after, known, (given or {}, switches or {}))


def _run(graph: Graph, nodes: Iterable[Node], known: Arrays, scenario: tuple[Givens, Switches]) -> Values:
    held, wrong = scenario
    computed: dict[str, Array] = dict(known)
    used: dict[str, Array] = dict(known)
    for node in nodes:
        arguments = [used[parent] for parent in node.parents]
        value = graph.table[node.op].forward(*arguments, **node.attributes)
        for variant, mask in _switched(graph, node, arguments, wrong):
            if variant.forward is not None:
                value = _overwritten(value, mask, variant.forward(*_rows(mask, arguments), **node.attributes))
        computed[node.name] = value
        used[node.name] = _held(held, node.name, value)
    return Values(computed, used)


def gradients(graph: Graph, values: Values, given: Givens | None = None, switches: Switches | None = None) -> Values:
    """Gradients of the loss by every node and input that it depends on, by reverse mode, as `Values`.

    `given` holds gradients (by node name) that stand in for the accumulated ones, as the forward `given` holds values.
    """
    if graph.loss is None:
        raise GraphError("this graph has no loss to take gradients of")
    held, wrong = given or {}, switches or {}
    computed: dict[str, Array] = {graph.loss: np.ones_like(values.used[graph.loss])}
    used: dict[str, Array] = dict(computed)
    for node in reversed(graph.order):
        if node.name not in computed:
            continue
        used[node.name] = _held(held, node.name, computed[node.name])
        for parent, share in zip(node.parents, _pull(graph, node, values, used, wrong), strict=True):
            computed[parent] = computed[parent] + share if parent in computed else share
    for name in set(graph.inputs) & set(computed):
        used[name] = _held(held, name, computed[name])
    return Values(computed, used)


def _held(held: Givens, name: str, computed: Array) -> Array:
    for given in held.get(name, ()):
        computed = given.over(computed)
    return computed


def _pull(graph: Graph, node: Node, values: Values, used: Arrays, wrong: Switches) -> Iterable[Array]:
    """Pull a node's gradient back to its parents, by the operation's rule or a switched-on variant of it."""
    operation = graph.table[node.op]
    arguments = [values.used[parent] for parent in node.parents]

    parts = [used[node.name], values.used[node.name], *arguments]
    shares: tuple[Array, ...] = operation.vjp(*parts, **node.attributes)
    for variant, mask in _switched(graph, node, arguments, wrong):
        if variant.vjp is not None:
            changed = variant.vjp(*_rows(mask, parts), **node.attributes)
            shares = tuple(_overwritten(old, mask, new) for old, new in zip(shares, changed, strict=True))
    return shares


def _switched(graph: Graph, node: Node, arguments: list[Array], wrong: Switches) -> Iterable[tuple[Variant, Mask]]:
    """A node's variants that are switched on in some scenario and can be made with arguments of these shapes."""
    shapes = [argument.shape[1:] for argument in arguments]
    for name, mask in wrong.get(node.name, {}).items():
        variant = graph.table[node.op].variants[name]
        if mask.any() and variant.fits(*shapes, **node.attributes):
            yield variant, mask


def _rows(mask: Mask, arrays: Iterable[Array]) -> list[Array]:
    """The rows of each array where the mask is true; an array of one row is every row."""
    return [array if len(array) == 1 else array[mask] for array in arrays]


def _overwritten(array: Array, mask: Mask, rows: Array) -> Array:
    """An array with the rows where the mask is true put in place."""
    overwritten = np.broadcast_to(array, (len(mask), *array.shape[1:])).copy()
    overwritten[mask] = rows
    return overwritten
