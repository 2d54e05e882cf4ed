"""Sizes by name: what may stand for a shape, what is told of one that can't, and other sizes that all fit."""

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np
import pytest

from grader.assignment import Problem
from grader.formulas.settings import setting_of
from grader.networks.compile import network
from tests.networks.declared import faults, operations, value

NAMED: Mapping[str, Mapping[str, Any]] = {
    "a vector as a grid": {
        "inputs": {"x": [6], "W": [3, 2]},
        "nodes": {"A": "reshape(x, rows_of, columns_of)", "y": "A @ W"},
        "symbols": {"A": ["rows_of", "columns_of"]},
        "sizes": {"rows_of": 2},
    },
    "a grid as a vector": {
        "inputs": {"X": [2, 3], "w": [6]},
        "nodes": {"f": "reshape(X, n * m)", "s": "w @ f"},
        "symbols": {"X": ["n", "m"]},
    },
    "what is left": {"inputs": {"X": [2, 3], "w": [6]}, "nodes": {"f": "reshape(X, -1)", "s": "w @ f"}},
    "column by column": {"inputs": {"X": [2, 3], "w": [6]}, "nodes": {"f": "flat(X, by=columns)", "s": "w @ f"}},
    "heads of attention": {
        "inputs": {"Q": [4, 6], "W": [3, 2]},
        "nodes": {"H": "reshape(Q, tokens, heads, width / heads)", "y": "H @ W"},
        "symbols": {"Q": ["tokens", "width"]},
        "sizes": {"heads": 2},
    },
    "heads put together": {
        "inputs": {"H": [4, 2, 3], "W": [6, 5]},
        "nodes": {"Q": "reshape(H, tokens, heads * depth)", "y": "Q @ W"},
        "symbols": {"H": ["tokens", "heads", "depth"]},
    },
    "a batch of images": {
        "inputs": {"X": [2, 12], "K": [3, 2, 2], "w": [6]},
        "nodes": {
            "I": "reshape(X, sample, height, wide)",
            "F": "reshape(I, sample, height * wide)",
            "E": "F - X + sum(K)",
        },
        "symbols": {"X": ["sample", "pixel"], "I": ["sample", "height", "wide"]},
        "sizes": {"height": 3},
    },
    "pairs": {"inputs": {"x": [8], "M": [2, 3]}, "nodes": {"P": "reshape(x, n / 2, 2) @ M"}, "symbols": {"x": ["n"]}},
    "channels of a map": {
        "inputs": {"h": [8], "w": [2, 3, 3], "b": [4, 4], "v": [16]},
        "nodes": {"G": "reshape(h, channel, r, c)", "D": "deconv(G, w) + b", "s": "v @ flat(D)"},
        "symbols": {"w": ["channel", "i", "j"], "G": ["channel", "r", "c"]},
        "sizes": {"r": 2},
    },
    "behind a convolution": {
        "inputs": {"X": [5, 6], "K": [2, 3], "V": [2, 4]},
        "nodes": {"C": "conv2d(X, K)", "P": "reshape(C, half, -1)", "y": "V @ P.T"},
        "sizes": {"half": 4},
    },
    "a mean by the number of rows": {
        "inputs": {"X": [3, 2], "w": [2]},
        "nodes": {"m": "sum(X @ w) / sample"},
        "symbols": {"X": ["sample", "feature"]},
    },
    "there and back": {
        "inputs": {"x": [6], "y": [6]},
        "nodes": {"A": "reshape(x, n, m)", "B": "A.T", "f": "reshape(B, m * n)", "s": "f - y"},
        "sizes": {"n": 2, "m": 3},
    },
    "two shapes of one vector": {
        "inputs": {"x": [8]},
        "nodes": {"A": "reshape(x, n, m)", "B": "reshape(x, n * 2, m / 2)"},
        "sizes": {"n": 2, "m": 4},
    },
}


def named(name: str) -> Problem:
    given = NAMED[name]
    inputs = {
        name: np.arange(1.0, prod(shape) + 1.0).reshape(shape).tolist() for name, shape in given["inputs"].items()
    }
    symbols = {name: {"axes": axes} for name, axes in given.get("symbols", {}).items()}
    return Problem(title=name, inputs=inputs, nodes=given["nodes"], sizes=given.get("sizes", {}), symbols=symbols)


@pytest.mark.parametrize("name", NAMED)
def test_a_homework_with_sizes_by_name_is_sound_and_has_other_sizes(name: str) -> None:
    assert network(named(name)).faults == ()
    setting = setting_of(named(name))
    assert setting.trial.shapes != setting.own.shapes
    changed = [axis for axis in NAMED[name]["inputs"] if setting.trial.shapes[axis] != setting.own.shapes[axis]]
    assert changed


def sizes(name: str) -> Mapping[str, tuple[int, ...]]:
    return setting_of(named(name)).trial.shapes


def test_the_other_sizes_meet_what_the_reshape_says() -> None:
    assert sizes("a grid as a vector")["w"][0] == prod(sizes("a grid as a vector")["X"])
    assert sizes("what is left")["w"][0] == prod(sizes("what is left")["X"])
    assert sizes("heads put together")["W"][0] == prod(sizes("heads put together")["H"][1:])
    assert sizes("pairs")["x"][0] == 2 * (sizes("pairs")["x"][0] // 2)
    assert sizes("pairs")["M"][0] == 2


def test_a_name_is_one_size_wherever_it_stands() -> None:
    shapes = sizes("channels of a map")
    rows, columns = (whole - part + 1 for whole, part in zip(shapes["b"], shapes["w"][1:], strict=True))
    assert shapes["h"][0] == shapes["w"][0] * rows * columns
    assert shapes["v"][0] == prod(shapes["b"])


def test_a_number_that_is_a_size_by_name_is_another_at_other_sizes() -> None:
    setting = setting_of(named("a mean by the number of rows"))
    constants = [node.attributes["value"] for node in setting.trial.graph.nodes if node.op == "constant"]
    assert constants == [setting.trial.shapes["X"][0]]


def test_axes_of_one_quantity_are_told_apart() -> None:
    for name in ("heads put together", "channels of a map", "a grid as a vector"):
        assert all(len(set(shape)) == len(shape) for shape in sizes(name).values()), sizes(name)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("reshape(A, 4)", [1, 2, 3, 4]),
        ("reshape(A, 4, by=rows)", [1, 2, 3, 4]),
        ("reshape(A, 4, by=columns)", [1, 3, 2, 4]),
        ("flat(A, by=columns)", [1, 3, 2, 4]),
        ("reshape(flat(A), 2, -1, by=columns)", [[1, 3], [2, 4]]),
        ("reshape(A, (1, four))", [[1, 2, 3, 4]]),
        ("reshape(A, two * 2)", [1, 2, 3, 4]),
        ("reshape(A, four / two, two)", [[1, 2], [3, 4]]),
        ("deconv(stack([A]), stack([A]))", [[4, 11, 6], [14, 30, 14], [6, 11, 4]]),
    ],
)
def test_a_reshape_is_filled_as_it_says(formula: str, expected: list[Any]) -> None:
    assert value(formula, sizes={"two": 2, "four": 4}).tolist() == expected


def test_a_third_argument_of_a_deconvolution_is_added() -> None:
    assert operations("deconv(stack([A]), stack([A]), 2)") == ["stack", "stack", "deconv", "constant", "add"]
    plain, biased = (value(f"deconv(stack([A]), stack([A]){more})") for more in ("", ", 2"))
    np.testing.assert_array_equal(biased, plain + 2)


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("reshape(A)", "write reshape(x, n, m), with sizes in numbers or by name"),
        ("reshape(A, 3)", "'A' has 4 entries, which do not fill 3"),
        ("reshape(A, 3, -1)", "'A' has 4 entries, which do not fill 3 x ?"),
        ("reshape(A, -1, -1)", "what sizes have -1 and -1? Say it under `sizes`"),
        ("reshape(A, s)", "'s' is no size"),
        ("reshape(A, two / 4, 8)", "'two / 4' is 1/2; a size is a whole number, at least 1"),
        ("reshape(A, two - 1, 4)", "'two - 1' is no size"),
        ("reshape(A, 4, by=2)", "goes by=rows or by=columns"),
        ("reshape(A, 4, axis=0)", "goes by=rows or by=columns"),
        ("flat(A, order=2)", "its order is 'C' or 'F'"),
        ("flat(A, ordered=2)", "goes by=rows or by=columns"),
    ],
)
def test_a_shape_that_is_none_is_told(formula: str, told: str) -> None:
    (found,) = faults({"y": formula}, sizes={"two": 2})
    assert told in found
