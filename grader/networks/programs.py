"""Calls of NumPy, SciPy, PyTorch and JAX, put into the operations that a network has.

What the operations have no word for is made of those that they have: `einsum` is transposes, a product and a sum, a
turned kernel is an array read backwards, `where` is a weighted sum. So each has its gradient, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import prod

from grader.language.syntax import (
    Apply,
    Chain,
    Indicator,
    Name,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Transpose,
)
from grader.networks.arguments import Arguments, Call, arranged, literal
from grader.networks.arrangements import ARRANGED, part_and_axes
from grader.networks.contractions import CONTRACTED
from grader.networks.parts import Part, number
from grader.networks.reading import Reading
from grader.networks.sliding import SLIDING

# Calls that an operator of two operands stands for, and of one.
_BINARY: Mapping[str, Callable[[Node, Node], Node]] = {
    **dict.fromkeys(("multiply", "mul", "hadamard"), lambda a, b: Product((a, b), ("odot",))),
    **dict.fromkeys(("matmul", "mm", "bmm", "mv"), lambda a, b: Product((a, b), ("@",))),
    "add": lambda a, b: Sum((a, b)),
    **dict.fromkeys(("subtract", "sub"), lambda a, b: Sum((a, Negative(b)))),
    **dict.fromkeys(("divide", "true_divide", "div"), Quotient),
    **dict.fromkeys(("power", "pow", "float_power"), Power),
}
_UNARY: Mapping[str, Callable[[Node], Node]] = {
    "square": lambda a: Power(a, Number("2")),
    **dict.fromkeys(("negative", "neg"), Negative),
    "reciprocal": lambda a: Quotient(Number("1"), a),
}
# Calls that change nothing but how numbers are kept.
_KEPT = frozenset(
    {"astype", "float", "double", "detach", "numpy", "copy", "item", "asarray", "array", "tensor", "stack"}
)


def rewritten(tree: Apply) -> Node | None:
    """A call as the operator that it stands for; None where it is none, or has other arguments."""
    word, args = tree.head.base, tree.args
    if tree.head.sub or tree.head.primes or tree.head.marks or tree.given or tree.params:
        return None
    if word in _BINARY and len(args) == 2:
        return replace(_BINARY[word](*args), span=tree.span)
    if word in _UNARY and len(args) == 1:
        return replace(_UNARY[word](*args), span=tree.span)
    plain = word in _KEPT and args and all(_is_type(one) for one in args[1:])
    return args[0] if plain else None


def _is_type(node: Node) -> bool:
    """Whether an argument is a type of numbers, as in `astype(float)`."""
    value = node.steps[0].right if isinstance(node, Chain) and len(node.steps) == 1 else node
    return isinstance(value, Name) and value.base in {"float", "int", "float32", "float64", "bool"}


def _operator(reading: Reading, tree: Apply, given: Arguments) -> Part:
    found = rewritten(tree)
    if found is None:
        count = 2 if tree.head.base in _BINARY else 1
        reading.fail(f"{tree.head.base!r} takes {count} arguments; got {len(given.arrays)}", tree)
    return reading.part(found)


def _linear(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """PyTorch's `linear(x, W, b)`, which is x W^T + b."""
    if not 2 <= len(given.arrays) <= 3 or given.named:
        reading.fail("write linear(x, W, b)", tree)
    array, weight, *bias = given.arrays
    found: Node = Product((array, Transpose(weight)), ("@",), span=tree.span)
    return reading.part(Sum((found, *bias), span=tree.span) if bias else found)


def _step(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`heaviside(x, 0)`; at zero itself it is 0."""
    if not 1 <= len(given.arrays) <= 2 or given.arrays[1:] not in {(), (Number("0"),), (Number("0.0"),)}:
        reading.fail("write heaviside(x, 0)", tree)
    return reading.emit("step", (reading.part(given.arrays[0]),), tree)


def _where(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`where(a > 0, b, c)`: b where the condition holds, c elsewhere."""
    condition, inside, outside = arranged(reading, tree, given, 3)
    holds = reading.part(condition if isinstance(condition, Indicator) else Indicator(condition, span=condition.span))
    first, second = reading.part(inside), reading.part(outside)
    kept = reading.emit("multiply", (holds, first), tree)
    if second.number == 0:
        return kept
    fails = reading.emit("subtract", (number(1.0), holds), tree)
    return reading.emit("add", (kept, reading.emit("multiply", (fails, second), tree)), tree)


def _clip(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`clip(x, low, high)`, either end of which may be None or left out."""
    array, low, high = _bounds(reading, tree, given)
    found = reading.part(array)
    if low is not None:
        found = _at_least(reading, found, reading.part(low), tree)
    return found if high is None else reading.emit("minimum", (found, reading.part(high)), tree)


def _at_least(reading: Reading, of: Part, low: Part, tree: Node) -> Part:
    return reading.emit("relu", (of,), tree) if low.number == 0 else reading.emit("maximum", (of, low), tree)


_ENDS = {"min": 0, "a_min": 0, "max": 1, "a_max": 1}


def _bounds(reading: Reading, tree: Apply, given: Arguments) -> tuple[Node, Node | None, Node | None]:
    ends: list[Node | None] = [*given.arrays[1:3], None, None][:2]
    for name, node in given.named.items():
        if name not in _ENDS:
            reading.fail(f"{tree.head.base!r} has no argument {name!r}", tree)
        ends[_ENDS[name]] = node
    if not 1 <= len(given.arrays) <= 3:
        reading.fail(f"write {tree.head.base}(x, low, high)", tree)
    low, high = (None if isinstance(one, Name) and one.base == "None" else one for one in ends)
    return given.arrays[0], low, high


def _alike(value: float) -> Call:
    """An array of nothing but one number, in the shape of another."""

    def call(reading: Reading, tree: Apply, given: Arguments) -> Part:
        part = reading.part(*arranged(reading, tree, given, 1))
        zero = reading.emit("multiply", (part, number(0.0)), tree)
        return reading.emit("add", (zero, number(value)), tree)

    return call


def _norm(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """The Euclidean norm, of everything or along an axis."""
    order = given.named.get("ord", Number("2"))
    if len(given.arrays) != 1 or order != Number("2") or given.named.keys() - {"ord", "axis", "keep"}:
        reading.fail("only the Euclidean norm of one array is read here", tree)
    options = {name: literal(reading, node) for name, node in given.named.items() if name != "ord"}
    square = reading.emit("square", (reading.part(given.arrays[0]),), tree)
    return reading.emit("sqrt", (reading.emit("sum", (square,), tree, **options),), tree)


def _size(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """How many entries an axis has: `len(x)`, `x.size(0)`; `size(x)` counts all entries."""
    part, axes = part_and_axes(reading, tree, given)
    if not part.shape or len(axes) > 1:
        reading.fail("a single number has no axes", tree)
    if tree.head.base == "len":
        return number(float(part.shape[0]))
    return number(float(part.shape[axes[0]] if axes else prod(part.shape)))


CALLS: Mapping[str, Call] = {
    **dict.fromkeys((*_BINARY, *_UNARY, *(_KEPT - {"array", "stack"})), _operator),
    **ARRANGED,
    **CONTRACTED,
    **SLIDING,
    "linear": _linear,
    "heaviside": _step,
    "where": _where,
    **dict.fromkeys(("clip", "clamp"), _clip),
    "ones_like": _alike(1.0),
    "zeros_like": _alike(0.0),
    "norm": _norm,
    **dict.fromkeys(("len", "size"), _size),
}
