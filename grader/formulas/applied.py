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
from grader.formulas.functions import COMPARISONS
from grader.formulas.grids import MAX_PADDING, correlated, deconvolved, padded, turned
from grader.formulas.literal import literal
from grader.formulas.names import DECONVOLUTIONS, INNER, OUTER, TURNS
from grader.formulas.parts import reshaped
from grader.formulas.scope import Scope
from grader.formulas.tensors import Tensor, Tensors, elementwise
from grader.language.errors import NOWHERE
from grader.language.syntax import Apply, Chain, Items, Node, Number, Product, Text
from grader.networks.arguments import arguments
from grader.networks.sliding import MODES, padding_of
from reference.graph import Array

Want: TypeAlias = tuple[str, ...] | None
Read: TypeAlias = Callable[[Node, Scope, Want], Tensors]

# How many readings of a term, and how many combinations of them, are looked at.
MAX_TERMS = 24
MAX_SUMS = 200


def first(read: Read, node: Node, scope: Scope, want: Want = None) -> Tensor:
    """The plainest reading: as written, if it can be. Raises `FormulaError` where there is none."""
    written = literal(node, scope)
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


def where(holds: Array, value: Array, otherwise: Array) -> Array:
    """The value where a condition holds, else the other."""
    picked: Array = np.where(holds > 0, value, otherwise)
    return picked


def condition(read: Read, node: Node | None, scope: Scope) -> Tensors:
    """A comparison as ones and zeros."""
    if not isinstance(node, Chain) or node.left is None or len(node.steps) != 1:
        raise FormulaError("a condition compares two sides", node.span if node else NOWHERE)
    compare = COMPARISONS.get(node.steps[0].relation)
    if compare is None:
        raise FormulaError(f"{node.steps[0].relation!r} is not a comparison", node.span)
    for left in read(node.left, scope, None):
        for right in read(node.steps[0].right, scope, None):
            yield elementwise(lambda a, b: compare(a, b).astype(np.float64), left, right)


_RESHAPES = frozenset({"reshape", "reshape_rows", "flat"})


def _reshape(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    """A reshape of the graph's own, forward or, for gradients, back: the one whose axes fit the argument.

    In which order it goes is the homework's business, unless it is said (`order='C'`): then it is read as written.
    """
    if any(isinstance(one, Chain) for one in node.args):
        told = literal(node, scope)
        yield from () if told is None else (told,)
        return
    shape = node.args[1:]
    written = shape[0].items if len(shape) == 1 and isinstance(shape[0], Items) else shape
    for tensor in read(node.args[0], scope, None):
        for operation in scope.points.graph.nodes:
            if operation.op in _RESHAPES:
                yield from reshaped(tensor, operation, scope, written)


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
    """`corr(image, kernel)`, padded where a third argument or a named one says so."""
    given = arguments(node)
    image, kernel = _two(read, node, scope)
    around = [*given.arrays[2:], *(given.named[name] for name in given.named.keys() & {"pad", "mode"})]
    if len(around) > 1 or given.named.keys() - {"pad", "mode"}:
        raise FormulaError(f"{node.head.base} takes a grid, a kernel and a padding", node.span)
    for width in around:
        image = padded(image, _around(read, width, kernel, node, scope), node.span)
    return iter_one(correlated(image, kernel, scope, want, node.span))


def _slid(*, turns: bool) -> Callable[..., Tensors]:
    """SciPy's correlation, or its convolution: padded as far as the kernel reaches, if no other mode is told."""

    def rule(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
        given = arguments(node)
        image, kernel = _two(read, node, scope)
        mode = [*given.arrays[2:], *given.named.values(), Text("full")][0]
        if given.named.keys() - {"mode"}:
            raise FormulaError(f"{node.head.base} takes two grids and a mode", node.span)
        kernel = turned(kernel, node.span) if turns else kernel
        image = padded(image, _around(read, mode, kernel, node, scope), node.span)
        return iter_one(correlated(image, kernel, scope, want, node.span))

    return rule


def _two(read: Read, node: Apply, scope: Scope) -> tuple[Tensor, Tensor]:
    arrays = arguments(node).arrays
    if len(arrays) < 2:
        raise FormulaError(f"{node.head.base} takes a grid and a kernel", node.span)
    return first(read, arrays[0], scope), first(read, arrays[1], scope)


def _around(read: Read, width: Node, kernel: Tensor, node: Apply, scope: Scope) -> tuple[int, int]:
    """How many zeros stand on each side: as written, or by the name of a mode."""
    if isinstance(width, Text):
        if width.text not in MODES:
            raise FormulaError(f"a mode is {', '.join(MODES)}", node.span)
        return padding_of(width.text, kernel.data.shape)
    sizes = width.items if isinstance(width, Items) else (width, width)
    rows, columns = ([_width(first(read, one, scope), node) for one in sizes] * 2)[:2]
    return rows, columns


def _padded(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    grid, by = (first(read, part, scope) for part in node.args)
    width = _width(by, node)
    return iter_one(padded(grid, (width, width), node.span))


def _width(tensor: Tensor, node: Apply) -> int:
    width = float(tensor.data.flat[0])
    if tensor.axes or not 0 <= width <= MAX_PADDING:
        raise FormulaError(f"a padding is a whole number of at most {MAX_PADDING}", node.span)
    return int(width)


def _turned(read: Read, node: Apply, scope: Scope, _: Want) -> Tensors:
    return iter_one(turned(first(read, node.args[0], scope), node.span))


def _half_turn(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
    """`rot90(w, 2)`; no other turn."""
    if node.args[1] != Number("2"):
        raise FormulaError("only half a turn, rot90(w, 2), is read here", node.span)
    return _turned(read, node, scope, want)


def _taking(counts: frozenset[int], rule: Callable[..., Tensors]) -> Callable[..., Tensors]:
    """A rule for a function that takes so many arguments."""

    def checked(read: Read, node: Apply, scope: Scope, want: Want) -> Tensors:
        whole = replace(node, args=(*node.args, *node.params), params=())
        if len(whole.args) not in counts:
            raise FormulaError(f"{node.head.base} takes {' or '.join(map(str, sorted(counts)))} arguments", node.span)
        return rule(read, whole, scope, want)

    return checked


NAMED: Mapping[str, Callable[..., Tensors]] = {
    **dict.fromkeys(("reshape", "Reshape", "flatten", "flat", "vec"), _taking(frozenset(range(1, 7)), _reshape)),
    **dict.fromkeys(("tr", "trace", "Tr"), _taking(frozenset({1}), _trace)),
    **dict.fromkeys(("max", "maximum"), _taking(frozenset({2}), _maximum)),
    **dict.fromkeys(OUTER, _taking(frozenset({2}), _outer)),
    **dict.fromkeys(INNER, _taking(frozenset({2}), _inner)),
    **dict.fromkeys(DECONVOLUTIONS, _taking(frozenset({2, 3}), _deconvolution)),
    **dict.fromkeys(("corr", "conv", "conv2d"), _correlation),
    **dict.fromkeys(("correlate2d", "correlate"), _slid(turns=False)),
    **dict.fromkeys(("convolve2d", "convolve"), _slid(turns=True)),
    "pad": _taking(frozenset({2}), _padded),
    **dict.fromkeys(TURNS, _taking(frozenset({1}), _turned)),
    "rot90": _taking(frozenset({2}), _half_turn),
}
