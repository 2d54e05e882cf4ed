"""A formula read as written: as one of the formulas by which a problem declares its graph, with NumPy's products.

Where the freer readings know an axis only by what it runs over, this one knows its place, and it knows every function
that a declared formula may use.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from grader.calculus.budget import PART
from grader.formulas.names import Names, with_flat_gradients
from grader.formulas.points import Points
from grader.formulas.scope import Scope
from grader.formulas.tensors import Axis, Tensor, number
from grader.language.errors import LanguageError
from grader.language.syntax import RAISED, Chain, Index, Node, Number
from grader.language.trees import walk
from grader.networks.formulas import Reader
from grader.networks.letters import letters
from grader.networks.parts import Builder
from reference.graph import Node as Operation

# A declared formula takes these for > and <, which they are but where a ReLU has made its units zero.
_AT_ZERO_TOO = frozenset({">=", "<="})


def literal(node: Node, scope: Scope) -> Tensor | None:
    """What a formula or a part is worth as written; None where it has no such reading. Raises `OverBudgetError`."""
    scope.budget.spend(PART * sum(1 for _ in walk(node)))
    if any(_reads_otherwise(part, scope.base) for part in walk(node)):
        return None
    known = _known(scope.points, scope.names)
    builder = Builder({name: tensor.data for name, tensor in known.items()})
    for name, size in scope.all_sizes.items():
        builder.call(name, size, "")
    node = with_flat_gradients(node, scope.names, str(scope.points.graph.loss))
    try:
        with np.errstate(all="ignore"):
            part = Reader(builder, scope.points.graph.loss, after=True).part(node)
    except LanguageError:
        return None
    if part.number is not None:
        return number(part.number)
    axes = {name: tensor.axes for name, tensor in known.items()}
    for one in builder.nodes:
        axes[one.name] = _axes(one, axes, builder, known)
    return Tensor(builder.values[part.name], axes[part.name])


def _reads_otherwise(part: Node, base: int) -> bool:
    """Whether a declared formula reads a part otherwise: comparisons at zero, and what counts from 1."""
    if isinstance(part, Index):
        counted = base == 1 and any(isinstance(index, Number) for index in part.at)
        return counted or part.style == "^" or part.style in RAISED
    return isinstance(part, Chain) and any(step.relation in _AT_ZERO_TOO for step in part.steps)


@lru_cache(maxsize=64)
def _known(points: Points, names: Names) -> Mapping[str, Tensor]:
    """All that formulas may name, by flat names."""
    found = {name: Tensor(points.value(one.node), one.axes) for name, one in names.meanings.items()}
    slopes = points.gradients.computed
    found |= {name: Tensor(slopes[one.node], one.axes) for name, one in names.gradients.items() if one.node in slopes}
    return {name: Tensor(tensor.data, tuple(Axis(axis.kind) for axis in tensor.axes)) for name, tensor in found.items()}


def _axes(
    node: Operation, known: Mapping[str, tuple[Axis, ...]], builder: Builder, named: Mapping[str, Tensor]
) -> tuple[Axis, ...]:
    """What the axes of a result run over: what those of its parents do that they are, or a quantity's as long."""
    shapes = [builder.values[parent].shape[1:] for parent in node.parents]
    shape = builder.values[node.name].shape[1:]
    lettered, kept = letters(node, shapes, shape)
    kinds: dict[int, Axis] = {}
    for own, parent in zip(lettered, node.parents, strict=True):
        kinds.update(zip(own, known[parent], strict=True))
    return tuple(kinds.get(letter) or _as_long(size, named) for letter, size in zip(kept, shape, strict=True))


def _as_long(size: int, named: Mapping[str, Tensor]) -> Axis:
    """The kind of axis of which all are as long, where it is the only one."""
    kinds = {
        axis
        for tensor in named.values()
        for axis, length in zip(tensor.axes, tensor.data.shape[1:], strict=True)
        if length == size
    }
    return kinds.pop() if len(kinds) == 1 else Axis(f"{size} entries")
