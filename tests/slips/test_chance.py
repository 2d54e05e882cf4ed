"""A misreading is named only where an answer's figures tell it from chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.answers import Number
from grader.engine import grade
from grader.slips.chance import Figures, chance, is_told_apart
from grader.submission import Submission
from tests import working
from tests.gallery.homeworks import homework, sheet_of
from tests.homework6 import hw6

NAMED = "comes out if"


def _chance(written: list[str], explained: list[float], otherwise: list[float], **more: bool) -> float:
    halves = [0.5 * 10.0 ** -len(text.partition(".")[2]) for text in written]
    figures = Figures(np.array([float(text) for text in written]), np.array(halves), **more)
    return chance(figures, np.array(explained), np.array(otherwise), 0.005)


def test_more_digits_and_more_entries_tell_more() -> None:
    few, many = (_chance([text], [0.47213], [0.9]) for text in ("0.47", "0.4721"))
    assert few / many == pytest.approx(100, rel=0.05)
    assert _chance(["0.47", "0.81"], [0.472, 0.812], [0.9, 0.3]) < few / 50


def test_what_is_right_anyway_what_is_zero_and_what_is_said_twice_tells_nothing() -> None:
    alone = _chance(["0.47"], [0.472], [0.9])
    assert _chance(["0.47", "0.90"], [0.472, 0.9], [0.9, 0.9]) == alone
    assert _chance(["0.47", "0.00"], [0.472, 0.0], [0.9, 0.5]) == alone
    assert _chance(["0.47", "0.47"], [0.472, 0.472], [0.9, 0.3]) == alone
    assert _chance(["0.90"], [0.9], [0.9]) == 1.0


def test_a_probability_near_one_tells_as_much_as_its_difference_from_one() -> None:
    assert _chance(["0.999994"], [0.9999943], [0.99], probability=True) > 0.05
    assert _chance(["0.999994"], [0.9999943], [0.99]) < 1e-5


def test_the_worst_entry_says_how_near_all_are() -> None:
    near, off = (_chance(["0.4721", last], [0.472, 0.8138], [0.9, 0.3]) for last in ("0.8138", "0.8100"))
    assert off > 100 * near


def test_many_tries_find_something_by_chance() -> None:
    assert is_told_apart(1e-3, 40)
    assert not is_told_apart(1e-3, 60)


def _feedback(name: str, answers: dict[str, Any], item: str) -> str:
    assignment = hw6() if name == "hw6" else homework(name)
    report = grade(Submission(answers=answers), assignment)
    return next(one.feedback for one in report.items if one.id == item)


@pytest.mark.parametrize(
    ("name", "item", "written"),
    [
        ("hw6", "p1.forward.p.value", "0.999994"),
        ("hw6", "p1.forward.p.value", "0.99"),
        ("recurrent", "forward.y", "-0.004"),
        ("recurrent", "forward.L", "0.07"),
        ("vae", "forward.K", "0.3"),
        ("vae", "forward.R", "-0.004"),
        ("convnet", "forward.s", "-0.004"),
    ],
)
def test_one_number_of_few_digits_proves_nothing(name: str, item: str, written: str) -> None:
    assert NAMED not in _feedback(name, {item: Number(written)}, item)


def test_two_answers_of_few_digits_follow_from_a_reading_that_is_not_named() -> None:
    answers = {"forward.z_2": (Number("0.62"), Number("0.21")), "forward.L": Number("0.22")}
    found = {item.id: item for item in grade(Submission(answers=answers), homework("recurrent")).items}
    assert found["forward.L"].verdict.value == "follow_through"
    for item in (found["forward.z_2"], found["forward.L"]):
        assert item.evidence is not None
        assert item.evidence["misreadings"] == []
        assert NAMED not in item.feedback
        assert "same reading" not in item.feedback


def test_of_random_numbers_hardly_one_is_explained() -> None:
    rng = np.random.default_rng(11)
    told = tried = 0
    for name, item in (
        ("recurrent", "forward.L"),
        ("vae", "forward.K"),
        ("vae", "forward.R"),
        ("convnet", "forward.s"),
    ):
        for _ in range(30):
            number = Number(f"{10 ** rng.uniform(-2, 1):.{rng.integers(2, 5)}g}")
            tried += 1
            told += NAMED in _feedback(name, {item: number}, item)
    assert told <= 0.08 * tried, (told, tried)


def test_every_misreading_of_a_whole_submission_to_four_digits_is_named() -> None:
    sheet = sheet_of(homework("classifier"))
    for one in sheet.misreadings[:12]:
        answers = working.worked_out(sheet, frozenset({one}), 4)
        if answers == working.worked_out(sheet, digits=4):
            continue
        report = grade(Submission(answers=answers), homework("classifier"))
        assert any(NAMED in item.feedback for item in report.items), one.sentence
