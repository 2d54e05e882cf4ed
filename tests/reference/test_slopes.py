"""Misreadings that go wrong on the way back only: the gradients that come out, worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, sin, tanh
from typing import Any

import numpy as np
import pytest

from reference.ops import TABLE
from tests.reference.test_values import GRID, RIGHT, SQUARE, THREE, batched

FIRST, BY_TARGET = [1.0, 0.0, 0.0], [-8 * log(1 / 8), -8 * log(1 / 4), -8 * log(5 / 8)]
FALLEN, TRIPLE = [[0.0, 0.0], [3.0, 0.0]], [[3.0, 6.0], [9.0, 12.0]]
COLUMN, ONES = [[1.0], [1.0]], [[1.0, 1.0], [1.0, 1.0]]
ONE_ROW = [[1.0, 1.0], [0.0, 0.0]]
FIGURES = [[1.0, 5.0], [3.0, 2.0]]  # a prediction and a target
PAIR = [[[1.0, 5.0]], [1.0, 1.0], [0.0, 0.0]]  # a row of deviations -2 and 2, divided by 3 where eps is 5
BACK = [[[1.0], [5.0]], [1.0], [0.0]]

# Operation, misreading, parents, attributes, gradient of the value, gradients by the first parents.
POINTS: list[tuple[str, str, list[Any], Mapping[str, Any], Any, list[Any]]] = [
    ("relu", "gate_lost", [[-1.0, 2.0]], {}, [3.0, 4.0], [[3.0, 4.0]]),
    ("sigmoid", "derivative_lost", [[5.0]], {}, [3.0], [[3.0]]),
    ("tanh", "derivative_lost", [[5.0]], {}, [3.0], [[3.0]]),
    ("tanh", "square_lost", [[log(3.0)]], {}, [10.0], [[2.0]]),
    ("tanh", "output_put_in", [[log(3.0)]], {}, [1.0], [[1.0 - tanh(0.8) ** 2]]),
    ("exp", "derivative_lost", [[5.0]], {}, [3.0], [[3.0]]),
    ("log10", "base_lost", [[4.0]], {}, [1.0], [[0.25]]),
    ("sqrt", "half_lost", [[4.0]], {}, [1.0], [[0.5]]),
    ("absolute", "sign_lost", [[-4.0]], {}, [3.0], [[3.0]]),
    ("square", "factor_lost", [[4.0]], {}, [2.0], [[8.0]]),
    ("softplus", "derivative_lost", [[4.0]], {}, [3.0], [[3.0]]),
    ("reciprocal", "sign_lost", [[2.0]], {}, [1.0], [[0.25]]),
    ("reciprocal", "square_lost", [[2.0]], {}, [1.0], [[-0.5]]),
    ("erf", "derivative_lost", [[2.0]], {}, [3.0], [[3.0]]),
    ("erf", "constant_lost", [[1.0]], {}, [3.0], [[3.0 * exp(-1.0)]]),
    ("sin", "derivative_lost", [[2.0]], {}, [3.0], [[3.0]]),
    ("cos", "sign_lost", [[2.0]], {}, [1.0], [[sin(2.0)]]),
    ("step", "slope_one", [[2.0]], {}, [3.0], [[3.0]]),
    ("add", "second_averaged", [SQUARE, [1.0, 1.0]], {}, TRIPLE, [TRIPLE, [6.0, 9.0]]),
    ("subtract", "sign_lost", [2.0, 5.0], {}, 3.0, [3.0, 3.0]),
    ("multiply", "factors_exchanged", [2.0, 5.0], {}, 1.0, [2.0, 5.0]),
    ("divide", "sign_lost", [2.0, 4.0], {}, 1.0, [0.25, 0.125]),
    ("divide", "square_lost", [2.0, 4.0], {}, 1.0, [0.25, -0.5]),
    ("power", "factor_lost", [2.0, 3.0], {}, 1.0, [4.0, 8.0 * log(2.0)]),
    ("power", "exponent_kept", [2.0, 3.0], {}, 1.0, [24.0, 8.0 * log(2.0)]),
    ("maximum", "gate_lost", [2.0, 5.0], {}, 3.0, [3.0, 3.0]),
    ("minimum", "gate_lost", [2.0, 5.0], {}, 3.0, [3.0, 3.0]),
    ("blend", "sign_lost", [0.25, 4.0, 8.0], {}, 1.0, [-4.0, 0.75, 0.25]),
    ("matmul", "first_not_transposed_back", [SQUARE, [1.0, 1.0]], {}, FIRST[:2], [ONE_ROW, [1.0, 3.0]]),
    ("matmul", "second_not_transposed_back", [[1.0, 1.0], SQUARE], {}, FIRST[:2], [[1.0, 2.0], np.transpose(ONE_ROW)]),
    ("matmul", "one_sample", [SQUARE, COLUMN], {}, COLUMN, [ONES, [[1.0], [2.0]]]),
    ("matmul", "averaged", [SQUARE, COLUMN], {}, COLUMN, [ONES, [[2.0], [3.0]]]),
    ("transpose", "not_transposed_back", [SQUARE], {}, GRID[:2], [GRID[:2]]),
    ("embedding", "last_use_only", [SQUARE], {"rows": (1, 1)}, SQUARE, [[[0.0, 0.0], [3.0, 4.0]]]),
    ("mean", "count_lost", [[1.0, 2.0]], {}, 3.0, [[3.0, 3.0]]),
    ("use", "lost", [[1.0, 2.0]], {"owner": "y"}, [3.0, 4.0], [[0.0, 0.0]]),
    ("variance", "factor_lost", [[1.0, 3.0]], {}, 4.0, [[-2.0, 2.0]]),
    ("softmax", "diagonal", [THREE], {}, [1.0, 0.0, 1.0], [[7 / 64, 0.0, 15 / 64]]),
    ("softmax", "derivative_lost", [THREE], {}, [1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]]),
    ("log_softmax", "diagonal", [THREE], {}, [1.0, 0.0, 1.0], [[7 / 8, 0.0, 3 / 8]]),
    ("log_softmax", "derivative_lost", [THREE], {}, [1.0, 2.0, 3.0], [[1.0, 2.0, 3.0]]),
    ("half_squared_error", "factor_doubled", FIGURES, {}, 1.0, [[-4.0, 6.0], [4.0, -6.0]]),
    ("half_squared_error", "exchanged", FIGURES, {}, 1.0, [[2.0, -3.0], [-2.0, 3.0]]),
    ("mean_squared_error", "factor_lost", FIGURES, {}, 1.0, [[-1.0, 1.5], [1.0, -1.5]]),
    ("mean_squared_error", "count_lost", FIGURES, {}, 1.0, [[-4.0, 6.0], [4.0, -6.0]]),
    ("mean_squared_error", "exchanged", FIGURES, {}, 1.0, [[2.0, -3.0], [-2.0, 3.0]]),
    ("hinge", "gate_lost", [[5.0, 0.5], [1.0, -1.0]], {}, 1.0, [[-1.0, 1.0], [-5.0, -0.5]]),
    ("cross_entropy", "sign_lost_back", [[0.0, 1.0], [0.75, 0.25]], {}, 1.0, [[log(0.75), log(0.25)], [0.0, 4.0]]),
    ("binary_cross_entropy", "sign_lost_back", [[1.0], [0.25]], {}, 1.0, [[log(1 / 3)], [4.0]]),
    ("binary_cross_entropy", "second_slope_lost", [[0.5], [0.25]], {}, 1.0, [[log(4.0)], [-2.0]]),
    ("softmax_cross_entropy", "exchanged", [FIRST, THREE], {}, 8.0, [BY_TARGET, [7.0, -2.0, -5.0]]),
    ("softmax_cross_entropy", "target_lost", [FIRST, THREE], {}, 8.0, [BY_TARGET, [1.0, 2.0, 5.0]]),
    ("softmax_cross_entropy", "diagonal", [FIRST, THREE], {}, 8.0, [BY_TARGET, [-7.0, 0.0, 0.0]]),
    ("conv2d", "not_turned_back", [SQUARE, RIGHT], {}, [[3.0]], [FALLEN, TRIPLE]),
    ("conv", "not_turned_back", [[SQUARE], [[RIGHT]]], {}, [[[3.0]]], [[FALLEN], [[TRIPLE]]]),
    ("deconv", "not_turned_back", [[SQUARE], [RIGHT]], {"pad": (0, 0)}, [[3.0]], [[FALLEN], [TRIPLE]]),
    ("max_pool", "to_every_entry", [SQUARE], {"size": 2}, [[4.0]], [[[4.0, 4.0], [4.0, 4.0]]]),
    ("max_pool", "shared", [SQUARE], {"size": 2}, [[4.0]], [[[1.0, 1.0], [1.0, 1.0]]]),
    ("avg_pool", "count_lost", [SQUARE], {"size": 2}, [[4.0]], [[[4.0, 4.0], [4.0, 4.0]]]),
    *[
        (op, name, parents, {"eps": 5.0}, shape(g), [shape(by_x)])
        for op, parents, shape in [
            ("layer_norm", PAIR, lambda two: [two]),
            ("batch_norm", BACK, lambda two: [[one] for one in two]),
        ]
        # x -> (x - 3) / 3: h = (9, 0), mean h = 4.5, sum h (x - 3) = -18, and 2/n ds/dvar = 1/6 with s = 3.
        for name, g, by_x in [
            ("statistics_held", [9.0, 0.0], [3.0, 0.0]),
            ("variance_held", [9.0, 0.0], [1.5, -1.5]),
            ("mean_held", [9.0, 0.0], [3.0 - 2.0 / 3.0, 2.0 / 3.0]),
        ]
    ],
]  # fmt: skip


def test_every_misreading_of_the_way_back_has_a_point() -> None:
    every = {(op, name) for op, it in TABLE.items() for name, variant in it.variants.items() if variant.forward is None}
    assert {(op, name) for op, name, *_ in POINTS} == every


@pytest.mark.parametrize(("op", "name", "parents", "attributes", "g", "slopes"), POINTS)
def test_a_misread_gradient_is_what_its_sentence_says(
    op: str, name: str, parents: list[Any], attributes: Mapping[str, Any], g: Any, slopes: list[Any]
) -> None:
    arguments, vjp = batched(parents), TABLE[op].variants[name].vjp
    assert vjp is not None
    found = vjp(*batched([g]), TABLE[op].forward(*arguments, **attributes), *arguments, **attributes)
    for one, expected in zip(found, slopes, strict=False):  # normalisations are looked at by their first parent
        np.testing.assert_allclose(one[0], expected, rtol=1e-12, atol=1e-12)
