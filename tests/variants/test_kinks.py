from __future__ import annotations

import numpy as np
import pytest

from grader.engine import grade
from grader.rubric import parse_rubric
from grader.submission import Submission
from reference.ops import TABLE
from reference.ops.kinks import KINKS
from tests.variants.cases import TEXT


@pytest.mark.parametrize(
    ("op", "parents", "attributes", "gaps"),
    [
        ("relu", ([-0.5, 2.0],), {}, [0.5, 2.0]),
        ("absolute", ([-0.5, 2.0],), {}, [0.5, 2.0]),
        ("step", ([-0.5, 2.0],), {}, [0.5, 2.0]),
        ("maximum", ([1.0, 2.0], [4.0, 1.5]), {}, [3.0, 0.5]),
        ("minimum", ([1.0, 2.0], [4.0, 1.5]), {}, [3.0, 0.5]),
        ("hinge", ([0.25, 3.0], [1.0, -1.0]), {}, [0.75, 4.0]),
        ("max_pool", ([[1.0, 2.0, 9.0, 1.0], [5.0, 4.5, 2.0, 7.0]],), {"size": 2}, [[0.5, 2.0]]),
    ],
)
def test_the_distance_from_a_kink(
    op: str, parents: tuple[list[float], ...], attributes: dict[str, int], gaps: list[float]
) -> None:
    found = KINKS[op](*(np.array([parent]) for parent in parents), **attributes)
    np.testing.assert_allclose(found[0], gaps)


def test_kinks_are_of_operations_of_the_table() -> None:
    assert set(KINKS) <= set(TABLE)


def test_a_rubric_that_keeps_away_from_kinks_refuses_numbers_that_are_near_to_one() -> None:
    assert parse_rubric(TEXT.replace("away_from_kinks: 0.05", "away_from_kinks: 0.2"))
    near = TEXT.replace("away_from_kinks: 0.05", "away_from_kinks: 3")
    with pytest.raises(Exception, match="3 away from every kink: 0"):
        parse_rubric(near)
    assert grade(Submission(answers={}), parse_rubric(TEXT)).score == 0
