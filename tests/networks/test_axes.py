from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from grader.networks.axes import axes_of, trial_sizes
from grader.networks.letters import letters
from grader.problems import solve
from reference.graph import Node
from tests.formulas.declared import PROBLEMS
from tests.networks.declared import problem


def found(
    nodes: Mapping[str, str], inputs: Mapping[str, Any], **more: Any
) -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
    solved = solve(problem(nodes, inputs=inputs, **more))
    axes = axes_of(solved.graph, {**solved.values.computed, **solved.later.computed})
    trial = trial_sizes(solved.graph, axes)
    return axes.of, trial.shapes if trial is not None else {}


def declared(name: str) -> tuple[Mapping[str, tuple[int, ...]], Mapping[str, tuple[int, ...]]]:
    given = PROBLEMS[name]
    return found(given["nodes"], given["inputs"], loss=given.get("loss"), after=given.get("after", {}))


def test_axes_that_a_product_or_a_sum_ties_are_one() -> None:
    of, shapes = declared("classifier")
    assert of["W"] == (of["h"][0], of["x"][0])
    assert of["V"] == (of["t"][0], of["a"][0])
    assert of["W_new"] == of["W"]
    assert len({of["x"][0], of["h"][0], of["t"][0]}) == 3
    assert shapes["W"] == (shapes["b"][0], shapes["x"][0])
    assert len({*shapes["W"], *shapes["V"]}) == 3


def test_a_recurrent_weight_has_one_axis_twice() -> None:
    of, _ = declared("rnn")
    assert of["U"] == (of["h_0"][0], of["h_2"][0])
    assert of["U"][0] == of["U"][1]


def test_what_a_convolution_leaves_decides_the_sizes_behind_it() -> None:
    inputs = {"X": np.ones((4, 4)).tolist(), "K": np.ones((2, 2)).tolist(), "V": np.ones((9, 3)).tolist()}
    _, shapes = found({"A": "flat(conv2d(X, K))", "y": "A @ V"}, inputs)
    rows, columns = (image - kernel + 1 for image, kernel in zip(shapes["X"], shapes["K"], strict=True))
    assert shapes["V"][0] == rows * columns
    assert shapes["V"][0] != 9


def test_a_reshape_to_numbers_keeps_the_sizes() -> None:
    inputs = {"x": [1.0] * 6, "W": np.ones((3, 2)).tolist()}
    of, shapes = found({"A": "reshape(x, 2, 3)", "y": "A @ W"}, inputs)
    assert shapes["x"] == (6,)
    assert shapes["W"][0] == 3
    assert shapes["W"][1] not in {2, 3, 6}
    assert of["W"][0] == of["A"][1]


def test_axes_of_length_one_stay_and_are_one_where_all_are_that_long() -> None:
    inputs = {"X": [[1.0, 2.0]], "Y": [[0.0, 1.0]], "W": [[1.0, 2.0], [3.0, 4.0]]}
    of, shapes = found({"z": "X W", "e": "z - Y"}, inputs)
    assert of["X"][0] == of["Y"][0] == of["e"][0]
    assert shapes["X"][0] == 1


def test_a_network_of_scalars_has_no_other_sizes() -> None:
    assert declared("scalars")[1] == {}


@pytest.mark.parametrize(
    ("op", "shapes", "result", "attributes", "expected"),
    [
        ("matmul", [(2, 3), (3,)], (2,), {}, "ij,j->i"),
        ("matmul", [(3,), (3, 2)], (2,), {}, "j,jk->k"),
        ("add", [(2, 3), (3,)], (2, 3), {}, "ij,j->ij"),
        ("add", [(2, 3), (2, 1)], (2, 3), {}, "ij,ik->ij"),
        ("sum", [(2, 3)], (3,), {"axis": 0}, "ij->j"),
        ("mean", [(2, 3)], (2, 1), {"axis": 1, "keep": True}, "ij->ik"),
        ("transpose", [(2, 3)], (3, 2), {}, "ij->ji"),
        ("index", [(2, 3)], (3,), {"index": (1,)}, "ij->j"),
        ("stack", [(2,), (2,)], (2, 2), {"axis": 0}, "j,j->ij"),
        ("concat", [(2, 3), (4, 3)], (6, 3), {"axis": 0}, "ij,kj->lj"),
        ("softmax", [(2, 3)], (2, 3), {}, "ij->ij"),
        ("outer", [(2, 2), (3,)], (2, 2, 3), {}, "ij,k->lmn"),
    ],
)
def test_an_operation_s_letters_say_which_axes_are_one(
    op: str, shapes: list[tuple[int, ...]], result: tuple[int, ...], attributes: Mapping[str, Any], expected: str
) -> None:
    parents, kept = letters(Node("y", op, ("a", "b")[: len(shapes)], attributes), shapes, result)
    names: dict[int, str] = {}
    wanted, _, gives = expected.partition("->")
    for own, written in zip((*parents, kept), (*wanted.split(","), gives), strict=True):
        for letter, name in zip(own, written, strict=True):
            assert names.setdefault(letter, name) == name
    assert len(set(names.values())) == len(names)
