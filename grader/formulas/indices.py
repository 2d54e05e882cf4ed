"""Written indices: what each letter counts, and entries at index expressions such as `h_1[r+i-1][c+j-1][k]`.

Letters count from the lower bound that the formula's sums have (1 without any). An index expression that reaches past
its axis on both sides counts in a padded array: as far on one side as on the other, zero outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader.formulas.errors import FormulaError
from grader.formulas.tensors import INDEX, Axis, Tensor
from grader.language.syntax import RAISED, Apply, Derivative, Index, Name, Negative, Node, Number, Product, Series, Sum
from grader.language.trees import walk

Integers = NDArray[np.int_]

MAX_INDEX = 100
INDICES = frozenset("abcdijklmnrstuv")


@dataclass(frozen=True, slots=True)
class Letter:
    """What an index letter counts: `size` values from `lower` on."""

    lower: int
    size: int


def chain(node: Node) -> tuple[Node, list[tuple[Node, str]]]:
    """`X[i][j]_k^l` as its base and the indices from left to right, each with its style."""
    at: list[tuple[Node, str]] = []
    while isinstance(node, Index):
        at = [part for index in node.at for part in _indices(index, node.style)] + at
        node = node.of
    return node, at


def raised_first(at: Sequence[tuple[Node, str]], upper: str | None) -> tuple[list[tuple[Node, str]], bool]:
    """Indices with those that stand above in brackets, `x^{(i)}_j`, first, and whether there are any.

    They count samples, or where superscripts of the quantity have an axis of their own, along that one.
    """
    if upper is not None:
        return [(index, "^" if style in RAISED else style) for index, style in at], False
    above = [(index, "_") for index, style in at if style in RAISED]
    return [*above, *((index, style) for index, style in at if style not in RAISED)], bool(above)


def _indices(index: Node, style: str) -> list[tuple[Node, str]]:
    """One written index as indices: `X^k[i]` is read as X^(k[i]), and `X_{ij}` with its letters run together."""
    if style == "^" and isinstance(index, Index):
        base, behind = chain(index)
        return [(base, style), *behind]
    if isinstance(index, Name) and len(index.base) > 1 and INDICES.issuperset(index.base):
        return [(Name(letter), style) for letter in index.base]
    return [(index, style)]


def lifted(node: Node) -> Index | None:
    """`\\frac{\\partial L}{\\partial y_j}` as entry j of the gradient by y; None where no index is written."""
    by = node.by[0] if isinstance(node, Derivative) else None
    if not (isinstance(by, Index) and isinstance(node, Derivative)):
        return None
    base, at = chain(by)
    return Index(replace(node, by=(base,)), tuple(index for index, _ in at), by.style)


def bases_of(parts: Sequence[Node], *, from_zero: bool) -> tuple[int, ...]:
    """Where letters may start in parts of a formula: at the lower bound that sums have, else at 1.

    With `from_zero`, as in declared formulas, entries named by numbers count from 0, and letters that are added up may.
    """
    nodes = [node for part in parts for node in walk(part)]
    for node in nodes:
        if isinstance(node, Series):
            for bounds in node.ranges:
                if isinstance(bounds.lower, Number):
                    return (whole(bounds.lower),)
    at = [index for node in nodes if isinstance(node, Index) for index, _ in chain(node)[1]] if from_zero else []
    if at and not any(letters_in(index) for index in at):
        return (0,)
    return (1, 0) if any(isinstance(index, Sum) for index in at) else (1,)


def ranges_of(tree: Node) -> Iterator[tuple[str, int | None]]:
    """Letters of sums, with how many values they take where numbers say it."""
    for node in walk(tree):
        if isinstance(node, Series):
            for bounds in node.ranges:
                if isinstance(bounds.index, Name):
                    yield bounds.index.base, _count(bounds.lower, bounds.upper)


def bounds_of(tree: Node) -> Iterator[tuple[str, str]]:
    """Letters of sums with the name that they run to, `\\sum_{i=1}^n`."""
    for node in walk(tree):
        for bounds in node.ranges if isinstance(node, Series) else ():
            upper = bounds.upper
            if isinstance(upper, Sum) and bounds.lower == Number("0") and upper.terms[1:] == (Negative(Number("1")),):
                upper = upper.terms[0]
            if isinstance(bounds.index, Name) and isinstance(upper, Name) and not upper.sub:
                yield bounds.index.base, upper.base


def _count(lower: Node | None, upper: Node | None) -> int | None:
    if not (isinstance(lower, Number) and isinstance(upper, Number)):
        return None
    count = whole(upper) - whole(lower) + 1
    if count < 1:
        raise FormulaError("a sum over no values; write the lower bound below the upper one", upper.span)
    return count


def whole(node: Number) -> int:
    """A written number as an index: whole, and at most `MAX_INDEX`."""
    value = float(node.text)
    if value != value // 1 or value > MAX_INDEX:
        raise FormulaError(f"got {node.text[:20]}; an index is a whole number of at most {MAX_INDEX}", node.span)
    return int(value)


def has_numbers_for_sizes(tree: Node) -> bool:
    """Whether a sum's upper bound or a padding is a number, so that it holds at the homework's own sizes only."""
    return any(count is not None for _, count in ranges_of(tree)) or any(_pads(node) for node in walk(tree))


def _pads(node: Node) -> bool:
    return isinstance(node, Apply) and node.head.base in _PADDING


_PADDING = frozenset({"pad", "corr", "conv", "conv2d"})


def letters_in(node: Node) -> list[str]:
    """The letters of an index expression, in order."""
    return list(dict.fromkeys(part.base for part in walk(node) if isinstance(part, Name)))


def value_of(node: Node, letters: Mapping[str, Letter]) -> Integers:
    """An index expression's values over a grid of its letters, one axis each in the order of `letters_in`."""
    order = letters_in(node)
    known(node, order, letters)
    grids = np.meshgrid(*(letters[name].lower + np.arange(letters[name].size) for name in order), indexing="ij")
    return _value(node, dict(zip(order, grids, strict=True)))


def known(node: Node, order: list[str], letters: Mapping[str, Letter]) -> None:
    """Raise `FormulaError` for a letter that it is not said of what it counts."""
    unknown = [name for name in order if name not in letters]
    if unknown:
        raise FormulaError(f"it is not said what the index {unknown[0]} runs over", node.span)


def _value(node: Node, grids: Mapping[str, Integers]) -> Integers:
    match node:
        case Number():
            return np.array(whole(node))
        case Name():
            return grids[node.base]
        case Negative():
            return -_value(node.operand, grids)
        case Sum():
            return np.asarray(sum(_value(term, grids) for term in node.terms))
        case Product():
            return np.asarray(prod(_value(factor, grids) for factor in node.factors))
        case _:
            raise FormulaError("an index must be a letter, or letters and whole numbers added up", node.span)


def gather(tensor: Tensor, at: list[Node], letters: Mapping[str, Letter], base: int) -> Tensor:
    """The entries of a tensor at index expressions for its first axes; the result's axes are tagged by letters."""
    order = list(dict.fromkeys(name for index in at for name in letters_in(index)))
    known(at[0] if at else Number("0"), order, letters)
    sizes = tuple(letters[name].size for name in order)
    positions, inside = [], np.ones(sizes, dtype=np.bool_)
    for axis, index in enumerate(at):
        size = tensor.data.shape[axis + 1]
        values = spread(value_of(index, letters), letters_in(index), order)
        place = values - base - padding(values, size)
        inside &= (place >= 0) & (place < size)
        positions.append(np.broadcast_to(np.clip(place, 0, size - 1), sizes))
    every: tuple[slice | Integers, ...] = (slice(None), *positions)
    data = tensor.data[every]
    rest = tensor.axes[len(at) :]
    shut = np.where(inside.reshape((*sizes, *(1,) * len(rest))), data, 0.0)
    return Tensor(shut, (*(Axis(INDEX, name) for name in order), *rest))


def spread(values: Integers, own: list[str], order: list[str]) -> Integers:
    """Values over a grid of their own letters, as a grid over all letters."""
    shape = [1] * len(order)
    turned = values.transpose([own.index(name) for name in order if name in own]) if own else values
    for name, size in zip([name for name in order if name in own], turned.shape, strict=True):
        shape[order.index(name)] = size
    return turned.reshape(shape)


def padding(values: Integers, size: int) -> int:
    """How far an index counts into a padded array before the array itself begins."""
    reach = int(values.max() - values.min()) + 1
    return (reach - size) // 2 if reach > size and values.min() >= 0 else 0
