"""Parts of arrays: entries at indices, channels, and reshapes of the problem's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from grader.formulas.indices import chain, gather
from grader.formulas.names import Meaning
from grader.formulas.scope import Scope
from grader.formulas.tensors import Axis, Tensor
from grader.language.syntax import Name, Node


def reshaped(
    tensor: Tensor, source: str, result: str, attributes: Mapping[str, object], scope: Scope
) -> Iterator[Tensor]:
    """A reshape from one node to another, or back, if the tensor's axes are those of one of them."""
    before, after = scope.names.meanings.get(source), scope.names.meanings.get(result)
    if before is None or after is None:
        return
    rules = scope.points.graph.table["reshape"]
    if tensor.axes == before.axes:
        yield Tensor(rules.forward(tensor.data, **attributes), after.axes)
    elif tensor.axes == after.axes:
        like = scope.points.values.computed[source]
        yield Tensor(rules.vjp(tensor.data, tensor.data, like, **attributes)[0], before.axes)


def at_superscripts(tensor: Tensor, above: Sequence[Node], meaning: Meaning, scope: Scope) -> Tensor:
    """Superscripts, which count along an axis of their own."""
    for index in above:
        place = tensor.kinds.index(str(meaning.upper)) + 1
        front = Tensor(np.moveaxis(tensor.data, place, 1), (tensor.axes[place - 1], *_but(tensor.axes, place - 1)))
        tensor = gather(front, [index], scope.letters, 1)
    return tensor


def _but(axes: tuple[Axis, ...], place: int) -> tuple[Axis, ...]:
    return (*axes[:place], *axes[place + 1 :])


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
