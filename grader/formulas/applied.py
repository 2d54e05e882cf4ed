"""Functions that know the homework's own operations: reshapes, correlations, traces, maxima.

Each rule is handed `read`, which gives the readings of its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from typing import TypeAlias

import numpy as np

from grader.formulas.errors import FormulaError
from grader.formulas.grids import MAX_PADDING, correlated, deconvolved, padded, turned
from grader.formulas.literal import literal
from grader.formulas.names import DECONVOLUTIONS, INNER, OUTER, TURNS
from grader.formulas.parts import reshaped
from grader.formulas.scope import Scope
from grader.formulas.tensors import Tensor, Tensors, elementwise
from grader.language.syntax import Apply, Node, Product
from reference.graph import Array

Want: TypeAlias = tuple[str, ...] | None
Read: TypeAlias = Callable[[Node, Scope, Want], Tensors]

# How many readings of a term, and how many combinations of them, are looked at.
MAX_TERMS = 24
MAX_SUMS = 200


def first(read: Read, node: Node, scope: Scope, want: Want = None) -> Tensor:
    """The plainest reading: as written, if it can be. Raises `FormulaError` where there is none."""
    written = literal(node, scope) if scope.names.declared else None
    tensor = written if written is not None else next(read(node, scope, want), None)
    if tensor is None:
        raise FormulaError("this can't be read here", node.span)
    return tensor


def iter_one(tensor: Tensor) -> Tensors:
    """A reading that is the only one."""
    return iter((tensor,))


def pairwise(read: Read, function: Callable[..., Array], parts: Sequence[Node], scope: Scope, want: Want) -> Tensors:
    """An elementwise function of two parts, read so that their axes agree."""
    options = [list(islice(read(part, scope, want), MAX_TERMS)) for part in parts]
    for chosen in islice(product(*options), MAX_SUMS):
        yield elementwise(function, *chosen)


_RESHAPES = frozenset({"reshape", "reshape_rows", "flat"})


def _reshape(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    """A reshape of the graph's own, forward or, for gradients, back: the one whose axes fit the argument."""
    for tensor in read(node.args[0], scope, None):
        for operation in scope.points.graph.nodes:
            if operation.op in _RESHAPES:
                yield from reshaped(tensor, operation, scope)


def _trace(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    return read(node.args[0], scope, ())


def _maximum(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
    return pairwise(read, np.maximum, node.args, scope, want)


def _outer(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
    return read(Product(node.args, ("otimes",)), scope, want)


def _inner(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
    return read(Product(node.args, ("@",)), scope, want)


def _deconvolution(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    return iter_one(deconvolved([first(read, part, scope) for part in node.args], scope, node.span))


def _correlation(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
    image, kernel, *around = (first(read, part, scope) for part in node.args)
    if around:
        image = padded(image, _width(around[0], node), node.span)
    return iter_one(correlated(image, kernel, scope, want, node.span))


def _padded(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    grid, by = (first(read, part, scope) for part in node.args)
    return iter_one(padded(grid, _width(by, node), node.span))


def _width(tensor: Tensor, node: Apply) -> int:
    width = float(tensor.data.flat[0])
    if tensor.axes or not 0 <= width <= MAX_PADDING:
        raise FormulaError(f"a padding is a whole number of at most {MAX_PADDING}", node.span)
    return int(width)


def _turned(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    return iter_one(turned(first(read, node.args[0], scope), node.span))


def _taking(counts: frozenset[int], rule: Callable[..., Tensors]) -> Callable[..., Tensors]:
    """A rule for a function that takes so many arguments."""

    def checked(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
        whole = replace(node, args=(*node.args, *node.params), params=())
        if len(whole.args) not in counts:
            raise FormulaError(f"{node.head.base} takes {' or '.join(map(str, sorted(counts)))} arguments", node.span)
        return rule(read, whole, scope, want)

    return checked


NAMED: Mapping[str, Callable[..., Tensors]] = {
    **dict.fromkeys(("reshape", "Reshape", "flatten", "flat", "vec"), _taking(frozenset({1, 2, 3, 4}), _reshape)),
    **dict.fromkeys(("tr", "trace", "Tr"), _taking(frozenset({1}), _trace)),
    **dict.fromkeys(("max", "maximum"), _taking(frozenset({2}), _maximum)),
    **dict.fromkeys(OUTER, _taking(frozenset({2}), _outer)),
    **dict.fromkeys(INNER, _taking(frozenset({2}), _inner)),
    **dict.fromkeys(DECONVOLUTIONS, _taking(frozenset({2, 3}), _deconvolution)),
    **dict.fromkeys(("corr", "conv", "conv2d"), _taking(frozenset({2, 3}), _correlation)),
    "pad": _taking(frozenset({2}), _padded),
    **dict.fromkeys(TURNS, _taking(frozenset({1}), _turned)),
}
