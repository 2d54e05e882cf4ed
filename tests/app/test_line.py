"""The laws of a fair line, counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runner.line import MAX_PASSED, FairLine, Ticket, Urgency

INTERACTIVE, BATCH, RETRY = Urgency


def line_of(*tickets: tuple[str, str, Urgency], patient: int = 1) -> FairLine[str]:
    line: FairLine[str] = FairLine(patient)
    for job, whose, urgency in tickets:
        line.put(Ticket(job, whose, urgency))
    return line


def posts(whose: str, times: int, urgency: Urgency = INTERACTIVE) -> Iterator[tuple[str, str, Urgency]]:
    return ((f"{whose}{number}", whose, urgency) for number in range(times))


def served(line: FairLine[str], servers: int = 1) -> list[str]:
    """The order in which jobs begin, if all take the same time."""
    order, under_way = [], []
    while True:
        while len(under_way) < servers and (ticket := line.take()) is not None:
            under_way.append(ticket)
            order.append(ticket.job)
        if not under_way:
            return order
        line.done(under_way.pop(0))


def test_with_forty_of_one_student_in_line_another_is_next() -> None:
    line = line_of(*posts("ann", 40))
    first = line.take()
    line.put(Ticket("bob", "bob", INTERACTIVE))
    assert first is not None
    line.done(first)
    assert served(line)[0] == "bob"


def test_where_there_are_two_servers_another_does_not_wait_at_all() -> None:
    line = line_of(*posts("ann", 40))
    assert line.take() is not None
    assert line.take() is None
    line.put(Ticket("bob", "bob", INTERACTIVE))
    assert line.take() == Ticket("bob", "bob", INTERACTIVE)


def test_who_comes_later_waits_for_one_of_each_who_came_before_and_not_for_all_of_them() -> None:
    line = line_of(*posts("ann", 9), *posts("bob", 9))
    for _ in range(3):
        ticket = line.take()
        assert ticket is not None
        line.done(ticket)
    line.put(Ticket("cem", "cem", INTERACTIVE))
    assert served(line).index("cem") <= 2


def test_a_newcomer_gets_no_credit_for_having_been_away() -> None:
    line = line_of(*posts("ann", 20))
    for _ in range(10):
        ticket = line.take()
        assert ticket is not None
        line.done(ticket)
    for job, whose, urgency in posts("bob", 20):
        line.put(Ticket(job, whose, urgency))
    assert [job[:3] for job in served(line)[:6]] in (["ann", "bob"] * 3, ["bob", "ann"] * 3)


def test_interactive_goes_before_batch_and_batch_before_retries() -> None:
    line = line_of(*posts("b", 1, RETRY), *posts("c", 1, BATCH), *posts("d", 1), *posts("e", 1))
    assert served(line) == ["d0", "e0", "c0", "b0"]


def test_ones_own_batch_does_not_hold_up_ones_own_post() -> None:
    line = line_of(*posts("ann", 5, BATCH), ("post", "ann", INTERACTIVE))
    assert served(line)[0] == "post"


def test_a_class_in_a_batch_leaves_one_server_to_who_comes_next() -> None:
    line = line_of(*(("job", f"s{number}", BATCH) for number in range(30)), patient=2)
    begun = [line.take() for _ in range(3)]
    assert [one is None for one in begun] == [False, False, True]
    line.put(Ticket("post", "ann", INTERACTIVE))
    assert line.take() == Ticket("post", "ann", INTERACTIVE)
    assert begun[0] is not None
    line.done(begun[0])
    assert line.take() is not None


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(Urgency)), max_size=40),
    st.lists(st.integers(0, 3), max_size=80),
    st.integers(1, 4),
)
def test_each_job_begins_once_in_its_owners_order_and_never_beside_another_of_the_same_owner(
    wanted: list[tuple[str, Urgency]], ends: list[int], patient: int
) -> None:
    line: FairLine[int] = FairLine(patient)
    left = [Ticket(number, *one) for number, one in enumerate(wanted)]
    begun: list[Ticket[int]] = []
    under_way: list[Ticket[int]] = []
    for end in [*ends, *[0] * 200]:
        if left:
            line.put(left.pop(0))
        if end < len(under_way):
            line.done(under_way.pop(end))
        ticket = line.take()
        if ticket is not None:
            assert ticket.whose not in {one.whose for one in under_way}
            under_way.append(ticket)
            begun.append(ticket)
        assert sum(bool(one.urgency) for one in under_way) <= patient
    assert sorted(one.job for one in begun) == list(range(len(wanted)))
    for owner in set(wanted):
        assert is_sorted(one.job for one in begun if one[1:] == owner)
    assert is_empty(line)


def is_sorted(numbers: Iterable[int]) -> bool:
    found = list(numbers)
    return found == sorted(found)


def is_empty(line: FairLine[int]) -> bool:
    """Nothing is kept of anybody who has nothing in line."""
    return not (line._waiting or line._last or line._under_way or line._patient)


@pytest.mark.parametrize("urgency", [BATCH, RETRY])
@pytest.mark.parametrize("poster", [lambda number: f"s{number}", lambda _: "ann"], ids=["a class", "the same person"])
def test_what_is_passed_over_often_enough_is_next_though_others_never_stop_coming(
    urgency: Urgency, poster: Callable[[int], str]
) -> None:
    line = line_of(*posts("ann", 3, urgency))
    order = []
    for number in range(40):
        line.put(Ticket("post", poster(number), INTERACTIVE))
        ticket = line.take()
        assert ticket is not None
        order.append(ticket.job)
        line.done(ticket)
    between = ["post"] * MAX_PASSED
    assert order[: 3 * len(between) + 3] == [*between, "ann0", *between, "ann1", *between, "ann2"]
