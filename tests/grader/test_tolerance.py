import numpy as np
import pytest

from grader.equality.tolerance import agreement, powers_of_ten
from grader.reading.answers import read_tree
from grader.reading.shapes import Reading, readings

RELATIVE = 0.005


def one(text: str) -> Reading:
    return readings(read_tree(text), (), ((),), digits=2)[0]


def right(text: str, exact: float, *, probability: bool = False) -> bool:
    return bool(agreement(one(text), np.array([exact]), RELATIVE, probability=probability)[0])


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1.004", 1.0),
        ("0.996", 1.0),
        ("5.4e-7", 5.44e-7),
        ("0.054", 0.0544),
        ("0", 0.0),
        ("0.000", 0.0),
        ("0.15", 0.145),
        ("0.0545", 0.05445),
        ("-0.38", -0.38),
    ],
)
def test_near_or_rounded_as_far_as_it_was_written_is_right(text: str, exact: float) -> None:
    assert right(text, exact)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1.006", 1.0),
        ("5e-7", 5.44e-7),
        ("0.5", 0.52),
        ("0.00", 0.0001),
        ("0.0001", 0.0),
        ("5.5e-7", 5.44e-7),
        ("0.055", 0.0544),
        ("-0.38", 0.38),
        ("0.0", 1e-6),
        ("3/8", 0.38),
    ],
)
def test_past_the_tolerance_or_with_one_digit_is_wrong(text: str, exact: float) -> None:
    assert not right(text, exact)


P = 0.9999945604022323


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("0.99999456", True),
        ("0.9999946", True),
        ("0.999995", True),
        ("0.99999", True),
        ("1.0", True),
        ("1.00", True),
        ("1", False),
        ("0.999994394742746", False),
        ("0.99999439", False),
        ("1.01", False),
        ("0.9999", False),
        ("99.999456%", True),
    ],
)
def test_a_probability_is_right_if_it_and_its_complement_are(text: str, is_right: bool) -> None:  # noqa: FBT001
    assert right(text, P, probability=True) is is_right


def test_a_probability_never_lies_outside_its_range() -> None:
    assert not right("-0.001", 0.0004, probability=True)
    assert not right("1.04", 1.0 - 1e-9, probability=True)


@pytest.mark.parametrize(("text", "power"), [("[0.0544, 0.1088]", 5), ("[0.0544, 99]", None), ("[54.4, 108.8]", 8)])
def test_a_power_of_ten_is_found_from_the_entries(text: str, power: int | None) -> None:
    (reading,) = readings(read_tree(text), (2,), ((0,),), digits=2)
    exact = np.array([[0.544e-6, 1.088e-6]])
    scaled = powers_of_ten(reading, exact, least=3)
    agrees = agreement(reading, scaled, RELATIVE).all()
    assert bool(agrees) is (power is not None)
    if power is not None:
        np.testing.assert_allclose(scaled, exact * 10.0**power)


def test_a_power_below_the_least_is_none_left_out() -> None:
    (reading,) = readings(read_tree("[5.44, 10.88]"), (2,), ((0,),), digits=2)
    assert np.isnan(powers_of_ten(reading, np.array([[0.0544, 0.1088]]), least=3)).all()
