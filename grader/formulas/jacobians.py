"""Jacobians between named quantities, evaluated by reverse mode with one unit vector for each entry."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from grader.formulas.names import Meaning
from grader.formulas.points import Points
from grader.formulas.tensors import Axis, Tensor
from reference.graph import Array, Given, evaluate, gradients


def jacobian(points: Points, of: Meaning, by: Meaning, tag: str) -> Tensor:
    """The derivative of one quantity by another, axes of the first before axes of the second.

    Where both have samples, it is one Jacobian a sample; `tag` is the index that is written on them.
    """
    shared = bool(of.axes and by.axes) and of.axes[0].kind == by.axes[0].kind == "sample"
    data = _jacobian(points, of.node, by.node, shared)
    above = tuple(_tagged(axis, tag) for axis in of.axes)
    below = tuple(_tagged(axis, tag) for axis in by.axes[shared:])
    return Tensor(data, (*above, *below))


def _tagged(axis: Axis, tag: str) -> Axis:
    return Axis(axis.kind, tag) if axis.kind == "sample" else axis


@lru_cache(maxsize=128)
def _jacobian(points: Points, of: str, by: str, shared: bool) -> Array:  # noqa: FBT001 - part of the cache's key
    shape = points.value(of).shape
    skip = 2 if shared else 1
    inner = shape[skip:]
    units = np.eye(int(np.prod(inner, dtype=int))).reshape(-1, *(1,) * (skip - 1), *inner)
    rows = []
    graph = replace(points.graph, loss=of)
    values = evaluate(points.graph, points.inputs)
    for unit in units:
        seed = Given(np.broadcast_to(unit, shape), np.ones((1,) * len(shape), dtype=np.bool_))
        slopes = gradients(graph, values, {of: (seed,)}).computed
        rows.append(slopes.get(by, np.zeros_like(points.value(by))))
    stacked = np.stack(rows, axis=skip)
    return stacked.reshape(*stacked.shape[:skip], *inner, *stacked.shape[skip + 1 :])
