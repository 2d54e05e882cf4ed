from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from reference.check import graph_error, operation_error
from reference.graph import Array
from reference.operations import Operation
from reference.ops import TABLE
from reference.problems import PROBLEMS

TOLERANCE = 1e-7

# For each operation: shapes of its parents (batch axis first, all axes different) and its attributes.
CASES: Mapping[str, tuple[list[tuple[int, ...]], dict[str, Any]]] = {
    "affine": ([(3, 4, 5), (3, 4), (3, 5)], {}),
    "neuron": ([(3, 4), (3, 4), (3,)], {}),
    "layer": ([(3, 4, 5), (3, 2, 4), (3, 5)], {}),
    "relu": ([(3, 4, 5)], {}),
    "sigmoid": ([(3, 4)], {}),
    "log": ([(3, 4)], {}),
    "objective": ([(3,)], {}),
    "negate": ([(3, 4)], {}),
    "add": ([(3, 4, 5), (3, 4, 5)], {}),
    "reshape": ([(3, 24)], {"shape": (2, 3, 4)}),
    "deconv": ([(3, 2, 4, 5), (3, 2, 3, 2)], {"pad": (1, 1)}),
    "squared_error": ([(3, 4, 5), (3, 4, 5)], {}),
}

CONSISTENT = [
    (name, variant)
    for name, operation in TABLE.items()
    for variant, rules in operation.variants.items()
    if rules.forward is not None and rules.vjp is not None
]


def arguments(name: str, seed: int) -> list[Array]:
    rng = np.random.default_rng(seed)
    drawn = [rng.uniform(0.2, 1.5, shape) * rng.choice([-1.0, 1.0], shape) for shape in CASES[name][0]]
    return [np.abs(one) for one in drawn] if name == "log" else drawn


def test_every_operation_has_a_case() -> None:
    assert CASES.keys() == TABLE.keys()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", TABLE)
def test_the_vjp_agrees_with_finite_differences(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert operation_error(TABLE[name], arguments(name, seed), CASES[name][1], rng) < TOLERANCE


@pytest.mark.parametrize(("name", "variant"), CONSISTENT)
def test_a_variant_that_changes_both_ways_is_a_consistent_operation_of_its_own(name: str, variant: str) -> None:
    rules = TABLE[name].variants[variant]
    assert rules.forward is not None
    assert rules.vjp is not None
    wrong = Operation(rules.forward, rules.vjp)
    assert operation_error(wrong, arguments(name, 0), CASES[name][1], np.random.default_rng(0)) < TOLERANCE


@pytest.mark.parametrize(("name", "variant"), [(name, variant) for name in TABLE for variant in TABLE[name].variants])
def test_every_variant_differs_from_the_truth(name: str, variant: str) -> None:
    operation, rules = TABLE[name], TABLE[name].variants[variant]
    points, attributes = arguments(name, 1), CASES[name][1]
    out = operation.forward(*points, **attributes)
    g = np.random.default_rng(1).standard_normal(out.shape)
    right = [out, *operation.vjp(g, out, *points, **attributes)]
    forward, vjp = rules.forward or operation.forward, rules.vjp or operation.vjp
    wrong = [forward(*points, **attributes), *vjp(g, out, *points, **attributes)]
    assert any(not np.allclose(a, b, rtol=0.01) for a, b in zip(right, wrong, strict=True))


def test_the_tester_catches_a_rule_that_is_wrong_by_a_twentieth_of_a_percent() -> None:
    right = TABLE["affine"]
    planted = Operation(right.forward, lambda *a: tuple(1.0005 * share for share in right.vjp(*a)))
    error = operation_error(planted, arguments("affine", 0), {}, np.random.default_rng(0))
    assert error > 1000 * TOLERANCE


@pytest.mark.parametrize("seed", range(3))
def test_both_problems_gradients_agree_with_finite_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = {
        "gan": {"z": (2,), "w_0": (2, 8), "b_0": (8,), "w_1": (2, 3, 3), "b_1": (4, 4), "w_2": (16,), "b_2": ()},
        "autoencoder": {"x": (4, 5), "w_1": (5, 3), "b_1": (3,), "w_2": (3, 5), "b_2": (5,)},
    }
    for problem, inputs in shapes.items():
        point = {name: rng.uniform(-1, 1, (2, *shape)) for name, shape in inputs.items()}
        assert graph_error(PROBLEMS[problem], point, rng) < 1e-6


def test_the_sigmoids_complement_keeps_its_digits_near_one() -> None:
    a = np.array([[40.0]])
    (slope,) = TABLE["sigmoid"].vjp(np.ones((1, 1)), TABLE["sigmoid"].forward(a), a)
    assert slope[0, 0] == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_the_sigmoids_derivative_goes_by_a_given_output_where_one_is_given() -> None:
    (slope,) = TABLE["sigmoid"].vjp(np.ones((1, 1)), np.array([[0.75]]), np.array([[3.0]]))
    assert slope[0, 0] == pytest.approx(0.1875)
