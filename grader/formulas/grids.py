"""Correlations of grids: `Deconv(h_1, w_1)`, `corr(pad(h_1, 2), w_1)`, `conv2d(...)`, and kernels turned over.

A correlation without padding is out[r, c] = sum over i, j of a[r+i, c+j] b[i, j], over the last two axes of both;
channels that both have are summed, but for those with a written index (Dumoulin and Visin, "A guide to convolution
arithmetic", 2016).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.formulas.errors import FormulaError
from grader.formulas.scope import Scope
from grader.formulas.tensors import Axis, Tensor, contract, elementwise
from grader.language.errors import Span
from grader.networks.uses import origin

MAX_PADDING = 16

_PADDED = "padded "

Pair = tuple[Axis, Axis]


def deconvolved(parts: list[Tensor], scope: Scope, span: Span) -> Tensor:
    """The graph's own deconvolution of its two arguments, and a third added to it."""
    own = next((one for one in scope.points.graph.nodes if one.op == "deconv"), None)
    if own is None or len(parts) not in {2, 3}:
        raise FormulaError("there is no deconvolution of these in this problem", span)
    nodes = {node.name: node for node in scope.points.graph.nodes}
    sources = [origin(nodes, parent) for parent in own.parents]
    wanted = [scope.names.meanings[source].axes if source in scope.names.meanings else None for source in sources]
    if [part.axes for part in parts[:2]] != wanted:
        raise FormulaError(f"a deconvolution takes {' and '.join(sources)} here", span)
    data = scope.points.graph.table["deconv"].forward(parts[0].data, parts[1].data, **own.attributes)
    result = Tensor(data, _pair_of(data.shape[1:], scope, None, span))
    return elementwise(np.add, result, parts[2]) if len(parts) == 3 else result


def padded(tensor: Tensor, by: tuple[int, int], span: Span) -> Tensor:
    """Zeros around the last two axes, so many in front of and behind each."""
    if len(tensor.axes) < 2:
        raise FormulaError("pad takes a grid, and how many zeros to put on each side", span)
    around = [(0, 0)] * (tensor.data.ndim - 2) + [(width, width) for width in by]
    kinds = tuple(Axis(_PADDED + axis.kind) for axis in tensor.axes[-2:])
    return Tensor(np.pad(tensor.data, around), (*tensor.axes[:-2], *kinds))


def turned(tensor: Tensor, span: Span) -> Tensor:
    """A kernel turned by 180 degrees."""
    if len(tensor.axes) < 2:
        raise FormulaError("only a grid can be turned", span)
    return Tensor(tensor.data[..., ::-1, ::-1], tensor.axes)


def correlated(image: Tensor, kernel: Tensor, scope: Scope, want: tuple[str, ...] | None, span: Span) -> Tensor:
    """The correlation of a grid with a smaller one."""
    size = kernel.data.shape[-2:]
    if min(len(image.axes), len(kernel.axes)) < 2 or any(
        mine < theirs for mine, theirs in zip(image.data.shape[-2:], size, strict=True)
    ):
        raise FormulaError("a correlation takes a grid and one that is no larger", span)
    windows = sliding_window_view(image.data, size, axis=(-2, -1))
    before, behind = image.axes[:-2], kernel.axes[:-2]
    leading = {axis: number for number, axis in enumerate(dict.fromkeys((*before, *behind)))}
    row, column, down, across = range(len(leading), len(leading) + 4)
    kept = tuple(axis for axis in leading if axis.tag or (axis in before) != (axis in behind))
    names = (
        [*map(leading.__getitem__, before), row, column, down, across],
        [*map(leading.__getitem__, behind), down, across],
    )
    whole = Tensor(windows, (*image.axes, *kernel.axes[-2:]))
    grid = _pair_of(windows.shape[-4:-2], scope, want, span)
    return contract((whole, kernel), names, [*(leading[axis] for axis in kept), row, column], (*kept, *grid))


def _pair_of(size: tuple[int, ...], scope: Scope, want: tuple[str, ...] | None, span: Span) -> Pair:
    """Which of the problem's grids a grid of this size is, those that are wanted first."""
    pairs = [pair for pair, shape in _grids(scope).items() if shape == size]
    pairs.sort(key=lambda pair: want is None or not {axis.kind for axis in pair}.issubset(want))
    if not pairs:
        raise FormulaError(f"a grid of {size[0]} x {size[1]} is none of this problem's", span)
    return pairs[0]


def _grids(scope: Scope) -> Mapping[Pair, tuple[int, ...]]:
    grids: dict[Pair, tuple[int, ...]] = {}
    for meaning in scope.names.meanings.values():
        if len(meaning.axes) >= 2:
            grids[meaning.axes[-2], meaning.axes[-1]] = scope.value(meaning).data.shape[-2:]
    return grids
