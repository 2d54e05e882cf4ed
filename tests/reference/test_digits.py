"""Operations keep their digits, and raise no warning (an error in these tests), far from zero and at edges."""

from __future__ import annotations

import numpy as np
import pytest

from reference.graph import Array
from reference.ops import TABLE

FAR = np.array([[-1000.0, -40.0, 0.0, 40.0, 1000.0]])


def slopes(op: str, *arguments: Array, **attributes: object) -> tuple[Array, ...]:
    operation = TABLE[op]
    out = operation.forward(*arguments, **attributes)
    back: tuple[Array, ...] = operation.vjp(np.ones_like(out), out, *arguments, **attributes)
    return back


def test_the_sigmoids_complement_keeps_its_digits_near_one() -> None:
    (slope,) = slopes("sigmoid", np.array([[40.0]]))
    assert slope[0, 0] == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_the_sigmoids_derivative_goes_by_a_given_output_where_one_is_given() -> None:
    (slope,) = TABLE["sigmoid"].vjp(np.ones((1, 1)), np.array([[0.75]]), np.array([[3.0]]))
    assert slope[0, 0] == pytest.approx(0.1875)


def test_the_derivative_of_tanh_keeps_its_digits_near_one_and_goes_by_a_given_output() -> None:
    (slope,) = slopes("tanh", np.array([[20.0]]))
    assert slope[0, 0] == pytest.approx(4 * np.exp(-40.0), rel=1e-12)
    (given,) = TABLE["tanh"].vjp(np.ones((1, 1)), np.array([[0.75]]), np.array([[3.0]]))
    assert given[0, 0] == pytest.approx(1 - 0.75**2)


@pytest.mark.parametrize("op", ["sigmoid", "tanh", "softplus", "softmax", "log_softmax", "relu"])
def test_nothing_overflows_a_thousand_from_zero(op: str) -> None:
    assert np.isfinite(TABLE[op].forward(FAR)).all()
    assert all(np.isfinite(slope).all() for slope in slopes(op, FAR))


def test_softplus_far_from_zero_is_the_ramp_and_the_exponential() -> None:
    value = TABLE["softplus"].forward(np.array([[-40.0, 40.0]]))
    np.testing.assert_allclose(value, [[np.exp(-40.0), 40.0]], rtol=1e-12)


def test_the_logarithm_of_softmax_is_finite_where_softmax_is_zero() -> None:
    np.testing.assert_allclose(TABLE["log_softmax"].forward(np.array([[0.0, -2000.0]])), [[0.0, -2000.0]])


def test_a_cross_entropy_of_logits_keeps_its_digits_where_the_prediction_is_certain() -> None:
    target, logits = np.array([[1.0, 0.0]]), np.array([[40.0, 0.0]])
    assert TABLE["softmax_cross_entropy"].forward(target, logits)[0] == pytest.approx(np.exp(-40.0), rel=1e-12)


def test_a_class_that_is_no_target_costs_nothing_whatever_is_predicted_for_it() -> None:
    assert TABLE["cross_entropy"].forward(np.array([[0.0, 1.0]]), np.array([[0.0, 0.5]]))[0] == pytest.approx(np.log(2))
    certain = np.array([[1.0, 0.0]])
    assert TABLE["binary_cross_entropy"].forward(certain, certain)[0] == 0.0


def test_equal_entries_share_the_gradient_of_a_maximum() -> None:
    by_a, by_b = slopes("maximum", np.ones((1, 2)), np.array([[1.0, 2.0]]))
    assert by_a.tolist() == [[0.5, 0.0]]
    assert by_b.tolist() == [[0.5, 1.0]]


def test_the_first_of_equal_entries_takes_the_gradient_of_a_max_pool() -> None:
    (slope,) = slopes("max_pool", np.ones((1, 2, 2)), size=2)
    assert slope.tolist() == [[[1.0, 0.0], [0.0, 0.0]]]


@pytest.mark.parametrize(("base", "exponent", "expected"), [(0.0, 1.0, 1.0), (0.0, 0.0, 0.0), (-2.0, 3.0, 12.0)])
def test_powers_have_their_slope_at_zero_and_below(base: float, exponent: float, expected: float) -> None:
    assert slopes("power", np.array([[base]]), np.array([[exponent]]))[0][0, 0] == expected


def test_a_power_of_zero_does_not_depend_on_its_exponent_and_one_of_less_has_no_slope_by_it() -> None:
    by_exponent = slopes("power", np.array([[0.0, -2.0]]), np.array([[2.0, 2.0]]))[1]
    assert by_exponent[0, 0] == 0.0
    assert np.isnan(by_exponent[0, 1])
