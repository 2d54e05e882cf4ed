"""Small vectors and matrices: grids of terms, and the algebra on them.

A matrix that is only a name stands for a grid of random whole numbers so that its algebra is exact and
order matters as it should. A scalar is a grid of no axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.calculus import terms as t
from grader.language import syntax as s
from grader.language.trees import walk
from grader.meaning.linear import (
    Grid,
    conjugate,
    cross,
    crossed,
    determinant,
    dot,
    identity,
    inverse,
    is_square,
    multiplied,
    norm,
    scalar,
    scaled,
    size,
    trace,
    transposed,
    zipped,
)
from grader.meaning.lowering import lower
from grader.meaning.scope import NoMeaningError, Scope, spelling

MAX_CELLS = 400
MAX_POWER = 12


Grids = Mapping[str, Grid]


def is_array(node: s.Node, grids: Grids) -> bool:
    """Whether vectors or matrices stand in a tree."""
    return any(
        isinstance(part, s.Matrix | s.Transpose)
        or (isinstance(part, s.Items) and part.bracket in {"[", "row"})
        or (isinstance(part, s.Name) and spelling(part) in grids)
        for part in walk(node)
    )


class Arrays:
    """Gives trees their grids, matrix names standing for `grids`."""

    def __init__(self, scope: Scope, grids: Grids) -> None:
        self._scope = scope
        self._grids = grids

    def grid(self, node: s.Node) -> Grid:
        """The value of a tree. Raises `NoMeaningError` where shapes do not fit."""
        if not is_array(node, self._grids):
            return scalar(lower(node, self._scope))
        rule = _RULES.get(type(node))
        if rule is None:
            raise NoMeaningError(f"{type(node).__name__.lower()} of a matrix is not evaluated here", node)
        found = rule(self, node)
        if len(found.cells) > MAX_CELLS:
            raise NoMeaningError("a matrix too large", node)
        return found

    def name(self, node: s.Name) -> Grid:
        """A matrix that is named."""
        return self._grids[spelling(node)]

    def items(self, node: s.Items) -> Grid:
        """A list of numbers is a vector, one of vectors of one length a matrix."""
        return self.stacked(node, [self.grid(item) for item in node.items])

    def matrix(self, node: s.Matrix) -> Grid:
        """Rows of numbers."""
        return self.stacked(node, [self.stacked(node, [self.grid(cell) for cell in row]) for row in node.rows])

    def stacked(self, node: s.Node, parts: list[Grid]) -> Grid:
        """Parts of one shape, one below the other."""
        shapes = {part.shape for part in parts}
        if len(shapes) != 1 or len(next(iter(shapes))) > 1:
            raise NoMeaningError("rows of different lengths", node)
        return Grid((len(parts), *parts[0].shape), tuple(cell for part in parts for cell in part.cells))

    def sum(self, node: s.Sum) -> Grid:
        """Sums of one shape."""
        total, *rest = map(self.grid, node.terms)
        for part in rest:
            total = zipped(t.add, total, part, node)
        return total

    def negative(self, node: s.Negative) -> Grid:
        """Minus every entry."""
        return scaled(t.MINUS_ONE, self.grid(node.operand))

    def product(self, node: s.Product) -> Grid:
        """Matrix products, from left to right; element by element where that is written."""
        value, *rest = map(self.grid, node.factors)
        plain = any(isinstance(factor, s.Matrix | s.Items) for factor in node.factors)
        for sign, factor in zip(node.signs, rest, strict=True):
            if sign == "odot":
                value = zipped(t.mul, value, factor, node)
            elif sign == "*" and plain and len(value.shape) == len(factor.shape) > 0:
                raise NoMeaningError("'*' between arrays may be either product; write '.' or '\\odot'", node)
            elif sign == "times" and value.shape == factor.shape == (3,):
                value = cross(value, factor)
            else:
                value = multiplied(value, factor, node)
        return value

    def quotient(self, node: s.Quotient) -> Grid:
        """An array divided by a number."""
        above, below = self.grid(node.above), self.grid(node.below)
        if below.shape:
            raise NoMeaningError("division by an array", node)
        return scaled(t.power(below.cells[0], t.MINUS_ONE), above)

    def power(self, node: s.Power) -> Grid:
        """Whole powers of square matrices, the inverse among them."""
        base, exponent = self.grid(node.base), self.grid(node.exponent)
        order = exponent.cells[0]
        whole = isinstance(order, t.Const) and order.value.denominator == 1 and abs(order.value) <= MAX_POWER
        if not whole or not isinstance(order, t.Const) or not is_square(base):
            raise NoMeaningError("only whole powers of square matrices are evaluated", node)
        if order.value < 0:
            base = inverse(base, node)
        value = identity(base.shape[0])
        for _ in range(abs(int(order.value))):
            value = multiplied(value, base, node)
        return value

    def transpose(self, node: s.Transpose) -> Grid:
        """Rows for columns."""
        return transposed(self.grid(node.operand))

    def magnitude(self, node: s.Abs | s.Norm) -> Grid:
        """|v| is the length of a vector, |A| the determinant of a matrix."""
        return size(self.grid(node.operand), node)

    def labelled(self, node: s.Labelled) -> Grid:
        """A label changes nothing."""
        return self.grid(node.body)

    def index(self, node: s.Index) -> Grid:
        """An entry, counted from 1 as in mathematics."""
        of = self.grid(node.of)
        for place in node.at:
            at = lower(place, self._scope)
            if not of.shape or not isinstance(at, t.Const) or not 1 <= at.value <= of.shape[0]:
                raise NoMeaningError("no such entry", node)
            row, width = int(at.value) - 1, len(of.cells) // of.shape[0]
            of = Grid(of.shape[1:], of.cells[row * width : (row + 1) * width])
        return of

    def apply(self, node: s.Apply) -> Grid:
        """A function of arrays."""
        args = [self.grid(arg) for arg in node.args]
        word = node.head.base.lower()
        if len(args) == 1 and word in _OF_ONE:
            return _OF_ONE[word](args[0], node)
        if len(args) == 2 and word in _OF_TWO:
            return _OF_TWO[word](args[0], args[1], node)
        raise NoMeaningError(f"{node.head.base!r} of arrays is not evaluated here", node)


_TRANSPOSES = ("trans", "transpose", "t")
_INVERSES = ("inv", "inverse", "invert")

_OF_ONE: dict[str, Callable[[Grid, s.Node], Grid]] = {
    "det": lambda grid, node: scalar(determinant(grid, node)),
    "determinant": lambda grid, node: scalar(determinant(grid, node)),
    "tr": trace,
    "trace": trace,
    "abs": norm,
    "norm": norm,
    "adj": conjugate,
    "ctrans": conjugate,
    "dagger": conjugate,
    **dict.fromkeys(_TRANSPOSES, lambda grid, _: transposed(grid)),
    **dict.fromkeys(_INVERSES, inverse),
}

_OF_TWO: dict[str, Callable[[Grid, Grid, s.Node], Grid]] = {"dot": dot, "inner": dot, "cross": crossed}

_RULES: dict[type[s.Node], Callable[..., Grid]] = {
    s.Name: Arrays.name,
    s.Items: Arrays.items,
    s.Matrix: Arrays.matrix,
    s.Sum: Arrays.sum,
    s.Negative: Arrays.negative,
    s.Product: Arrays.product,
    s.Quotient: Arrays.quotient,
    s.Power: Arrays.power,
    s.Transpose: Arrays.transpose,
    s.Abs: Arrays.magnitude,
    s.Norm: Arrays.magnitude,
    s.Labelled: Arrays.labelled,
    s.Index: Arrays.index,
    s.Apply: Arrays.apply,
}
