"""Each operation at a point where its value is known: worked by hand, or a constant of analysis.

Finite differences do not see a rule that is wrong forward and backward in the same way; these do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import e, log, pi
from typing import Any

import numpy as np
import pytest

from reference.graph import Array
from reference.ops import TABLE

SQUARE = [[1.0, 2.0], [3.0, 4.0]]
GRID = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
UNEVEN = [[1.0, 0.0], [0.0, 2.0]]
RIGHT = [[0.0, 1.0], [0.0, 0.0]]
THREE = [log(1.0), log(2.0), log(5.0)]  # softmax gives 1/8, 1/4, 5/8

# Operation, parents, attributes, value.
POINTS: list[tuple[str, list[Any], Mapping[str, Any], Any]] = [
    ("relu", [[-1.0, 2.0]], {}, [0.0, 2.0]),
    ("sigmoid", [[0.0, log(3.0)]], {}, [0.5, 0.75]),
    ("log", [[1.0, e]], {}, [0.0, 1.0]),
    ("objective", [3.0], {}, 3.0),
    ("negate", [[3.0]], {}, [-3.0]),
    ("tanh", [[0.0, log(3.0)]], {}, [0.0, 0.8]),
    ("exp", [[0.0, 1.0]], {}, [1.0, e]),
    ("log10", [[1.0, 1000.0]], {}, [0.0, 3.0]),
    ("sqrt", [[4.0, 9.0]], {}, [2.0, 3.0]),
    ("absolute", [[-2.0, 3.0]], {}, [2.0, 3.0]),
    ("square", [[-2.0, 3.0]], {}, [4.0, 9.0]),
    ("softplus", [[0.0, log(3.0)]], {}, [log(2.0), log(4.0)]),
    ("reciprocal", [[4.0, -0.5]], {}, [0.25, -2.0]),
    ("erf", [[0.0, 1.0]], {}, [0.0, 0.8427007929497149]),
    ("sin", [[0.0, pi / 2]], {}, [0.0, 1.0]),
    ("cos", [[0.0, pi]], {}, [1.0, -1.0]),
    ("step", [[-1.0, 0.0, 2.0]], {}, [0.0, 0.0, 1.0]),
    ("add", [SQUARE, [10.0, 20.0]], {}, [[11.0, 22.0], [13.0, 24.0]]),
    ("subtract", [SQUARE, [[10.0], [20.0]]], {}, [[-9.0, -8.0], [-17.0, -16.0]]),
    ("multiply", [SQUARE, 2.0], {}, [[2.0, 4.0], [6.0, 8.0]]),
    ("divide", [SQUARE, 2.0], {}, [[0.5, 1.0], [1.5, 2.0]]),
    ("power", [[2.0, 3.0], 3.0], {}, [8.0, 27.0]),
    ("maximum", [[1.0, 5.0], 3.0], {}, [3.0, 5.0]),
    ("minimum", [[1.0, 5.0], 3.0], {}, [1.0, 3.0]),
    ("blend", [0.25, [4.0], [8.0]], {}, [5.0]),
    ("use", [[1.0, 2.0]], {"owner": "y"}, [1.0, 2.0]),
    ("matmul", [SQUARE, [[0.0, 1.0], [1.0, 10.0]]], {}, [[2.0, 21.0], [4.0, 43.0]]),
    ("matmul", [SQUARE, [1.0, 10.0]], {}, [21.0, 43.0]),
    ("matmul", [[1.0, 10.0], SQUARE], {}, [31.0, 42.0]),
    ("inner", [[1.0, 2.0], [3.0, 4.0]], {}, 11.0),
    ("outer", [[1.0, 2.0], [3.0, 4.0]], {}, [[3.0, 4.0], [6.0, 8.0]]),
    ("transpose", [SQUARE], {}, [[1.0, 3.0], [2.0, 4.0]]),
    ("transpose", [[SQUARE]], {"axes": (2, 1, 0)}, [[[1.0], [3.0]], [[2.0], [4.0]]]),
    ("constant", [], {"value": SQUARE}, SQUARE),
    ("reshape", [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], {"shape": (2, 3)}, [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]),
    ("reshape_rows", [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], {"shape": (2, 3)}, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
    ("flat", [SQUARE], {}, [1.0, 2.0, 3.0, 4.0]),
    ("concat", [[1.0, 2.0], [3.0]], {}, [1.0, 2.0, 3.0]),
    ("concat", [SQUARE, [[9.0], [8.0]]], {"axis": 1}, [[1.0, 2.0, 9.0], [3.0, 4.0, 8.0]]),
    ("stack", [1.0, 2.0], {}, [1.0, 2.0]),
    ("stack", [[1.0, 2.0], [3.0, 4.0]], {"axis": 1}, [[1.0, 3.0], [2.0, 4.0]]),
    ("index", [GRID], {"index": (1, 2)}, 6.0),
    ("index", [GRID], {"index": (slice(0, 2), 0)}, [1.0, 4.0]),
    ("embedding", [SQUARE], {"rows": (1, 0, 1)}, [[3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]),
    ("sum", [SQUARE], {"axis": 0}, [4.0, 6.0]),
    ("sum", [SQUARE], {}, 10.0),
    ("mean", [SQUARE], {"axis": 1, "keep": True}, [[1.5], [3.5]]),
    ("variance", [[1.0, 2.0, 3.0, 6.0]], {}, 3.5),
    ("softmax", [THREE], {}, [1 / 8, 1 / 4, 5 / 8]),
    ("softmax", [[[0.0, 0.0], [log(3.0), 0.0]]], {"axis": 0}, [[0.25, 0.5], [0.75, 0.5]]),
    ("log_softmax", [THREE], {}, [-log(8.0), -log(4.0), log(5 / 8)]),
    ("squared_error", [[1.0, 5.0], [3.0, 2.0]], {}, 13.0),
    ("half_squared_error", [[1.0, 5.0], [3.0, 2.0]], {}, 6.5),
    ("mean_squared_error", [[1.0, 5.0], [3.0, 2.0]], {}, 6.5),
    ("mean_squared_error", [SQUARE, 0.0], {}, 7.5),
    ("hinge", [[0.5, 2.0, -1.0], [1.0, 1.0, -1.0]], {}, 0.5),
    ("cross_entropy", [[0.0, 1.0], [0.75, 0.25]], {}, log(4.0)),
    ("cross_entropy_index", [[0.75, 0.25]], {"index": 1}, log(4.0)),
    ("cross_entropy_index", [[[0.5, 0.5], [0.25, 0.75]]], {"index": (1, 0)}, log(8.0)),
    ("binary_cross_entropy", [[1.0, 0.0], [0.5, 0.75]], {}, log(8.0)),
    ("softmax_cross_entropy", [[0.0, 1.0, 0.0], THREE], {}, log(4.0)),
    ("conv2d", [GRID, UNEVEN], {}, [[11.0, 14.0], [20.0, 23.0]]),
    ("conv2d", [GRID, UNEVEN], {"stride": 2, "pad": 1}, [[2.0, 6.0], [14.0, 23.0]]),
    ("conv", [[GRID, GRID], [[UNEVEN, UNEVEN], [UNEVEN, RIGHT]]], {"stride": 2}, [[[22.0]], [[13.0]]]),
    ("deconv", [[SQUARE], [[[1.0, 1.0]]]], {}, [[1.0, 3.0, 2.0], [3.0, 7.0, 4.0]]),
    ("deconv", [[SQUARE], [UNEVEN]], {"pad": (1, 1)}, [[2.0, 4.0, 0.0], [6.0, 9.0, 2.0], [0.0, 3.0, 4.0]]),
    ("max_pool", [GRID], {"size": 2, "stride": 1}, [[5.0, 6.0], [8.0, 9.0]]),
    ("avg_pool", [GRID], {"size": 2, "stride": 1}, [[3.0, 4.0], [6.0, 7.0]]),
    ("attention", [[[log(3.0) * 2.0, 0.0, 0.0, 0.0]], np.eye(4)[:2], [[4.0], [8.0]]], {}, [[5.0]]),
    ("attention", [np.zeros((2, 4)), np.zeros((2, 4)), [[4.0], [8.0]]], {"causal": True}, [[4.0], [6.0]]),
    ("batch_norm", [[[1.0, 0.0], [5.0, 4.0]], 3.0, [0.0, 1.0]], {"eps": 5.0}, [[-2.0, -1.0], [2.0, 3.0]]),
    ("layer_norm", [[1.0, 5.0], [3.0, 6.0], 1.0], {"eps": 5.0}, [-1.0, 5.0]),
    ("sgd", [[1.0, 2.0], [10.0, -10.0], 0.1], {}, [0.0, 3.0]),
    ("momentum_velocity", [2.0, 3.0, 0.5], {}, 4.0),
    ("adam_first", [2.0, 3.0, 0.75], {}, 2.25),
    ("adam_second", [2.0, 3.0, 0.75], {}, 3.75),
    ("bias_correction", [3.0, 0.5, 2.0], {}, 4.0),
    ("adam_step", [1.0, 3.0, 4.0, 0.1, 1.0], {}, 0.9),
]  # fmt: skip


def batched(parents: Iterable[Any]) -> list[Array]:
    return [np.asarray(one, dtype=np.float64)[None] for one in parents]


def test_every_operation_has_a_point() -> None:
    assert {op for op, *_ in POINTS} == TABLE.keys()


@pytest.mark.parametrize(("op", "parents", "attributes", "value"), POINTS)
def test_an_operation_has_its_known_value(
    op: str, parents: list[Any], attributes: Mapping[str, Any], value: Any
) -> None:
    found = TABLE[op].forward(*(np.asarray(one, dtype=np.float64)[None] for one in parents), **attributes)
    np.testing.assert_allclose(found, np.asarray(value)[None], rtol=1e-12, atol=1e-12)


def point(op: str, name: str, *parents: Any, **attributes: Any) -> Any:
    """The value of a variant of an operation."""
    forward = TABLE[op].variants[name].forward
    assert forward is not None
    return forward(*batched(parents), **attributes)[0]


@pytest.mark.parametrize(
    ("op", "name", "parents", "value"),
    [
        ("log", "base_ten", [100.0], 2.0),
        ("log10", "natural", [e], 1.0),
        ("variance", "unbiased", [[1.0, 3.0]], 2.0),
        ("variance", "root", [[1.0, 3.0]], 1.0),
        ("variance", "not_divided", [[1.0, 3.0]], 2.0),
        ("variance", "not_centred", [[1.0, 3.0]], 5.0),
        ("sum", "mean", [[1.0, 3.0]], 2.0),
        ("blend", "gate_exchanged", [0.25, 4.0, 8.0], 7.0),
        ("blend", "old_forgotten", [0.25, 4.0, 8.0], 2.0),
        ("softmax", "not_normalised", [[0.0, 1.0]], [1.0, e]),
        ("half_squared_error", "plain", [[1.0, 5.0], [3.0, 2.0]], 13.0),
        ("half_squared_error", "mean", [[1.0, 5.0], [3.0, 2.0]], 3.25),
        ("mean_squared_error", "half_sum", [[1.0, 5.0], [3.0, 2.0]], 6.5),
        ("cross_entropy", "base_ten", [[0.0, 1.0], [0.9, 0.01]], 2.0),
        ("cross_entropy", "mean", [[0.0, 1.0], [0.75, 0.25]], log(2.0)),
        ("binary_cross_entropy", "second_term_lost", [[1.0, 0.0], [0.5, 0.75]], log(2.0)),
        ("softmax_cross_entropy", "base_ten", [[1.0, 0.0], [0.0, log(99.0)]], 2.0),
        ("hinge", "margin_lost", [[0.5, -2.0], [1.0, 1.0]], 2.0),
        ("bias_correction", "power_lost", [3.0, 0.5, 2.0], 6.0),
        ("momentum_velocity", "damped", [2.0, 3.0, 0.75], 2.25),
        ("adam_first", "weights_exchanged", [2.0, 3.0, 0.75], 2.75),
        ("adam_first", "undamped", [2.0, 3.0, 0.75], 4.5),
        ("adam_step", "epsilon_inside", [1.0, 3.0, 4.0, 0.1, 5.0], 0.9),
        ("adam_step", "epsilon_lost", [1.0, 3.0, 9.0, 0.1, 5.0], 0.9),
        ("adam_step", "root_lost", [1.0, 3.0, 2.0, 0.1, 1.0], 0.9),
    ],
)
def test_a_misreading_has_the_value_that_its_sentence_says(op: str, name: str, parents: list[Any], value: Any) -> None:
    np.testing.assert_allclose(point(op, name, *parents), value, rtol=1e-12)


def test_attention_unscaled_and_scaled_by_the_number_itself() -> None:
    query, keys, values = [[log(3.0), 0.0, 0.0, 0.0]], np.eye(4)[:2], [[4.0], [8.0]]
    assert point("attention", "unscaled", query, keys, values)[0, 0] == pytest.approx(5.0)
    assert point("attention", "root_lost", np.array(query) * 4, keys, values)[0, 0] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("name", "eps", "value"),
    [("epsilon_lost", 5.0, 1.0), ("epsilon_outside", 2.0, 0.5), ("root_lost", 4.0, 0.25)],
)
def test_misread_normalisations_divide_two_by_what_they_say(name: str, eps: float, value: float) -> None:
    assert point("layer_norm", name, [1.0, 5.0], 1.0, 0.0, eps=eps)[1] == pytest.approx(value)


def test_an_unbiased_normalisation_of_three_divides_by_the_root_of_half_the_squares() -> None:
    assert point("layer_norm", "unbiased", [0.0, 3.0, 6.0], 1.0, 0.0, eps=7.0)[2] == pytest.approx(3 / 4)
