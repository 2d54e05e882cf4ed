"""Formulas for homeworks that declare their graphs, as graded by hand."""

import pytest

from grader.engine import grade
from grader.report import ItemResult, Verdict
from grader.submission import Submission
from tests.formulas.declared import RIGHT, WRONG, homework, identifier


def result(key: str, formula: str) -> ItemResult:
    return grade(Submission(answers={identifier(key): formula}), homework(key)).items[0]


@pytest.mark.parametrize(("key", "formula"), [(key, one) for key in RIGHT for one in RIGHT[key]])
def test_a_right_form_is_right_in_any_notation(key: str, formula: str) -> None:
    found = result(key, formula)
    assert found.verdict is Verdict.CORRECT, found.feedback


@pytest.mark.parametrize(("key", "formula"), [(key, one) for key in WRONG for one in WRONG[key]])
def test_a_wrong_form_does_not_earn_all_points(key: str, formula: str) -> None:
    found = result(key, formula)
    assert found.verdict not in {Verdict.CORRECT, Verdict.FOLLOW_THROUGH, Verdict.UNREADABLE}, found.feedback
    assert found.points is not None
    assert found.points < found.max_points
