"""The functions of whole arrays, as a table: which operation each is, and what its further arguments mean.

What acts entry by entry stands in the one table of functions (`grader.calculus.functions`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from math import prod
from typing import Any, NoReturn

from grader.calculus import functions as table
from grader.calculus.functions import Function, spelled
from grader.language.syntax import Apply, Items, Name, Text
from grader.networks.arguments import Arguments, Call, arguments, literal
from grader.networks.arrangements import backwards
from grader.networks.names import CONSTANTS
from grader.networks.parts import Part
from grader.networks.programs import CALLS
from grader.networks.reading import Reading
from grader.networks.scalars import scalar
from grader.networks.sizes import shape_of


@dataclass(frozen=True, slots=True)
class ArrayFunction:
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


class _Mean(ArrayFunction):
    """A mean, but of no loss: that is one number already, so that its mean would silently be the sum."""

    def __call__(self, reading: Reading, tree: Apply, given: Arguments) -> Part:
        for one in given.arrays[:1]:
            of = FUNCTIONS.get(one.head.base) if isinstance(one, Apply) else None
            if isinstance(of, ArrayFunction) and of.op in _SUMMED:
                what = reading.text(one)
                reading.fail(f"{what!r} is one number, the sum over all entries; divide by how many there are", tree)
        return super().__call__(reading, tree, given)


def applied(reading: Reading, tree: Apply) -> Part:
    """A function of its arguments. Raises `LanguageError` for one that is not known."""
    head, name = tree.head, tree.head.base
    given = arguments(tree)
    if not (head.sub or head.primes or head.marks or tree.given or tree.params) and name in FUNCTIONS:
        return FUNCTIONS[name](reading, tree, given)
    function = spelled(name)
    if function is None or head.marks or given.named or tree.given or tree.params or head.primes > 1:
        return _unknown(reading, tree)
    if head.sub:
        return _to_base(reading, function, tree, given)
    return scalar(reading, function, tree, given.arrays)


def _unknown(reading: Reading, tree: Apply) -> NoReturn:
    nearest = get_close_matches(tree.head.base, names(), n=1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest and nearest[0] != tree.head.base else ""
    reading.fail(f"{reading.text(tree.head)!r} is no function that is known here{hint}", tree.head)


def _to_base(reading: Reading, function: Function, tree: Apply, given: Arguments) -> Part:
    """A logarithm whose base is written below; nothing else takes a subscript."""
    if function.name != "log" or len(tree.head.sub) != 1 or len(given.arrays) != 1 or tree.head.primes:
        return _unknown(reading, tree)
    base = reading.part(tree.head.sub[0])
    named = _BASES.get(base.number) if base.number is not None else None
    if named is not None:
        return scalar(reading, table.FUNCTIONS[named], tree, given.arrays)
    return scalar(reading, function, tree, (*given.arrays, tree.head.sub[0]))


# Bases whose logarithms are rows of the table.
_BASES: Mapping[float, str] = {10.0: "log10", CONSTANTS["e"]: "log"}


def _listed(op: str) -> Call:
    """An operation of any number of arrays, in a list or one by one."""

    def call(reading: Reading, tree: Apply, given: Arguments) -> Part:
        first = given.arrays[0] if given.arrays else None
        listed = first.items if isinstance(first, Items) else given.arrays
        return ArrayFunction(op, None, ("axis",))(reading, tree, Arguments(listed, given.named))

    return call


def _reshape(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`reshape(x, n, m)` or `reshape(x, (n, m))`, row by row, or column by column over the last two axes."""
    if len(given.arrays) < 2:
        reading.fail("write reshape(x, n, m), with sizes in numbers or by name", tree)
    array, *written = given.arrays
    part = reading.part(array)
    listed = written[0].items if isinstance(written[0], Items) else written
    shape, sizes = shape_of(reading, part, listed)
    if "order" in given.named:
        return _by_order(reading, tree, given, part, shape)
    return reading.emit(_order(reading, tree, given), (part,), tree, shape=shape, sizes=sizes)


def _flat(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`flat(x)`, row by row, or column by column over the last two axes."""
    if not given.named:
        return ArrayFunction("flat")(reading, tree, given)
    part = reading.part(given.arrays[0]) if len(given.arrays) == 1 else reading.fail("write flat(x, by=columns)", tree)
    if "order" in given.named:
        return _by_order(reading, tree, given, part, (prod(part.shape),))
    return reading.emit(_order(reading, tree, given), (part,), tree, shape=(prod(part.shape),), sizes=(None,))


def _by_order(reading: Reading, tree: Apply, given: Arguments, part: Part, shape: tuple[int, ...]) -> Part:
    """NumPy's `order='C'`, row by row over all axes, or `order='F'`, in which the first axis runs fastest."""
    order = given.named["order"]
    if len(given.named) > 1 or not isinstance(order, Text) or order.text not in {"C", "F"}:
        reading.fail("its order is 'C' or 'F'", tree)
    if order.text == "C":
        return reading.emit("reshape_rows", (part,), tree, shape=shape)
    turned = reading.emit("reshape_rows", (backwards(reading, tree, part),), tree, shape=shape[::-1])
    return backwards(reading, tree, turned)


def _order(reading: Reading, tree: Apply, given: Arguments) -> str:
    """In which order a reshape goes through an array, as an operation: `by=rows`, as in NumPy, or `by=columns`."""
    by = given.named.get("by", Name("rows"))
    if given.named.keys() - {"by"} or not isinstance(by, Name) or by.base not in _ORDERS:
        reading.fail(f"{tree.head.base!r} goes by=rows or by=columns, and takes nothing else by name", tree)
    return _ORDERS[by.base]


_ORDERS: Mapping[str, str] = {"rows": "reshape_rows", "columns": "reshape"}


def _deconv(reading: Reading, tree: Apply, given: Arguments) -> Part:
    """`deconv(h, w)`, and `deconv(h, w, b)` with a bias map that is added."""
    found = ArrayFunction("deconv", 2, ("pad",))(reading, tree, Arguments(given.arrays[:2], given.named))
    added = [reading.part(node) for node in given.arrays[2:]]
    return reduce(lambda total, bias: reading.emit("add", (total, bias), tree), added, found)


def _array(reading: Reading, tree: Apply, given: Arguments) -> Part:
    return reading.part(given.arrays[0]) if len(given.arrays) == 1 else reading.fail("write array([...])", tree)


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
    **CALLS,
    **_all(ArrayFunction("sum", 1, _AXES), "sum"),
    **_all(_Mean("mean", 1, _AXES), "mean", "Mean", "average"),
    **_all(ArrayFunction("variance", 1, _AXES), "var", "variance"),
    **_all(_deviation, "std"),
    **{f"sum{axis}": ArrayFunction("sum", fixed={"axis": axis}) for axis in (0, 1)},
    "mean0": ArrayFunction("mean", fixed={"axis": 0}),
    "var0": ArrayFunction("variance", fixed={"axis": 0}),
    "mean1": ArrayFunction("mean", fixed={"axis": 1, "keep": True}),
    "var1": ArrayFunction("variance", fixed={"axis": 1, "keep": True}),
    "softmax": ArrayFunction("softmax", 1, ("axis",)),
    **_all(ArrayFunction("log_softmax", 1, ("axis",)), "log_softmax", "logsoftmax", "LogSoftmax"),
    "T": ArrayFunction("transpose", 1, ("axes",)),
    "outer": ArrayFunction("outer", 2),
    **_all(ArrayFunction("inner", 2), "inner", "vdot"),
    **_all(_listed("concat"), "concat", "concatenate", "hstack", "cat"),
    "stack": _listed("stack"),
    **_all(_flat, "flat", "flatten", "ravel", "vec"),
    **_all(_reshape, "reshape", "Reshape", "view"),
    "array": _array,
    **_all(ArrayFunction("squared_error", 2), "squared_error", "sse"),
    **_all(ArrayFunction("half_squared_error", 2), "half_squared_error"),
    **_all(ArrayFunction("mean_squared_error", 2), "mean_squared_error", "mse", "MSE"),
    "cross_entropy": ArrayFunction("cross_entropy", 2),
    "cross_entropy_index": ArrayFunction("cross_entropy_index", 1, ("index",)),
    "softmax_cross_entropy": ArrayFunction("softmax_cross_entropy", 2),
    **_all(ArrayFunction("binary_cross_entropy", 2), "binary_cross_entropy", "bce", "BCE"),
    "hinge": ArrayFunction("hinge", 2),
    "conv": ArrayFunction("conv", 2, ("stride", "pad")),
    **_all(_deconv, "deconv", "Deconv"),
    **_all(ArrayFunction("max_pool", 1, ("size", "stride")), "max_pool", "maxpool", "MaxPool"),
    **_all(ArrayFunction("avg_pool", 1, ("size", "stride")), "avg_pool", "avgpool", "AvgPool"),
    **_all(ArrayFunction("embedding", 1, ("rows",)), "embedding", "Embedding"),
    **_all(ArrayFunction("attention", 3, ("causal",)), "attention", "Attention"),
    **_all(ArrayFunction("batch_norm", 3, _NORMS), "batch_norm", "BatchNorm"),
    **_all(ArrayFunction("layer_norm", 3, _NORMS), "layer_norm", "LayerNorm"),
}


def names() -> Sequence[str]:
    """The functions' names, for the parser's table: not those that it knows by itself as sums and extremes.

    Nor words that are calls in front of a bracket only: `t` and `where` mean something else elsewhere.
    """
    found = dict.fromkeys((*FUNCTIONS, *table.SPELLINGS))
    return [name for name in found if name not in _BRACKETED]


_BRACKETED = frozenset({"sum", "max", "min", "t", "where", "add", "sub", "div", "size", "len", "power", "square"})
