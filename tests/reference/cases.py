"""One table of points at which operations are tried: shapes of the parents behind the batch axis, attributes, range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reference.graph import Array

BATCH = 3


@dataclass(frozen=True)
class Case:
    """An operation at some shapes. Entries lie within `within`, with either sign unless `positive` says otherwise."""

    op: str
    shapes: tuple[tuple[int, ...], ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    positive: bool = False
    within: tuple[float, float] = (0.2, 1.5)

    def __str__(self) -> str:
        sizes = " ".join("x".join(map(str, shape)) or "scalar" for shape in self.shapes)
        return f"{self.op}({sizes}{''.join(f', {key}={value}' for key, value in self.attributes.items())})"

    def arguments(self, seed: int, rows: tuple[int, ...] = ()) -> list[Array]:
        """The parents at random, with a batch of three or of `rows` each."""
        rng = np.random.default_rng(seed)
        sizes = [(n, *shape) for n, shape in zip(rows or (BATCH,) * len(self.shapes), self.shapes, strict=True)]
        drawn = [rng.uniform(*self.within, size) for size in sizes]
        return drawn if self.positive else [one * rng.choice([-1.0, 1.0], one.shape) for one in drawn]


def _unary(*names: str, positive: bool = False) -> list[Case]:
    return [Case(name, (shape,), positive=positive) for name in names for shape in [(), (4,), (2, 3)]]


def _binary(*names: str, positive: bool = False) -> list[Case]:
    shapes = [((), ()), ((2, 3), (2, 3)), ((3,), (2, 3)), ((2, 3), ()), ((2, 1, 3), (4, 1)), ((2, 1), (1, 3))]
    return [Case(name, pair, positive=positive) for name in names for pair in shapes]


def _ternary(*names: str) -> list[Case]:
    shapes = [((), (), ()), ((2, 3), (2, 3), ()), ((3,), (2, 3), (2, 1))]
    return [Case(name, three, positive=True, within=(0.1, 0.9)) for name in names for three in shapes]


def _reduced(*names: str) -> list[Case]:
    attributes: list[dict[str, Any]] = [
        {}, {"keep": True}, {"axis": 0}, {"axis": -1}, {"axis": 1, "keep": True}, {"axis": (0, 1)}
    ]  # fmt: skip
    return [
        *(Case(name, ((3, 3),), chosen) for name in names for chosen in attributes),
        *(Case(name, ((2, 3, 4),), {"axis": (0, 2)}) for name in names),
        *(Case(name, ((4,),)) for name in names),
    ]


_SHARES = {"positive": True, "within": (0.1, 0.9)}

CASES: tuple[Case, ...] = (
    *_unary("relu", "sigmoid", "objective", "negate", "tanh", "exp", "absolute", "square", "softplus", "sin", "cos"),
    *_unary("reciprocal", "step", "erf"),
    *_unary("log", "log10", "sqrt", positive=True),
    *_binary("add", "subtract", "multiply", "divide", "maximum", "minimum"),
    *_binary("power", positive=True),
    *_ternary("blend", "sgd", "momentum_velocity", "adam_first", "adam_second"),
    Case("bias_correction", ((2, 3), (), ()), positive=True, within=(0.3, 0.9)),
    Case("adam_step", ((2, 3), (2, 3), (2, 3), (), ()), positive=True),
    Case("adam_step", ((), (), (), (), ()), positive=True),
    *(
        Case("matmul", shapes)
        for shapes in [
            ((4, 5), (5, 2)), ((4,), (4, 5)), ((4, 5), (5,)), ((4,), (4,)), ((3, 3), (3, 3)), ((3, 3), (3,)),
            ((3,), (3, 3)), ((2, 4, 5), (5, 3)), ((2, 4, 5), (2, 5, 3)), ((2, 4, 5), (5,)), ((4,), (2, 4, 3)),
        ]
    ),
    *(Case("inner", shapes) for shapes in [((4,), (4,)), ((2, 4), (2, 4)), ((2, 4), (4,))]),
    *(Case("outer", shapes) for shapes in [((4,), (5,)), ((3,), (3,))]),
    Case("transpose", ((4, 5),)),
    Case("transpose", ((3, 3),)),
    Case("transpose", ((4,),)),
    Case("transpose", ((2, 3, 4),), {"axes": (2, 0, 1)}),
    Case("transpose", ((3, 3, 3),), {"axes": (1, 2, 0)}),
    Case("constant", (), {"value": ((1.0, 2.0), (3.0, 4.0))}),
    Case("constant", (), {"value": 0.5}),
    Case("reshape", ((24,),), {"shape": (2, 3, 4)}),
    Case("reshape", ((2, 12),), {"shape": (24,)}),
    Case("reshape_rows", ((24,),), {"shape": (2, 3, 4)}),
    Case("reshape_rows", ((2, 3, 4),), {"shape": (6, 4)}),
    Case("flat", ((2, 3, 4),)),
    Case("flat", ((3, 4),)),
    Case("concat", ((4,), (3,), (2,))),
    Case("concat", ((2, 4), (2, 3)), {"axis": -1}),
    Case("concat", ((2, 4), (3, 4)), {"axis": 0}),
    Case("stack", ((), (), ())),
    Case("stack", ((2, 3), (2, 3)), {"axis": -1}),
    Case("index", ((4,),), {"index": (2,)}),
    Case("index", ((3, 3),), {"index": (1, 2)}),
    Case("index", ((4, 5),), {"index": (slice(1, 3), 2)}),
    Case("embedding", ((5, 3),), {"rows": (1, 4, 1)}),
    Case("embedding", ((5, 3),), {"rows": 2}),
    *_reduced("sum", "mean", "variance"),
    *(
        Case(name, (shape,), {"axis": axis})
        for name in ["softmax", "log_softmax"]
        for shape, axis in [((4,), -1), ((3, 4), -1), ((3, 4), 0), ((2, 3, 4), 1)]
    ),
    *(Case(name, ((2, 3),)) for name in ["softmax", "log_softmax"]),
    *(
        Case(name, shapes)
        for name in ["squared_error", "half_squared_error", "mean_squared_error", "hinge"]
        for shapes in [((), ()), ((4,), (4,)), ((2, 3), (2, 3)), ((2, 3), ())]
    ),
    *(
        Case(name, shapes, **_SHARES)
        for name in ["cross_entropy", "binary_cross_entropy"]
        for shapes in [((), ()), ((4,), (4,)), ((2, 3), (2, 3))]
    ),
    Case("cross_entropy_index", ((4,),), {"index": 2}, **_SHARES),
    Case("cross_entropy_index", ((3, 4),), {"index": (2, 1, 3)}, **_SHARES),
    Case("softmax_cross_entropy", ((4,), (4,)), **_SHARES),
    Case("softmax_cross_entropy", ((3, 4), (3, 4)), **_SHARES),
    Case("use", ((2, 3),), {"owner": "y"}),
    Case("conv2d", ((5, 6), (2, 3))),
    Case("conv2d", ((5, 6), (3, 3)), {"stride": 2, "pad": 1}),
    Case("conv2d", ((5, 5), (2, 2)), {"stride": 3, "pad": 1}),
    Case("conv2d", ((5, 7), (2, 3)), {"stride": (2, 3), "pad": (0, 2)}),
    Case("conv", ((2, 5, 6), (3, 2, 2, 3))),
    Case("conv", ((2, 5, 6), (3, 2, 3, 3)), {"stride": 2, "pad": 2}),
    Case("conv", ((1, 5, 5), (2, 1, 2, 2)), {"stride": 3, "pad": 1}),
    Case("deconv", ((2, 4, 5), (2, 3, 2)), {"pad": (1, 1)}),
    Case("deconv", ((2, 2, 2), (2, 2, 2)), {"pad": (2, 3)}),
    Case("deconv", ((3, 2, 4), (3, 2, 3))),
    *(
        Case(name, (shape,), attributes)
        for name in ["max_pool", "avg_pool"]
        for shape, attributes in [
            ((4, 6), {"size": 2}), ((2, 5, 6), {"size": (2, 3), "stride": 1}), ((3, 3), {"size": 2, "stride": 2})
        ]
    ),
    Case("attention", ((3, 4), (5, 4), (5, 2))),
    Case("attention", ((4, 3), (4, 3), (4, 2)), {"causal": True}),
    Case("attention", ((2, 3, 4), (2, 3, 4), (2, 3, 2))),
    Case("batch_norm", ((4, 3), (3,), (3,)), {"eps": 0.1}),
    Case("batch_norm", ((3, 3), (), ()), {"eps": 0.1}),
    Case("layer_norm", ((4, 3), (3,), (3,)), {"eps": 0.1}),
    Case("layer_norm", ((4,), (4,), (4,)), {"eps": 0.1}),
    Case("layer_norm", ((2, 3, 4), (4,), (4,)), {"eps": 0.1}),
)  # fmt: skip
