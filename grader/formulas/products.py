"""What a product multiplies, and the letters it is summed over: nested products and sums are one, being multilinear."""

from __future__ import annotations

from collections.abc import Sequence

from grader.formulas.names import Names
from grader.formulas.scope import Scope
from grader.formulas.tensors import Tensor
from grader.language.syntax import (
    Apply,
    Chain,
    Gradient,
    Index,
    Items,
    Labelled,
    Name,
    Negative,
    Node,
    Nodes,
    Number,
    Power,
    Product,
    Quotient,
    Series,
    Step,
    Sum,
    Transpose,
)
from grader.language.trees import walk

# Signs that leave open which product is meant.
OPEN_SIGNS = frozenset({"", "*", "cdot", "times", "@", "."})


def flatten(node: Node, scope: Scope, factors: list[Node], summed: list[str]) -> None:
    """Collect the factors of a product, and the letters of the sums around it."""
    match node:
        case Product() if OPEN_SIGNS.issuperset(node.signs):
            for factor in node.factors:
                flatten(factor, scope, factors, summed)
        case Negative():
            factors.append(Negative(Number("1")))
            flatten(node.operand, scope, factors, summed)
        case Index() if multiplies(node, scope.names):
            flatten(node.of, scope, factors, summed)
            flatten(node.at[0], scope, factors, summed)
        case Apply() if node.head.base == "diag" and len(node.args) == 1:
            flatten(node.args[0], scope, factors, summed)
        case Transpose() | Labelled():
            flatten(node.operand if isinstance(node, Transpose) else node.body, scope, factors, summed)
        case Quotient():
            flatten(node.above, scope, factors, summed)
            factors.append(Power(node.below, Negative(Number("1"))))
        case Power() if squares(node):
            factors.extend((node.base, node.base))
        case Series() if node.operator == "sum" and (letters := _letters_of(node, scope)).isdisjoint(summed):
            summed += sorted(letters)
            flatten(node.body, scope, factors, summed)
        case _:
            factors.append(node)


def runs(node: Product) -> tuple[Node, ...]:
    """What stands together without a sign that is read as written, as the factors: a b in `a b \\odot c`."""
    found: list[list[Node]] = [[node.factors[0]]]
    for sign, factor in zip(node.signs, node.factors[1:], strict=True):
        if sign in OPEN_SIGNS:
            found[-1].append(factor)
        else:
            found.append([factor])
    return tuple(run[0] if len(run) == 1 else Product(tuple(run), ("",) * (len(run) - 1)) for run in found)


def _letters_of(node: Series, scope: Scope) -> frozenset[str]:
    """The letters that a sum runs over; a bare sum sign runs over all that the answer does not keep."""
    named = [bounds.index for bounds in node.ranges]
    flat = [part for index in named for part in (index.items if isinstance(index, Items) else (index,))]
    if not flat:
        return frozenset(scope.letters) - scope.kept
    return frozenset(part.base for part in flat if isinstance(part, Name))


def squares(node: Power) -> bool:
    """Whether a power is a square of something with axes, which may be a product with itself in any reading."""
    return node.exponent == Number("2") and isinstance(node.base, Name | Index | Sum | Gradient)


def without_ones(node: Product) -> Node:
    """A product with a vector of ones as what it does: `1^T A` and `A 1` add up rows and columns, `1 b^T` repeats b."""
    factors, signs = node.factors, node.signs
    if not OPEN_SIGNS.issuperset(signs):
        return node
    if isinstance(factors[0], Transpose) and factors[0].operand == ONES:
        return _added(_product_of(factors[1:], signs[1:]), "0", node)
    if factors[-1] == ONES:
        return _added(_product_of(factors[:-1], signs[:-1]), "-1", node)
    if factors[0] == ONES and len(factors) == 2 and isinstance(factors[1], Transpose):
        return factors[1].operand
    return node


def _product_of(factors: Nodes, signs: tuple[str, ...]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors, signs)


def _added(of: Node, axis: str, node: Node) -> Node:
    place = Number(axis) if axis == "0" else Negative(Number("1"))
    return Apply(Name("sum"), (of, Chain(Name("axis"), (Step("=", place),))), span=node.span)


ONES = Name(r"\mathbf{1}")


def multiplies(node: Index, names: Names) -> bool:
    """Whether brackets behind a quantity hold a factor, `w_2 [x' - x]`, and no index."""
    holds = any(names.meaning(part) is not None for index in node.at for part in walk(index))
    return node.style == "[" and len(node.at) == 1 and holds


def summed_over(tensor: Tensor, summed: Sequence[str], scope: Scope) -> Tensor:
    """Sum over index letters; what does not depend on one counts as often as it has values."""
    for name in summed:
        places = [place for place, axis in enumerate(tensor.axes) if axis.tag == name]
        if places:
            axes = tuple(axis for axis in tensor.axes if axis.tag != name)
            tensor = Tensor(tensor.data.sum(axis=tuple(place + 1 for place in places)), axes)
        else:
            count = scope.letters[name].size if name in scope.letters else 1
            tensor = Tensor(tensor.data * count, tensor.axes)
    return tensor
