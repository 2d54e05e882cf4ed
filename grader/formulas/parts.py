"""Parts of arrays: entries at indices, channels, and reshapes of the problem's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.formulas.indices import chain, gather
from grader.formulas.scope import Scope
from grader.formulas.tensors import Axis, Tensor
from grader.language.syntax import Name, Node
from reference.graph import Node as Operation


def reshaped(tensor: Tensor, operation: Operation, scope: Scope) -> Iterator[Tensor]:
    """A reshape from one node to another, or back, if the tensor's axes are those of one of them."""
    source = operation.parents[0]
    before, after = scope.names.meanings.get(source), scope.names.meanings.get(operation.name)
    if before is None or after is None:
        return
    rules = scope.points.graph.table[operation.op]
    if tensor.axes == before.axes:
        yield Tensor(rules.forward(tensor.data, **operation.attributes), after.axes)
    elif tensor.axes == after.axes:
        like = scope.points.value(source)
        yield Tensor(rules.vjp(tensor.data, tensor.data, like, **operation.attributes)[0], before.axes)


def without_single_rows(tensor: Tensor, count: int) -> Tensor:
    """The tensor without its first axes of length one, where fewer indices than axes are written."""
    while count < len(tensor.axes) and tensor.data.shape[1] == 1:
        tensor = Tensor(tensor.data[:, 0], tensor.axes[1:])
    return tensor


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


def subscripts(node: Node) -> list[Name]:
    """The letters written on a quantity."""
    return [index for index, _ in chain(node)[1] if isinstance(index, Name)]
