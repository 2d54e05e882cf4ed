from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from app.policy.carried import carried
from app.policy.records import Attempt, Override

WHEN = datetime(2026, 11, 27, tzinfo=UTC)
ANSWER_OF = {"a": "a", "b": "shared", "c": "shared"}


def said(points: int) -> Override:
    return Override(Decimal(points), "by hand", "ta", WHEN)


def attempt(number: int, **overrides: Override) -> Attempt:
    return Attempt(number, str(number), WHEN, overrides=overrides)


def points(attempts: list[Attempt]) -> list[dict[str, int]]:
    return [{item: int(one.points) for item, one in attempt.overrides.items()} for attempt in attempts]


def test_an_override_holds_later_while_the_answer_stays_and_again_when_it_comes_back() -> None:
    answers = {1: {"a": "x"}, 2: {"a": "x"}, 3: {"a": "y"}, 4: {"a": "x"}, 5: {}}
    attempts = [attempt(1, a=said(1)), *(attempt(number) for number in (2, 3, 4, 5))]
    assert points(carried(attempts, answers, ANSWER_OF)) == [{"a": 1}, {"a": 1}, {}, {"a": 1}, {}]


def test_a_later_word_holds_from_there_on_and_never_before() -> None:
    answers = {number: {"a": "x"} for number in (1, 2, 3)}
    attempts = [attempt(1), attempt(2, a=said(2)), attempt(3)]
    assert points(carried(attempts, answers, ANSWER_OF)) == [{}, {"a": 2}, {"a": 2}]
    attempts = [attempt(1, a=said(1)), attempt(2, a=said(2)), attempt(3)]
    assert points(carried(attempts, answers, ANSWER_OF)) == [{"a": 1}, {"a": 2}, {"a": 2}]


def test_items_of_one_answer_are_overridden_each_by_itself() -> None:
    answers = {number: {"shared": "x"} for number in (1, 2)}
    assert points(carried([attempt(1, b=said(1)), attempt(2)], answers, ANSWER_OF)) == [{"b": 1}, {"b": 1}]


def test_an_override_of_an_item_without_an_answer_holds_where_it_was_made_only() -> None:
    attempts = [attempt(1, a=said(1), gone=said(3)), attempt(2)]
    assert points(carried(attempts, {}, ANSWER_OF)) == [{"a": 1, "gone": 3}, {}]
