"""Linear algebra on grids of terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product as every

from grader.calculus import terms as t
from grader.calculus.terms import Term
from grader.language.syntax import Node, Norm
from grader.meaning.scope import NoMeaningError

MAX_DETERMINANT = 6


@dataclass(frozen=True)
class Grid:
    """Terms in rows and columns; `shape` is (), (n,) or (n, m)."""

    shape: tuple[int, ...]
    cells: tuple[Term, ...]

    def __getitem__(self, place: tuple[int, int]) -> Term:
        return self.cells[place[0] * self.shape[1] + place[1]]


def scalar(term: Term) -> Grid:
    """A number as a grid."""
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


def zipped(join: Callable[..., Term], one: Grid, other: Grid, node: Node) -> Grid:
    """Two grids of one shape, entry by entry."""
    if one.shape != other.shape:
        raise NoMeaningError(f"shapes {one.shape} and {other.shape} do not fit", node)
    return Grid(one.shape, tuple(join(a, b) for a, b in zip(one.cells, other.cells, strict=True)))


def scaled(factor: Term, grid: Grid) -> Grid:
    """A multiple of a grid."""
    return Grid(grid.shape, tuple(t.mul(factor, cell) for cell in grid.cells))


def multiplied(one: Grid, other: Grid, node: Node) -> Grid:
    """The product of scalars, vectors and matrices, as far as their shapes fit."""
    if not one.shape or not other.shape:
        return scaled(one.cells[0], other) if not one.shape else scaled(other.cells[0], one)
    if one.shape[-1] != other.shape[0]:
        raise NoMeaningError(f"shapes {one.shape} and {other.shape} do not fit", node)
    inner = one.shape[-1]
    rows = [one.cells[k : k + inner] for k in range(0, len(one.cells), inner)]
    width = len(other.cells) // inner
    columns = [other.cells[k::width] for k in range(width)]
    cells = tuple(t.add(*map(t.mul, row, column)) for row in rows for column in columns)
    return Grid(one.shape[:-1] + other.shape[1:], cells)


def cross(one: Grid, other: Grid) -> Grid:
    """The cross product of two vectors of three."""
    (a, b, c), (x, y, z) = one.cells, other.cells
    pairs = ((b, z, c, y), (c, x, a, z), (a, y, b, x))
    return Grid((3,), tuple(t.add(t.mul(p, q), t.negative(t.mul(r, u))) for p, q, r, u in pairs))


def is_square(grid: Grid) -> bool:
    """Whether a grid is a square matrix that is small enough for a determinant."""
    return len(grid.shape) == 2 and grid.shape[0] == grid.shape[1] <= MAX_DETERMINANT


def determinant(grid: Grid, node: Node) -> Term:
    """The determinant, by expansion along the first row (P.-S. Laplace)."""
    if not is_square(grid):
        raise NoMeaningError("the determinant of what is no small square matrix", node)
    if grid.shape == (1, 1):
        return grid.cells[0]
    terms = []
    for column in range(grid.shape[1]):
        if grid[0, column] != t.ZERO:
            sign = t.ONE if column % 2 == 0 else t.MINUS_ONE
            terms.append(t.mul(sign, grid[0, column], determinant(minor(grid, 0, column), node)))
    return t.add(*terms)


def minor(grid: Grid, row: int, column: int) -> Grid:
    """A matrix without one row and one column."""
    rows, columns = grid.shape
    kept = tuple(grid[i, j] for i in range(rows) for j in range(columns) if i != row and j != column)
    return Grid((rows - 1, columns - 1), kept)


def inverse(grid: Grid, node: Node) -> Grid:
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
        cells.append(t.divide(t.mul(sign, determinant(minor(grid, j, i), node)), below))
    return Grid((size, size), tuple(cells))


def size(grid: Grid, node: Node) -> Grid:
    """The length of a vector; the determinant of a matrix, unless norm bars are written."""
    if len(grid.shape) == 2 and 1 not in grid.shape and not isinstance(node, Norm):
        return scalar(determinant(grid, node))
    squares = (t.power(t.call("abs", cell), t.TWO) for cell in grid.cells)
    return scalar(t.power(t.add(*squares), t.HALF))


def trace(grid: Grid, node: Node) -> Grid:
    """The sum down the diagonal."""
    if not is_square(grid):
        raise NoMeaningError("the trace of what is no small square matrix", node)
    return scalar(t.add(*(grid[i, i] for i in range(grid.shape[0]))))


def vector(grid: Grid) -> Grid:
    """A row or a column as a plain vector."""
    return Grid((len(grid.cells),), grid.cells) if 1 in grid.shape else grid


def dot(one: Grid, other: Grid, node: Node) -> Grid:
    """The inner product of rows, columns or vectors."""
    return multiplied(vector(one), vector(other), node)


def crossed(one: Grid, other: Grid, node: Node) -> Grid:
    """The cross product, where the shapes allow one."""
    first, second = vector(one), vector(other)
    if first.shape != (3,) or second.shape != (3,):
        raise NoMeaningError("the cross product of what are no vectors of three", node)
    return Grid(one.shape, cross(first, second).cells)


def conjugate(grid: Grid, node: Node) -> Grid:
    """The conjugate transpose."""
    del node
    return transposed(Grid(grid.shape, tuple(t.call("conj", cell) for cell in grid.cells)))


def norm(grid: Grid, node: Node) -> Grid:
    """The root of the sum of squares."""
    return size(Grid((len(grid.cells),), grid.cells), node)
