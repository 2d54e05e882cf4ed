"""Parts of arrays: entries at indices, channels, and reshapes of the problem's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.formulas.errors import FormulaError
from grader.formulas.indices import chain, gather, raised_first
from grader.formulas.names import SAMPLE
from grader.formulas.scope import Scope
from grader.formulas.tensors import Axis, Tensor
from grader.language.errors import Span
from grader.language.syntax import Name, Negative, Node, Number, Slice
from grader.networks.uses import origin
from reference.graph import Array
from reference.graph import Node as Operation


def reshaped(tensor: Tensor, operation: Operation, scope: Scope, written: Sequence[Node]) -> Iterator[Tensor]:
    """A reshape from one node to another, or back, if the tensor's axes are those of one of them.

    What it is reshaped to may be `written`, with -1 for what is left.
    """
    source = origin({node.name: node for node in scope.points.graph.nodes}, operation.parents[0])
    before, after = scope.names.meanings.get(source), scope.names.meanings.get(operation.name)
    if before is None or after is None:
        return
    rules = scope.points.graph.table[operation.op]
    if tensor.axes == before.axes and _fits(scope.points.value(operation.name), written):
        yield Tensor(rules.forward(tensor.data, **operation.attributes), after.axes)
    elif tensor.axes == after.axes and _fits(scope.points.value(source), written):
        like = scope.points.value(source)
        yield Tensor(rules.vjp(tensor.data, tensor.data, like, **operation.attributes)[0], before.axes)


def _fits(array: Array, written: Sequence[Node]) -> bool:
    """Whether a written shape is that of an array; none is any."""
    sizes = [tree.text if isinstance(tree, Number) else "" for tree in written]
    rest = [isinstance(tree, Negative) and tree.operand == Number("1") for tree in written]
    shape = array.shape[1:]
    return not written or (
        len(shape) == len(written)
        and sum(rest) <= 1
        and all(any_size or text == str(size) for any_size, text, size in zip(rest, sizes, shape, strict=True))
    )


def without_single_rows(tensor: Tensor, count: int) -> Tensor:
    """The tensor without its first axes of length one, where fewer indices than axes are written."""
    while count < len(tensor.axes) and tensor.data.shape[1] == 1:
        tensor = Tensor(tensor.data[:, 0], tensor.axes[1:])
    return tensor


def sliced(tensor: Tensor, at: Sequence[Node], span: Span) -> Tensor:
    """The axes without a written index, each whole, or read backwards as `[::-1, ::-1]` reads a kernel."""
    open_axes = [place for place, axis in enumerate(tensor.axes) if not axis.tag]
    if len(at) > len(open_axes) or not all(part in _WHOLE or part == _BACKWARDS for part in at):
        raise FormulaError("only whole axes, `:`, and axes read backwards, `::-1`, are taken here", span)
    backwards = tuple(place + 1 for place, part in zip(open_axes, at, strict=False) if part == _BACKWARDS)
    return Tensor(np.flip(tensor.data, backwards), tensor.axes)


_BACKWARDS = Slice(None, None, Negative(Number("1")))
_WHOLE = (Slice(), Slice(None, None, Number("1")))


def indexed(tensor: Tensor, at: Sequence[tuple[Node, str]], upper: str | None, scope: Scope, span: Span) -> Tensor:
    """A quantity at written indices: subscripts in the order of its axes, a superscript along `upper`."""
    tensor = without_single_rows(tensor, len(at))
    at, sampled = raised_first(at, upper)
    above = [index for index, style in at if style == "^"]
    below = [index for index, style in at if style != "^"]
    if sampled:
        tensor = samples_first(tensor)
    if above or (scope.upper_last and len(below) == len(tensor.axes) and upper in tensor.kinds):
        tensor = upper_last(tensor, upper)
    if len(at) > len(tensor.axes) or len(above) > 1:
        raise FormulaError(f"{len(at)} indices, where there are {len(tensor.axes)} axes", span)
    tensor = entries(tensor, below, scope)
    return at_superscript(tensor, above[0], scope) if above else tensor


def samples_first(tensor: Tensor) -> Tensor:
    """The tensor with the axis that its samples run over in front."""
    place = tensor.kinds.index(SAMPLE) if SAMPLE in tensor.kinds else 0
    axes = (tensor.axes[place], *tensor.axes[:place], *tensor.axes[place + 1 :]) if tensor.axes else ()
    return Tensor(np.moveaxis(tensor.data, place + 1, 1), axes) if axes else tensor


def in_rows(
    rows: Sequence[Sequence[Tensor]], scope: Scope, want: tuple[str, ...] | None, span: Span
) -> Iterator[Tensor]:
    """Numbers in rows as each quantity that has their shape; a single row or column is a vector, too."""
    if len({len(row) for row in rows}) != 1 or any(entry.axes for row in rows for entry in row):
        raise FormulaError("the entries of this matrix are not single numbers in rows of one length", span)
    count = max(len(entry.data) for row in rows for entry in row)
    data = np.stack([np.stack([np.broadcast_to(one.data, (count,)) for one in row], axis=1) for row in rows], axis=1)
    shape = data.shape[1:]
    flat = data.reshape(len(data), -1) if 1 in shape else data
    known = dict.fromkeys(meaning.axes for meaning in scope.names.meanings.values())
    sizes = {meaning.axes: scope.value(meaning).data.shape[1:] for meaning in scope.names.meanings.values()}
    whole = [axes for axes in known if sizes[axes] in {shape, flat.shape[1:]}]
    pairs = [axes[-2:] for axes in known if len(axes) > 2 and sizes[axes][-2:] == shape]
    ordered = sorted(dict.fromkeys((*whole, *pairs)), key=lambda axes: not {a.kind for a in axes} <= set(want or ()))
    return (Tensor(data if len(axes) == data.ndim - 1 else flat, axes) for axes in ordered)


def upper_last(tensor: Tensor, upper: str | None) -> Tensor:
    """The tensor with the axis that superscripts count along at the end."""
    place = tensor.kinds.index(str(upper))
    axes = (*tensor.axes[:place], *tensor.axes[place + 1 :], tensor.axes[place])
    return Tensor(np.moveaxis(tensor.data, place + 1, -1), axes)


def at_superscript(tensor: Tensor, index: Node, scope: Scope) -> Tensor:
    """The entries at a superscript, which counts along the last axis from 1."""
    front = Tensor(np.moveaxis(tensor.data, -1, 1), (tensor.axes[-1], *tensor.axes[:-1]))
    return gather(front, [index], scope.letters, 1)


def entries(tensor: Tensor, indices: Sequence[Node], scope: Scope) -> Tensor:
    """Letters that run over a whole axis tag it; anything else picks entries."""
    plain = all(
        scope.letters[index.base].size == tensor.data.shape[place + 1]
        for place, index in enumerate(indices)
        if isinstance(index, Name) and index.base in scope.letters
    ) and all(isinstance(index, Name) for index in indices)
    if plain and len(set(indices)) == len(indices):
        tagged = [Axis(axis.kind, index.base) for axis, index in zip(tensor.axes, indices, strict=False)]  # type: ignore[attr-defined]
        return Tensor(tensor.data, (*tagged, *tensor.axes[len(indices) :]))
    return gather(tensor, list(indices), scope.letters, scope.base)


def stacked(parts: Sequence[Tensor], scope: Scope, span: Span) -> Iterator[Tensor]:
    """Parts one after another, along the first axis of each quantity that has such parts: `[h_1^1, h_1^2]`."""
    if len({part.axes for part in parts}) != 1:
        raise FormulaError("the parts of this list have different shapes", span)
    data = np.stack([part.data for part in parts], axis=1)
    whole = [one for one in scope.names.meanings.values() if one.axes[1:] == parts[0].axes]
    fitting = (one.axes for one in whole if scope.points.value(one.node).shape[1:] == data.shape[1:])
    return (Tensor(data, axes) for axes in dict.fromkeys(fitting))


def subscripts(node: Node) -> list[Name]:
    """The letters written on a quantity."""
    return [index for index, _ in chain(node)[1] if isinstance(index, Name)]
