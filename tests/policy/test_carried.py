from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from app.policy.carried import carried
from app.policy.records import Override

ANSWER_OF = {"a": "a", "b": "shared", "c": "shared"}


def said(points: int) -> Override:
    return Override(Decimal(points), "by hand", "ta", datetime(2026, 11, 27, tzinfo=UTC))


def points(overrides: Mapping[int, Mapping[str, Override]], *answers: Mapping[str, str]) -> list[dict[str, int]]:
    found = carried(overrides, list(enumerate(answers, 1)), ANSWER_OF)
    return [{item: int(one.points) for item, one in found[number].items()} for number in sorted(found)]


def test_an_override_holds_later_while_the_answer_stays_and_again_when_it_comes_back() -> None:
    answers: list[dict[str, str]] = [{"a": "x"}, {"a": "x"}, {"a": "y"}, {"a": "x"}, {}]
    assert points({1: {"a": said(1)}}, *answers) == [{"a": 1}, {"a": 1}, {}, {"a": 1}, {}]


def test_a_later_word_holds_from_there_on_and_never_before() -> None:
    same = [{"a": "x"} for _ in range(3)]
    assert points({2: {"a": said(2)}}, *same) == [{}, {"a": 2}, {"a": 2}]
    assert points({1: {"a": said(1)}, 2: {"a": said(2)}}, *same) == [{"a": 1}, {"a": 2}, {"a": 2}]


def test_items_of_one_answer_are_overridden_each_by_itself() -> None:
    assert points({1: {"b": said(1)}}, {"shared": "x"}, {"shared": "x"}) == [{"b": 1}, {"b": 1}]


def test_an_override_of_an_item_without_an_answer_holds_where_it_was_made_only() -> None:
    assert points({1: {"a": said(1), "gone": said(3)}}, {}, {}) == [{"a": 1, "gone": 3}, {}]
