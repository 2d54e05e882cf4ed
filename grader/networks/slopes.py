"""Which quantities of the last phase are gradients: a homework's own chain of deltas, found by their values.

An equality at the problem's inputs alone may be chance. So it has to hold at other inputs, too: all that are no zeros
and ones (targets and masks, of which such chains assume that they stay what they are) are moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from grader.calculus.samples import stream, within
from grader.calculus.tolerances import NOTHING, ROUNDING
from reference.graph import Array, Graph, afterwards, evaluate, gradients

_POINTS = 3


def gradients_among(graph: Graph, inputs: Mapping[str, Array], names: frozenset[str]) -> Mapping[str, str]:
    """For each of the named quantities after the backward pass that is a gradient: of which node, or input.

    Of several with the same gradient it is the one nearest to the loss.
    """
    if graph.loss is None or not names:
        return {}
    moved = _moved(inputs)
    with np.errstate(all="ignore"):
        values = evaluate(graph, moved)
        slopes = gradients(graph, values)
        later = afterwards(graph, values, slopes).computed
    order = [node.name for node in reversed(graph.order) if node.op != "use"]
    nearest = [name for name in (*order, *graph.inputs) if name in slopes.computed]
    found = {}
    for name in names:
        of = next(_equal(later[name], {other: slopes.computed[other] for other in nearest}), None)
        if of is not None:
            found[name] = of
    return found


def _equal(value: Array, slopes: Mapping[str, Array]) -> Iterator[str]:
    """The slopes that are a value, at every point, and not nothing but zeros or a constant."""
    if not np.isfinite(value).all() or len(value) < _POINTS or np.array_equal(value[0], value[1]):
        return
    size = float(np.abs(value).max(initial=0.0))
    for name, slope in slopes.items():
        if slope.shape == value.shape and np.allclose(slope, value, rtol=ROUNDING, atol=NOTHING * size):
            yield name


def _moved(inputs: Mapping[str, Array]) -> Mapping[str, Array]:
    """The inputs, and beside them at other points, moved by up to a tenth."""
    draw = stream(0)
    moved = {}
    for name, value in inputs.items():
        steps = within(draw, (-0.1, 0.1), (_POINTS - 1, *value.shape[1:])) * np.maximum(np.abs(value), 0.1)
        still = np.isin(value, (0.0, 1.0)).all()
        moved[name] = np.concatenate([value, value + (0.0 * steps if still else steps)])
    return moved
