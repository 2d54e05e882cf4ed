"""The functions of formulas, as a table: which operation each is, and what its further arguments mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from typing import Any, TypeAlias

from grader.language.syntax import Apply, Chain, Items, Name, Node, Number
from grader.networks.parts import Part, number
from grader.networks.reading import Reading

Call: TypeAlias = Callable[[Reading, Apply, "Arguments"], Part]


@dataclass(frozen=True, slots=True)
class Function:
    """An operation of so many arrays (None for a list of them), its further arguments in order, and fixed ones."""

    op: str
    arrays: int | None = 1
    options: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, reading: Reading, tree: Apply, given: Arguments) -> Part:
        """Add the operation."""
        count = len(given.arrays) if self.arrays is None else self.arrays
        if len(given.arrays) < count:
            reading.fail(f"{tree.head.base!r} takes {count} arguments; got {len(given.arrays)}", tree)
        rest = dict(zip(self.options, given.arrays[count:], strict=False))
        if len(given.arrays) - count > len(self.options):
            reading.fail(f"{tree.head.base!r} takes {count + len(self.options)} arguments at most", tree)
        unknown = set(given.named) - set(self.options)
        if unknown:
            known = ", ".join(self.options) or "none"
            reading.fail(f"{tree.head.base!r} has no argument {min(unknown)!r}; known are {known}", tree)
        options = {name: literal(reading, node) for name, node in {**rest, **given.named}.items()}
        parents = [reading.part(node) for node in given.arrays[:count]]
        return reading.emit(self.op, parents, tree, **{**self.fixed, **options})


class _Mean(Function):
    """A mean, but of no loss: that is one number already, so that its mean would silently be the sum."""

    def __call__(self, reading: Reading, tree: Apply, given: Arguments) -> Part:
        for one in given.arrays[:1]:
            of = FUNCTIONS.get(one.head.base) if isinstance(one, Apply) else None
            if isinstance(of, Function) and of.op in _SUMMED:
                what = reading.text(one)
                reading.fail(f"{what!r} is one number, the sum over all entries; divide by how many there are", tree)
        return super().__call__(reading, tree, given)


@dataclass(frozen=True, slots=True)
class Arguments:
    """What stands in a function's brackets: in order, and by name."""

    arrays: tuple[Node, ...]
    named: Mapping[str, Node]


_SPELLED: Mapping[str, str] = {"keepdims": "keep", "padding": "pad"}


def arguments(tree: Apply) -> Arguments:
    """Sort the arguments of an application into those in order and those with a name."""
    arrays, named = [], {}
    for one in tree.args:
        if isinstance(one, Chain) and isinstance(one.left, Name) and [step.relation for step in one.steps] == ["="]:
            named[_SPELLED.get(one.left.base, one.left.base)] = one.steps[0].right
        else:
            arrays.append(one)
    return Arguments(tuple(arrays), named)


def literal(reading: Reading, node: Node) -> Any:
    """A number, a truth value, or a tuple of these, as an argument that is no array."""
    if isinstance(node, Items):
        return tuple(literal(reading, item) for item in node.items)
    if isinstance(node, Name) and node.base in {"True", "False"}:
        return node.base == "True"
    part = reading.part(node)
    if part.number is None:
        reading.fail(f"expected a number here; got {reading.text(node)!r}", node)
    return int(part.number) if part.number == int(part.number) else part.number


def applied(reading: Reading, tree: Apply) -> Part:
    """A function of its arguments. Raises `LanguageError` for one that is not known."""
    name = _LOGARITHMS.get(_base(tree.head), "") if tree.head.sub else tree.head.base
    if tree.head.primes == 1 and name in SLOPES:
        return SLOPES[name](reading, tree)
    if name not in FUNCTIONS or tree.head.primes or tree.given or tree.params:
        nearest = get_close_matches(name, FUNCTIONS, n=1)
        hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
        reading.fail(f"{reading.text(tree.head)!r} is no function that is known here{hint}", tree.head)
    return FUNCTIONS[name](reading, tree, arguments(tree))


_LOGARITHMS: Mapping[tuple[str, str], str] = {
    ("log", "10"): "log10", ("log", "e"): "log", ("log", "2"): "log2",
}  # fmt: skip


def _base(head: Name) -> tuple[str, str]:
    sub = head.sub[0] if len(head.sub) == 1 else None
    return head.base, sub.text if isinstance(sub, Number) else sub.base if isinstance(sub, Name) else ""


def method(reading: Reading, of: Part, tree: Apply) -> Part:
    """`x.sum(axis=0)`: the function of what stands before the point."""
    function = FUNCTIONS.get(tree.head.base)
    if not isinstance(function, Function):
        reading.fail(f"{tree.head.base!r} is not known behind a point; write it as a function", tree)
    given = arguments(tree)
    options = {**dict(zip(function.options, given.arrays, strict=False)), **given.named}
    read = {name: literal(reading, node) for name, node in options.items()}
    return reading.emit(function.op, (of,), tree, **{**function.fixed, **read})


def _extreme(op: str, gate: str) -> Call:
    """The larger or smaller of two or more, entry by entry; with 0 the larger is a ReLU."""

    def call(reading: Reading, tree: Apply, given: Arguments) -> Part:
        parts = [reading.part(node) for node in given.arrays]
        numbers = [part for part in parts if part.number == 0]
        if len(parts) == 2 and len(numbers) == 1 and gate:
            return reading.emit(gate, [part for part in parts if part is not numbers[0]], tree)
        if len(parts) < 2:
            reading.fail(f"{tree.head.base!r} takes two arguments or more; got {len(parts)}", tree)
        return reduce(lambda left, right: reading.emit(op, (left, right), tree), parts)

    return call


def _listed(op: str) -> Call:
    """An operation of any number of arrays, in a list or one by one."""

    def call(reading: Reading, tree: Apply, given: Arguments) -> Part:
        first = given.arrays[0] if given.arrays else None
        listed = first.items if isinstance(first, Items) else given.arrays
        return Function(op, None, ("axis",))(reading, tree, Arguments(listed, given.named))

    return call


def _reshape(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`reshape(x, n, m)` or `reshape(x, (n, m))`, row by row."""
    if len(given.arrays) < 2 or given.named:
        reading.fail("write reshape(x, n, m)", tree)
    shape = [literal(reading, node) for node in given.arrays[1:]]
    flat = shape[0] if isinstance(shape[0], tuple) else tuple(shape)
    return reading.emit("reshape_rows", (reading.part(given.arrays[0]),), tree, shape=flat)


def _array(reading: Reading, tree: Apply, given: Arguments) -> Part:
    return reading.part(given.arrays[0]) if len(given.arrays) == 1 else reading.fail("write array([...])", tree)


def _log2(reading: Reading, tree: Apply, given: Arguments) -> Part:
    logarithm = Function("log")(reading, tree, given)
    return reading.emit("divide", (logarithm, number(0.6931471805599453, "log 2")), tree)


def _deviation(reading: Reading, tree: Apply, given: Arguments) -> Part:
    return reading.emit("sqrt", (FUNCTIONS["var"](reading, tree, given),), tree)


_SUMMED = frozenset(
    ["squared_error", "half_squared_error", "cross_entropy", "softmax_cross_entropy", "binary_cross_entropy", "hinge"]
)
_AXES = ("axis", "keep")
_NORMS = ("eps",)


def _all(function: Call, *names: str) -> Mapping[str, Call]:
    return dict.fromkeys(names, function)


FUNCTIONS: Mapping[str, Call] = {
    **_all(Function("sigmoid"), "sigmoid", "Sigmoid", "sigma", "logistic", "expit"),
    **_all(Function("relu"), "relu", "ReLU", "Relu", "RELU"),
    **{name: Function(name) for name in ("tanh", "exp", "sqrt", "square", "softplus", "sin", "cos")},
    **_all(Function("log"), "log", "ln"),
    **_all(Function("log10"), "log10", "lg"),
    **_all(_log2, "log2"),
    **_all(Function("absolute"), "abs", "absolute"),
    **_all(Function("step"), "step", "heaviside"),
    **_all(Function("power", 2), "power", "pow"),
    **_all(_extreme("maximum", "relu"), "maximum", "max"),
    **_all(_extreme("minimum", ""), "minimum", "min"),
    **_all(Function("sum", 1, _AXES), "sum"),
    **_all(_Mean("mean", 1, _AXES), "mean", "Mean", "average"),
    **_all(Function("variance", 1, _AXES), "var", "variance"),
    **_all(_deviation, "std"),
    **{f"sum{axis}": Function("sum", fixed={"axis": axis}) for axis in (0, 1)},
    "mean0": Function("mean", fixed={"axis": 0}),
    "var0": Function("variance", fixed={"axis": 0}),
    "mean1": Function("mean", fixed={"axis": 1, "keep": True}),
    "var1": Function("variance", fixed={"axis": 1, "keep": True}),
    "softmax": Function("softmax", 1, ("axis",)),
    **_all(Function("log_softmax", 1, ("axis",)), "log_softmax", "logsoftmax", "LogSoftmax"),
    **_all(Function("transpose", 1, ("axes",)), "T", "transpose"),
    "outer": Function("outer", 2),
    **_all(Function("inner", 2), "inner", "dot", "vdot"),
    "matmul": Function("matmul", 2),
    **_all(_listed("concat"), "concat", "concatenate", "hstack", "cat"),
    "stack": _listed("stack"),
    **_all(Function("flat"), "flat", "flatten", "ravel", "vec"),
    **_all(_reshape, "reshape", "Reshape"),
    "array": _array,
    **_all(Function("squared_error", 2), "squared_error", "sse"),
    **_all(Function("half_squared_error", 2), "half_squared_error"),
    **_all(Function("mean_squared_error", 2), "mean_squared_error", "mse", "MSE"),
    "cross_entropy": Function("cross_entropy", 2),
    "cross_entropy_index": Function("cross_entropy_index", 1, ("index",)),
    "softmax_cross_entropy": Function("softmax_cross_entropy", 2),
    **_all(Function("binary_cross_entropy", 2), "binary_cross_entropy", "bce", "BCE"),
    "hinge": Function("hinge", 2),
    "conv2d": Function("conv2d", 2, ("stride", "pad")),
    "conv": Function("conv", 2, ("stride", "pad")),
    **_all(Function("max_pool", 1, ("size", "stride")), "max_pool", "maxpool", "MaxPool"),
    **_all(Function("avg_pool", 1, ("size", "stride")), "avg_pool", "avgpool", "AvgPool"),
    **_all(Function("embedding", 1, ("rows",)), "embedding", "Embedding"),
    **_all(Function("attention", 3, ("causal",)), "attention", "Attention"),
    **_all(Function("batch_norm", 3, _NORMS), "batch_norm", "BatchNorm"),
    **_all(Function("layer_norm", 3, _NORMS), "layer_norm", "LayerNorm"),
}


def _squash_slope(op: str, inner: Callable[[Reading, Part, Apply], Part]) -> Callable[[Reading, Apply], Part]:
    """The derivative of a function by its own value, as it is taught."""

    def slope(reading: Reading, tree: Apply) -> Part:
        value = reading.emit(op, [reading.part(node) for node in tree.args[:1]], tree)
        return inner(reading, value, tree)

    return slope


def _logistic(reading: Reading, value: Part, tree: Apply) -> Part:
    return reading.emit("multiply", (value, reading.emit("subtract", (number(1.0), value), tree)), tree)


def _hyperbolic(reading: Reading, value: Part, tree: Apply) -> Part:
    return reading.emit("subtract", (number(1.0), reading.emit("square", (value,), tree)), tree)


SLOPES: Mapping[str, Callable[[Reading, Apply], Part]] = {
    **dict.fromkeys(("sigmoid", "Sigmoid", "sigma", "logistic"), _squash_slope("sigmoid", _logistic)),
    "tanh": _squash_slope("tanh", _hyperbolic),
    **dict.fromkeys(
        ("relu", "ReLU", "Relu", "RELU"),
        lambda reading, tree: reading.emit("step", [reading.part(node) for node in tree.args[:1]], tree),
    ),
}


def names() -> Sequence[str]:
    """The functions' names, for the parser's table, without those that it knows by itself as sums and extremes."""
    return [name for name in FUNCTIONS if name not in {"sum", "max", "min"}]
