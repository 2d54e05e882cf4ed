"""Equality of what is more than a number: lists, sets, vectors and matrices; numbers are handed on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from grader.calculus.samples import Stream, stream, wholes
from grader.calculus.terms import Const, Term, add, const, mul, negative, substitute, variables
from grader.calculus.terms import walk as walk_term
from grader.equality.decide import decide
from grader.equality.verdicts import EXACT, Decision, Question, Tolerance, Verdict
from grader.language.syntax import Chain, Items, Matrix, Name, Node, Transpose
from grader.language.trees import walk
from grader.meaning.arrays import Arrays, Grids, is_array
from grader.meaning.linear import Grid, identity
from grader.meaning.lowering import lower
from grader.meaning.scope import NoMeaningError, Scope, spelling
from grader.meaning.sequences import is_sequence

DRAWS = 3
_LARGEST = 97  # of the entries of a matrix that is only named
MAX_SET = 8
# One size for every letter of a shape, another in each draw, so that a wrong axis shows.
_SIZES = ((3, 2, 4, 5), (2, 4, 3, 5), (4, 3, 2, 5))

OTHER_SHAPE = Decision(Verdict.DIFFERENT, "counterexample", note="not the same kind or size")


@dataclass(frozen=True)
class Context:
    """What two sides are compared in: names, shapes of matrices, the domain, the tolerance, and a seed.

    `shapes` says of a name which letters or numbers its axes have; `capitals`: other capital letters are square.
    """

    scope: Scope = field(default_factory=Scope)
    shapes: Mapping[str, tuple[str | int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    capitals: bool = False
    domain: str = "real"
    tolerance: Tolerance = EXACT
    seed: str = ""


def compare(left: Node, right: Node, context: Context) -> Decision:
    """Compare two sides entry by entry down to numbers. Raises `NoMeaningError`."""
    if isinstance(left, Chain) or isinstance(right, Chain):
        return _compared_relations(left, right, context)
    context = replace(context, shapes=_shapes(left, right, context))
    if _is_collection(left) and _is_collection(right):
        return _compared_entries(left, right, context)
    if is_array(left, _named(context)) or is_array(right, _named(context)):
        return _compared_arrays(left, right, context)
    return _compared_terms(lower(left, context.scope), lower(right, context.scope), context)


def _compared_terms(left: Term, right: Term, context: Context) -> Decision:
    sequences = tuple(part.name for side in (left, right) for part in walk_term(side) if is_sequence(part))
    if sequences and any(key.startswith(sequences) for key in variables(left) | variables(right)):
        return Decision(Verdict.UNDECIDED, "sequence", note="entries of a sequence beside a sum over it")
    return decide(Question(left, right, context.domain, context.tolerance, context.seed))


def _compared_relations(left: Node, right: Node, context: Context) -> Decision:
    """Equations and inequalities are the same if one is a multiple of the other; else nothing is said."""
    if not (isinstance(left, Chain) and isinstance(right, Chain)):
        return OTHER_SHAPE
    (sign, one), (other_sign, other) = (_moved(side, context.scope) for side in (left, right))
    if sign != other_sign:
        raise NoMeaningError("two kinds of relations are not compared here", left)
    defined = _definition(left, right)
    if defined is not None:
        return compare(*defined, context)
    for factor in _factors(one, other):
        if sign == "=" or factor > 0:
            decision = _compared_terms(one, mul(const(factor), other), context)
            if decision.verdict is Verdict.SAME:
                return decision
    return Decision(Verdict.UNDECIDED, "no_multiple", note="neither relation is a multiple of the other")


def _definition(left: Chain, right: Chain) -> tuple[Node, Node] | None:
    """The right sides, where both define one name."""
    name = left.left
    if not isinstance(name, Name) or name != right.left or left.steps[0].relation != "=":
        return None
    sides = left.steps[0].right, right.steps[0].right
    return sides if all(name not in walk(side) for side in sides) else None


_MIRRORED = {">": "<", ">=": "<="}


def _moved(side: Chain, scope: Scope) -> tuple[str, Term]:
    """A relation with everything on its left, `>` turned into `<`."""
    if side.left is None or len(side.steps) != 1 or side.steps[0].relation not in {"=", "<", "<=", ">", ">="}:
        raise NoMeaningError("this relation is not compared here", side)
    relation = side.steps[0].relation
    difference = add(lower(side.left, scope), negative(lower(side.steps[0].right, scope)))
    if relation in _MIRRORED:
        return _MIRRORED[relation], negative(difference)
    return relation, difference


def _factors(one: Term, other: Term) -> Iterator[Fraction]:
    """Numbers by which the one may be a multiple of the other: 1, -1, and the ratio at a simple point."""
    yield Fraction(1)
    yield Fraction(-1)
    for place, key in enumerate(sorted(variables(one) | variables(other))):
        value = const(Fraction(7 * place + 5, 3))
        one, other = substitute(one, key, value), substitute(other, key, value)
    if isinstance(one, Const) and isinstance(other, Const) and other.value:
        yield one.value / other.value


def _is_collection(side: Node) -> bool:
    return isinstance(side, Items | Matrix)


def _compared_entries(left: Node, right: Node, context: Context) -> Decision:
    (kind, first), (other, second) = _entries(left), _entries(right)
    if kind != other:
        return OTHER_SHAPE
    if kind == "{":
        return _compared_sets(first, second, context)
    if len(first) != len(second):
        return OTHER_SHAPE
    return joined([compare(one, two, context) for one, two in zip(first, second, strict=True)])


def _entries(side: Node) -> tuple[str, Sequence[Node]]:
    if isinstance(side, Matrix):
        return "matrix", [Items(row, "row") for row in side.rows]
    return (side.bracket, side.items) if isinstance(side, Items) else ("", ())


def _compared_sets(first: Sequence[Node], second: Sequence[Node], context: Context) -> Decision:
    """Sets are the same if each element of either is one of the other; order and repetition do not count."""
    if max(len(first), len(second)) > MAX_SET:
        raise NoMeaningError("a set too large to compare", first[0])
    table = [[compare(one, two, context) for two in second] for one in first]
    rows = [_any(row) for row in table]
    columns = [_any([row[k] for row in table]) for k in range(len(second))]
    return joined(rows + columns)


def _any(decisions: Sequence[Decision]) -> Decision:
    for verdict in (Verdict.SAME, Verdict.UNDECIDED):
        for decision in decisions:
            if decision.verdict is verdict:
                return decision
    return OTHER_SHAPE


def joined(decisions: Sequence[Decision]) -> Decision:
    """All must be the same; one that differs decides."""
    for verdict in (Verdict.DIFFERENT, Verdict.UNDECIDED):
        for decision in decisions:
            if decision.verdict is verdict:
                return decision
    evidence = "proved" if all(decision.evidence == "proved" for decision in decisions) else "sampled"
    points = min((decision.points for decision in decisions if decision.points), default=0)
    return Decision(Verdict.SAME, evidence, points)


def _shapes(left: Node, right: Node, context: Context) -> Mapping[str, tuple[str | int, ...]]:
    """Declared shapes; if capital letters are matrices, n by n for them, and n for small ones that are transposed."""
    shapes = dict(context.shapes)
    if context.capitals:
        for node in (*walk(left), *walk(right)):
            turned = node.operand if isinstance(node, Transpose) else None
            if isinstance(turned, Name) and turned.base.islower() and not _is_told(turned, context):
                shapes.setdefault(spelling(turned), ("n",))
            capital = isinstance(node, Name) and len(node.base) == 1 and node.base.isupper()
            if isinstance(node, Name) and capital and not _is_told(node, context):
                shapes.setdefault(spelling(node), ("n", "n"))
    return MappingProxyType(shapes)


def _is_told(name: Name, context: Context) -> bool:
    return spelling(name) in {*context.scope.given, *context.scope.declared}


def _named(context: Context) -> Grids:
    return dict.fromkeys(context.shapes, identity(1))


def _compared_arrays(left: Node, right: Node, context: Context) -> Decision:
    """Entry by entry, for several draws of the matrices that are only named; I is the identity unless declared."""
    decisions: list[Decision] = []
    for grids in _draws(context):
        arrays = Arrays(context.scope, grids)
        one, other = arrays.grid(left), arrays.grid(right)
        if _squeezed(one) != _squeezed(other):
            return OTHER_SHAPE
        entries = zip(one.cells, other.cells, strict=True)
        decisions.append(joined([_compared_terms(a, b, context) for a, b in entries]))
        if decisions[-1].verdict is not Verdict.SAME or not context.shapes:
            return decisions[-1]
    return Decision(Verdict.SAME, "sampled", points=len(decisions))


def _squeezed(grid: Grid) -> tuple[int, ...]:
    """A matrix of one entry is a number."""
    return () if len(grid.cells) == 1 else grid.shape


def _draws(context: Context) -> Iterator[Grids]:
    draw = stream(context.seed)
    letters = sorted({axis for shape in context.shapes.values() for axis in shape if isinstance(axis, str)})
    for sizes in _SIZES[:DRAWS]:
        lengths: dict[str | int, int] = {letter: sizes[k % len(sizes)] for k, letter in enumerate(letters)}
        grids = {}
        for key in sorted(context.shapes):
            shape = tuple(axis if isinstance(axis, int) else lengths[axis] for axis in context.shapes[key])
            grids[key] = identity(shape[0]) if _is_identity(key, context) else _drawn(shape, draw)
        yield grids


def _is_identity(key: str, context: Context) -> bool:
    return key == "I" and context.capitals


def _drawn(shape: tuple[int, ...], draw: Stream) -> Grid:
    """A matrix of whole numbers; a vector is a column."""
    rows, columns = shape if len(shape) == 2 else (*shape, 1)
    cells = tuple(const(int(entry)) for entry in wholes(draw, (rows * columns,), _LARGEST))
    return Grid((rows, columns), cells)
