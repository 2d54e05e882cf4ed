"""Checks an operation's or a graph's gradients against central differences, at points and in directions given.

The error of (f(x + h v) - f(x - h v)) / 2h is O(h^2) + O(eps / h); h = eps^(1/3) balances the two (Press et al.,
"Numerical Recipes", 5.7), which leaves about ten digits for functions of size one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from reference.graph import Array, Arrays, Graph, Values, evaluate, gradients
from reference.operations import Operation

STEP = float(np.finfo(np.float64).eps ** (1 / 3))


def operation_error(
    operation: Operation, arguments: list[Array], attributes: Mapping[str, Any], rng: np.random.Generator
) -> float:
    """Largest relative gap, over the parents, between g . J v by the vjp and by differences, for random g and v."""
    out = operation.forward(*arguments, **attributes)
    g = rng.standard_normal(out.shape)
    pulled = operation.vjp(g, out, *arguments, **attributes)
    return max(
        _gap(float((share * direction).sum()), float((g * difference).sum()))
        for index, share in enumerate(pulled)
        for direction in [rng.standard_normal(arguments[index].shape)]
        for difference in [_difference(operation, arguments, attributes, index, direction)]
    )


def _difference(
    operation: Operation, arguments: list[Array], attributes: Mapping[str, Any], index: int, direction: Array
) -> Array:
    def at(step: float) -> Array:
        moved = [a + step * direction if i == index else a for i, a in enumerate(arguments)]
        out: Array = operation.forward(*moved, **attributes)
        return out

    return (at(STEP) - at(-STEP)) / (2 * STEP)


def graph_error(graph: Graph, inputs: Arrays, rng: np.random.Generator) -> float:
    """Largest relative gap between the loss's slope from `gradients` and from differences, over the graph's inputs."""
    slopes = gradients(graph, evaluate(graph, inputs)).computed

    def loss(name: str, step: float, direction: Array) -> float:
        values: Values = evaluate(graph, {**inputs, name: inputs[name] + step * direction})
        return float(values.computed[str(graph.loss)].sum())

    gaps = []
    for name in sorted(set(graph.inputs) & set(slopes)):
        direction = rng.standard_normal(inputs[name].shape)
        measured = (loss(name, STEP, direction) - loss(name, -STEP, direction)) / (2 * STEP)
        gaps.append(_gap(float((slopes[name] * direction).sum()), measured))
    return max(gaps)


def _gap(a: float, b: float) -> float:
    return abs(a - b) / max(abs(a), abs(b), 1e-12)
