"""What a formula is worth at sample points: all tensors that it may be read as, the plainest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, product

import numpy as np

from grader.calculus.budget import PART
from grader.formulas.applied import MAX_SUMS, MAX_TERMS, NAMED, Want, first, iter_one, pairwise
from grader.formulas.errors import FormulaError
from grader.formulas.functions import COMPARISONS
from grader.formulas.functions import elementwise as function_of
from grader.formulas.indices import chain, lifted
from grader.formulas.jacobians import jacobian
from grader.formulas.literal import literal
from grader.formulas.names import SAMPLE, bare, gradient_of
from grader.formulas.once import Once, counted
from grader.formulas.parts import (
    in_rows,
    indexed,
    sliced,
    stacked,
    subscripts,
)
from grader.formulas.products import OPEN_SIGNS, flatten, multiplies, runs, squares, summed_over
from grader.formulas.readings import MAX_FACTORS, readings
from grader.formulas.scope import Scope
from grader.formulas.tensors import INDEX, Axis, Tensor, Tensors, elementwise, labels, number
from grader.language.errors import NOWHERE
from grader.language.syntax import (
    Abs,
    Apply,
    Cases,
    Chain,
    Derivative,
    Index,
    Indicator,
    Items,
    Labelled,
    Matrix,
    Name,
    Negative,
    Node,
    Norm,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Slice,
    Sum,
    Transpose,
)
from grader.networks.programs import rewritten
from reference.graph import Array

_MAX_FACTOR = 4


def tensors(node: Node, scope: Scope, want: Want) -> Tensors:
    """All readings of a node; `want` are the kinds of axes that the result should have, where that is known.

    Raises `FormulaError` for what has no meaning in the problem, and `OverBudgetError`.
    """
    key = (id(node), want)
    if key not in scope.found:
        scope.found[key] = Once(counted(_read(node, scope, want), scope.budget), node)
    return iter(scope.found[key])


def _read(node: Node, scope: Scope, want: Want) -> Tensors:
    quantity = gradient_of(node, scope.names, str(scope.points.graph.loss))
    if quantity is not None:
        entry = lifted(node)
        return iter_one(scope.gradient(quantity)) if entry is None else _index(entry, scope, want)
    rule = _RULES.get(type(node), _as_written)
    return rule(node, scope, want)


def _as_written(node: Node, scope: Scope, _: Want) -> Tensors:
    """What only declared formulas know, as they read it."""
    told = literal(node, scope)
    if told is None:
        raise FormulaError("this has no meaning in a formula of this problem", node.span)
    return iter_one(told)


def _name(node: Name, scope: Scope, _: Want) -> Tensors:
    meaning = scope.names.meaning(node)
    if meaning is not None:
        return iter_one(scope.value(meaning))
    if node.base in scope.letters:
        letter = scope.letters[node.base]
        return iter_one(
            Tensor((letter.lower + np.arange(letter.size, dtype=np.float64))[None], (Axis(INDEX, node.base),))
        )
    size = scope.all_sizes.get(node.base)
    if size is not None:
        return iter_one(number(float(size)))
    if node.base in scope.names.losses:
        return iter_one(Tensor(scope.points.value(str(scope.points.graph.loss))))
    constants = {"pi": np.pi, "e": np.e}
    if node.base in constants:
        return iter_one(number(constants[node.base]))
    raise FormulaError(f"{node.base!r} is not a quantity of this problem", node.span)


def _transpose(node: Transpose, scope: Scope, want: Want) -> Tensors:
    return tensors(node.operand, scope, want)


def _negative(node: Negative, scope: Scope, want: Want) -> Tensors:
    return (tensor.map(np.negative) for tensor in tensors(node.operand, scope, want))


def _sum(node: Sum, scope: Scope, want: Want) -> Tensors:
    """Terms are read so that their axes agree; a term that lacks an axis is the same all along it."""
    options = [list(islice(tensors(term, scope, want), MAX_TERMS)) for term in node.terms]
    for chosen in islice(product(*options), MAX_SUMS):
        scope.budget.spend(PART + 8 * len(chosen))
        keys = [frozenset(own) for own in labels(chosen)]
        widest = max(keys, key=len)
        if all(key <= widest for key in keys):
            yield elementwise(lambda *parts: np.sum(np.broadcast_arrays(*parts), axis=0), *chosen)


def _product(node: Node, scope: Scope, want: Want) -> Tensors:
    """Factors of nested products and sums over indices are read together, since all of it is multilinear."""
    factors: list[Node] = []
    summed: list[str] = []
    flatten(node, scope, factors, summed)
    if len(factors) == 1:
        yield from (summed_over(tensor, summed, scope) for tensor in tensors(factors[0], scope, want))
        return
    if len(factors) > MAX_FACTORS:
        raise FormulaError(f"a product of {len(factors)} factors; at most {MAX_FACTORS} are read", node.span)
    scalar, options = _options(factors, scope, want)
    for chosen in islice(product(*options), MAX_SUMS):
        for tensor in readings(chosen, want, scope.budget):
            yield summed_over(elementwise(np.multiply, tensor, scalar), summed, scope)


def _options(factors: Sequence[Node], scope: Scope, want: Want) -> tuple[Tensor, list[list[Tensor]]]:
    """The product of all scalar factors, and each other factor's own readings; one alone is read as the whole is."""
    scalar = number(1.0)
    options: list[list[Tensor]] = []
    nodes: list[Node] = []
    for factor in factors:
        found = list(islice(tensors(factor, scope, None), _MAX_FACTOR))
        if len(found) == 1 and not found[0].axes:
            scalar = elementwise(np.multiply, scalar, found[0])
        else:
            options.append(found)
            nodes.append(factor)
    if len(nodes) == 1:
        options = [list(islice(tensors(nodes[0], scope, want), MAX_TERMS))]
    return scalar, options or [[number(1.0)]]


def _elementwise_product(node: Product, scope: Scope, want: Want) -> Tensors:
    """Products with a sign that is read as written: element by element, or outer."""
    if OPEN_SIGNS.issuperset(node.signs):
        yield from _product(node, scope, want)
        return
    for factors in dict.fromkeys((runs(node), node.factors)):
        options = [list(islice(tensors(factor, scope, None), _MAX_FACTOR)) for factor in factors]
        for chosen in islice(product(*options), MAX_SUMS):
            if "odot" in node.signs:
                yield elementwise(lambda *parts: np.prod(np.broadcast_arrays(*parts), axis=0), *chosen)
            else:
                yield from readings(chosen, want, scope.budget)


def _quotient(node: Quotient, scope: Scope, want: Want) -> Tensors:
    return _product(node, scope, want)


def _power(node: Power, scope: Scope, want: Want) -> Tensors:
    if squares(node):
        yield from _product(node, scope, want)
        return
    for base in tensors(node.base, scope, want):
        for exponent in tensors(node.exponent, scope, ()):
            yield elementwise(np.power, base, exponent)


def _series(node: Series, scope: Scope, want: Want) -> Tensors:
    if node.operator == "max" and not node.ranges and isinstance(node.body, Items) and len(node.body.items) == 2:
        left, right = node.body.items
        return pairwise(tensors, np.maximum, (left, right), scope, want)
    if node.operator != "sum":
        raise FormulaError(f"{node.operator!r} has no meaning in a formula of this problem", node.span)
    return _product(node, scope, want)


def _apply(node: Apply, scope: Scope, want: Want) -> Tensors:
    if (operator := rewritten(node)) is not None:
        return tensors(operator, scope, want)
    name, marked = node.head.base, node.head.sub or node.head.marks or node.given
    if name in NAMED and not marked:
        return NAMED[name](tensors, node, scope, want)
    function = None if marked or node.params else function_of(name, node.head.primes)
    if function is None and (told := literal(node, scope)) is not None:
        return iter_one(told)
    if function is None or len(node.args) != 1:
        shown = name + "'" * node.head.primes
        raise FormulaError(f"{shown!r} with {len(node.args)} arguments is not a function of this problem", node.span)
    return (tensor.map(function) for tensor in tensors(node.args[0], scope, want))


def _index(node: Index, scope: Scope, want: Want) -> Tensors:
    if any(isinstance(at, Slice) for at in node.at):
        return (sliced(tensor, node.at, node.span) for tensor in tensors(node.of, scope, want))
    if multiplies(node, scope.names):
        return _product(Product((node.of, *node.at), ("",)), scope, want)
    base, at = chain(node)
    if isinstance(base, Apply) and base.head.base == "shape":
        return _as_written(Apply(Name("size"), (*base.args, *(index for index, _ in at)), span=node.span), scope, want)
    slope = gradient_of(base, scope.names, str(scope.points.graph.loss))
    meaning = slope or scope.names.meaning(base)
    if meaning is None:
        raise FormulaError("only named quantities of the problem have entries", node.span)
    tensor = scope.value(meaning) if slope is None else scope.gradient(meaning)
    return iter_one(indexed(tensor, at, meaning.upper, scope, node.span))


def _derivative(node: Derivative, scope: Scope, _: Want) -> Tensors:
    of, by = bare(node.of), bare(node.by[0])
    above, below = scope.names.meaning(of), scope.names.meaning(by)
    if above is None or below is None or len(node.by) != 1:
        raise FormulaError("only derivatives of one named quantity by another are worked with here", node.span)
    tag = next((index.base for part in (node.of, node.by[0]) for index in subscripts(part)), "")
    return iter_one(jacobian(scope.points, above, below, tag))


def _cases(node: Cases, scope: Scope, want: Want) -> Tensors:
    """The value of the first case whose condition holds; 0 where none does."""
    parts: list[list[Tensor]] = []
    for case in node.cases:
        always = [number(1.0)]
        parts.append(list(islice(_condition(case.condition, scope), _MAX_FACTOR)) if case.condition else always)
        parts.append(list(islice(tensors(case.value, scope, want), MAX_TERMS)))
    for chosen in islice(product(*parts), MAX_SUMS):
        result = number(0.0)
        for place in reversed(range(0, len(chosen), 2)):
            result = elementwise(_where, chosen[place], chosen[place + 1], result)
        yield result


def _where(holds: Array, value: Array, otherwise: Array) -> Array:
    picked: Array = np.where(holds > 0, value, otherwise)
    return picked


def _condition(node: Node | None, scope: Scope) -> Tensors:
    """A comparison as ones and zeros."""
    if not isinstance(node, Chain) or node.left is None or len(node.steps) != 1:
        raise FormulaError("a condition compares two sides", node.span if node else NOWHERE)
    compare = COMPARISONS.get(node.steps[0].relation)
    if compare is None:
        raise FormulaError(f"{node.steps[0].relation!r} is not a comparison", node.span)
    for left in tensors(node.left, scope, None):
        for right in tensors(node.steps[0].right, scope, None):
            yield elementwise(lambda a, b: compare(a, b).astype(np.float64), left, right)


def _indicator(node: Indicator, scope: Scope, _: Want) -> Tensors:
    return _condition(node.condition, scope)


def _chain(node: Chain, scope: Scope, _: Want) -> Tensors:
    return _condition(node, scope)


def _items(node: Items, scope: Scope, want: Want) -> Tensors:
    return stacked([first(tensors, item, scope, want) for item in node.items], scope, node.span)


def _matrix(node: Matrix, scope: Scope, want: Want) -> Tensors:
    """Entries that are single numbers, as one of the problem's grids or rows of that size."""
    rows = [[first(tensors, entry, scope, ()) for entry in row] for row in node.rows]
    return in_rows(rows, scope, want, node.span)


def _abs(node: Abs, scope: Scope, want: Want) -> Tensors:
    return (tensor.map(np.abs) for tensor in tensors(node.operand, scope, want))


def _norm(node: Norm, scope: Scope, _: Want) -> Tensors:
    """The Euclidean norm: of one sample, or of the whole where samples stand without an index."""
    for tensor in tensors(node.operand, scope, None):
        for kept in dict.fromkeys((frozenset({SAMPLE}), frozenset[str]())):
            inner = [place + 1 for place, axis in enumerate(tensor.axes) if not axis.tag and axis.kind not in kept]
            axes = tuple(axis for axis in tensor.axes if axis.tag or axis.kind in kept)
            yield Tensor(np.sqrt((tensor.data**2).sum(axis=tuple(inner))), axes)


_RULES: Mapping[type[Node], Callable[..., Tensors]] = {
    Number: lambda node, _, __: iter_one(number(float(node.text))),
    Name: _name,
    Transpose: _transpose,
    Labelled: lambda node, scope, want: tensors(node.body, scope, want),
    Negative: _negative,
    Sum: _sum,
    Product: _elementwise_product,
    Quotient: _quotient,
    Power: _power,
    Series: _series,
    Apply: _apply,
    Index: _index,
    Derivative: _derivative,
    Cases: _cases,
    Indicator: _indicator,
    Chain: _chain,
    Items: _items,
    Matrix: _matrix,
    Abs: _abs,
    Norm: _norm,
}
