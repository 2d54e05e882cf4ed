"""Small vectors and matrices: grids of terms, and the algebra on them.

A matrix that is only a name stands for a grid of random whole numbers so that its algebra is exact and
order matters as it should. A scalar is a grid of no axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product as every

from grader.language import syntax as s
from grader.language.trees import walk
from grader.meaning import terms as t
from grader.meaning.lowering import NoMeaningError, Scope, lower, spelling
from grader.meaning.terms import Term

MAX_CELLS = 400
MAX_DETERMINANT = 6
MAX_POWER = 12


@dataclass(frozen=True)
class Grid:
    """Terms in rows and columns; `shape` is (), (n,) or (n, m)."""

    shape: tuple[int, ...]
    cells: tuple[Term, ...]

    def __getitem__(self, place: tuple[int, int]) -> Term:
        return self.cells[place[0] * self.shape[1] + place[1]]


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
            return _scalar(lower(node, self._scope))
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
            total = _zipped(t.add, total, part, node)
        return total

    def negative(self, node: s.Negative) -> Grid:
        """Minus every entry."""
        return _scaled(t.MINUS_ONE, self.grid(node.operand))

    def product(self, node: s.Product) -> Grid:
        """Matrix products, from left to right; element by element where that is written."""
        value, *rest = map(self.grid, node.factors)
        plain = any(isinstance(factor, s.Matrix | s.Items) for factor in node.factors)
        for sign, factor in zip(node.signs, rest, strict=True):
            if sign == "odot":
                value = _zipped(t.mul, value, factor, node)
            elif sign == "*" and plain and len(value.shape) == len(factor.shape) > 0:
                raise NoMeaningError("'*' between arrays may be either product; write '.' or '\\odot'", node)
            elif sign == "times" and value.shape == factor.shape == (3,):
                value = _cross(value, factor)
            else:
                value = multiplied(value, factor, node)
        return value

    def quotient(self, node: s.Quotient) -> Grid:
        """An array divided by a number."""
        above, below = self.grid(node.above), self.grid(node.below)
        if below.shape:
            raise NoMeaningError("division by an array", node)
        return _scaled(t.power(below.cells[0], t.MINUS_ONE), above)

    def power(self, node: s.Power) -> Grid:
        """Whole powers of square matrices, the inverse among them."""
        base, exponent = self.grid(node.base), self.grid(node.exponent)
        order = exponent.cells[0]
        whole = isinstance(order, t.Const) and order.value.denominator == 1 and abs(order.value) <= MAX_POWER
        if not whole or not isinstance(order, t.Const) or not _is_square(base):
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
        return _size(self.grid(node.operand), node)

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


def _scalar(term: Term) -> Grid:
    return Grid((), (term,))


def identity(size: int) -> Grid:
    """The identity matrix."""
    return Grid((size, size), tuple(t.ONE if i == j else t.ZERO for i, j in every(range(size), repeat=2)))


def transposed(grid: Grid) -> Grid:
    """Rows for columns; a vector stays as it is."""
    if len(grid.shape) < 2:
        return grid
    rows, columns = grid.shape
    return Grid((columns, rows), tuple(grid[i, j] for j in range(columns) for i in range(rows)))


def _zipped(join: Callable[..., Term], one: Grid, other: Grid, node: s.Node) -> Grid:
    if one.shape != other.shape:
        raise NoMeaningError(f"shapes {one.shape} and {other.shape} do not fit", node)
    return Grid(one.shape, tuple(join(a, b) for a, b in zip(one.cells, other.cells, strict=True)))


def _scaled(factor: Term, grid: Grid) -> Grid:
    return Grid(grid.shape, tuple(t.mul(factor, cell) for cell in grid.cells))


def multiplied(one: Grid, other: Grid, node: s.Node) -> Grid:
    """The product of scalars, vectors and matrices, as far as their shapes fit."""
    if not one.shape or not other.shape:
        return _scaled(one.cells[0], other) if not one.shape else _scaled(other.cells[0], one)
    if one.shape[-1] != other.shape[0]:
        raise NoMeaningError(f"shapes {one.shape} and {other.shape} do not fit", node)
    inner = one.shape[-1]
    rows = [one.cells[k : k + inner] for k in range(0, len(one.cells), inner)]
    width = len(other.cells) // inner
    columns = [other.cells[k::width] for k in range(width)]
    cells = tuple(t.add(*map(t.mul, row, column)) for row in rows for column in columns)
    return Grid(one.shape[:-1] + other.shape[1:], cells)


def _cross(one: Grid, other: Grid) -> Grid:
    (a, b, c), (x, y, z) = one.cells, other.cells
    pairs = ((b, z, c, y), (c, x, a, z), (a, y, b, x))
    return Grid((3,), tuple(t.add(t.mul(p, q), t.negative(t.mul(r, u))) for p, q, r, u in pairs))


def _is_square(grid: Grid) -> bool:
    return len(grid.shape) == 2 and grid.shape[0] == grid.shape[1] <= MAX_DETERMINANT


def determinant(grid: Grid, node: s.Node) -> Term:
    """The determinant, by expansion along the first row (P.-S. Laplace)."""
    if not _is_square(grid):
        raise NoMeaningError("the determinant of what is no small square matrix", node)
    if grid.shape == (1, 1):
        return grid.cells[0]
    terms = []
    for column in range(grid.shape[1]):
        if grid[0, column] != t.ZERO:
            sign = t.ONE if column % 2 == 0 else t.MINUS_ONE
            terms.append(t.mul(sign, grid[0, column], determinant(_minor(grid, 0, column), node)))
    return t.add(*terms)


def _minor(grid: Grid, row: int, column: int) -> Grid:
    rows, columns = grid.shape
    kept = tuple(grid[i, j] for i in range(rows) for j in range(columns) if i != row and j != column)
    return Grid((rows - 1, columns - 1), kept)


def inverse(grid: Grid, node: s.Node) -> Grid:
    """The inverse, by cofactors (G. Cramer)."""
    below = determinant(grid, node)
    if below == t.ZERO:
        raise NoMeaningError("the inverse of a singular matrix", node)
    size = grid.shape[0]
    if size == 1:
        return Grid((1, 1), (t.power(below, t.MINUS_ONE),))
    cells = []
    for i, j in every(range(size), repeat=2):
        sign = t.ONE if (i + j) % 2 == 0 else t.MINUS_ONE
        cells.append(t.divide(t.mul(sign, determinant(_minor(grid, j, i), node)), below))
    return Grid((size, size), tuple(cells))


def _size(grid: Grid, node: s.Node) -> Grid:
    if len(grid.shape) == 2 and 1 not in grid.shape and not isinstance(node, s.Norm):
        return _scalar(determinant(grid, node))
    squares = (t.power(t.call("abs", cell), t.TWO) for cell in grid.cells)
    return _scalar(t.power(t.add(*squares), t.HALF))


def _trace(grid: Grid, node: s.Node) -> Grid:
    if not _is_square(grid):
        raise NoMeaningError("the trace of what is no small square matrix", node)
    return _scalar(t.add(*(grid[i, i] for i in range(grid.shape[0]))))


def _vector(grid: Grid) -> Grid:
    """A row or a column as a plain vector."""
    return Grid((len(grid.cells),), grid.cells) if 1 in grid.shape else grid


def _dot(one: Grid, other: Grid, node: s.Node) -> Grid:
    return multiplied(_vector(one), _vector(other), node)


def _crossed(one: Grid, other: Grid, node: s.Node) -> Grid:
    first, second = _vector(one), _vector(other)
    if first.shape != (3,) or second.shape != (3,):
        raise NoMeaningError("the cross product of what are no vectors of three", node)
    return Grid(one.shape, _cross(first, second).cells)


def _conjugate(grid: Grid, node: s.Node) -> Grid:
    del node
    return transposed(Grid(grid.shape, tuple(t.call("conj", cell) for cell in grid.cells)))


def _norm(grid: Grid, node: s.Node) -> Grid:
    return _size(Grid((len(grid.cells),), grid.cells), node)


_TRANSPOSES = ("trans", "transpose", "t")
_INVERSES = ("inv", "inverse", "invert")

_OF_ONE: dict[str, Callable[[Grid, s.Node], Grid]] = {
    "det": lambda grid, node: _scalar(determinant(grid, node)),
    "determinant": lambda grid, node: _scalar(determinant(grid, node)),
    "tr": _trace,
    "trace": _trace,
    "abs": _norm,
    "norm": _norm,
    "adj": _conjugate,
    "ctrans": _conjugate,
    "dagger": _conjugate,
    **dict.fromkeys(_TRANSPOSES, lambda grid, _: transposed(grid)),
    **dict.fromkeys(_INVERSES, inverse),
}

_OF_TWO: dict[str, Callable[[Grid, Grid, s.Node], Grid]] = {"dot": _dot, "inner": _dot, "cross": _crossed}

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
