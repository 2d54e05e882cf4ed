"""A verdict is one row: its word, its tone, whether points are open, whether somebody has to look."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from grader.engine import grade
from grader.report import FigureVerdict, ItemResult, Tone, Verdict, tone_of
from grader.submission import Submission
from tests.homework6 import hw6

H0, P = "p1.forward.h0.value", "p1.forward.p.value"


def result(verdict: Verdict) -> ItemResult:
    return ItemResult(id="a", points=Decimal(0), max_points=Decimal(2), verdict=verdict, feedback="")


@pytest.mark.parametrize("verdict", Verdict)
def test_an_item_says_that_it_waits_where_its_verdict_does_and_is_silent_otherwise(verdict: Verdict) -> None:
    waits = verdict in {Verdict.UNREADABLE, Verdict.UNDECIDED, Verdict.SERVICE_FAILURE}
    assert json.loads(result(verdict).model_dump_json()).get("waiting") == (True if waits else None)


def test_every_verdict_and_every_word_beside_them_has_a_tone() -> None:
    assert {tone_of(verdict.value) for verdict in Verdict} == set(Tone)
    assert [tone_of(verdict.value) for verdict in FigureVerdict] == [Tone.GOOD] * 3 + [Tone.PART, Tone.BAD]
    assert tone_of("not_released") is Tone.OPEN


def test_points_stay_as_they_are_and_the_report_says_how_many_wait() -> None:
    report = grade(Submission(answers={H0: "see the sheet", P: "?"}, student=None), hw6())
    found = {item.id: item for item in report.items}
    assert (found[H0].points, found[H0].waiting, found[P].waiting) == (0, True, True)
    assert (report.pending_points, report.waiting_points) == (0, 2)  # p.value is worth nothing
