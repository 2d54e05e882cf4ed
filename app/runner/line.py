"""Whose turn it is: a line in which one person's jobs wait behind each other and not before everybody's.

Order alone, without a thread or a clock: `put`, `take`, `done`. Whatever keeps jobs elsewhere, such as a queue in a
database, stands behind `Line`, and has the same laws (tests/app/test_line.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from enum import IntEnum
from heapq import heappop, heappush
from typing import Generic, NamedTuple, Protocol, TypeVar

Job = TypeVar("Job")


class Urgency(IntEnum):
    """How urgent a job is."""

    INTERACTIVE = 0  # somebody waits for the answer
    BATCH = 1
    RETRY = 2


MAX_PASSED = 8  # turns in a row that are given to others, more urgent ones: nothing waits for ever


class Ticket(NamedTuple, Generic[Job]):
    """A job, whose it is, and how urgent."""

    job: Job
    whose: Hashable
    urgency: Urgency


class Line(Protocol[Job]):
    """What decides who is next. Not safe for threads: its user has the lock."""

    def put(self, ticket: Ticket[Job]) -> None:
        """Let a job wait."""

    def take(self) -> Ticket[Job] | None:
        """The job whose turn it is, which is under way from now on; nothing if none may begin now."""

    def done(self, ticket: Ticket[Job]) -> None:
        """A job that was under way has ended."""


class _Place(NamedTuple, Generic[Job]):
    """Compared by its first two, which no two places share."""

    round: int
    arrival: int
    ticket: Ticket[Job]


class FairLine(Generic[Job]):
    """Takes turns among those who wait, by urgency first; at most one job of each is under way.

    Rounds are those of start-time fair queueing (Goyal, Vin and Cheng, 1996): somebody's next job is a round behind
    their last one, and never before the round that is being served. At most `patient` jobs that nobody waits for
    are under way, so that where there are more servers than that, one is left for who comes next. What was passed over
    `MAX_PASSED` times is next.
    """

    def __init__(self, patient: int) -> None:
        self._most_patient = patient
        self._patient = 0
        self._arrivals = 0
        self._waiting: dict[tuple[Hashable, Urgency], deque[_Place[Job]]] = {}
        self._last: dict[tuple[Hashable, Urgency], int] = {}
        self._under_way: set[Hashable] = set()
        # By urgency: the round that is served, how often it was passed over, and the first of everybody; of
        # those who have one under way it is dropped when its turn comes, and shown again when that has ended.
        self._serving = dict.fromkeys(Urgency, 0)
        self._passed = dict.fromkeys(Urgency, 0)
        self._heads: dict[Urgency, list[_Place[Job]]] = {urgency: [] for urgency in Urgency}

    def put(self, ticket: Ticket[Job]) -> None:
        """Let a job wait."""
        owner = (ticket.whose, ticket.urgency)
        turn = max(self._serving[ticket.urgency], self._last.get(owner, -1) + 1)
        self._last[owner] = turn
        self._arrivals += 1
        self._waiting.setdefault(owner, deque()).append(_Place(turn, self._arrivals, ticket))
        self._show_head(*owner)

    def take(self) -> Ticket[Job] | None:
        """The job whose turn it is, or nothing."""
        ready = [urgency for urgency in Urgency if self._may_begin(urgency)]
        if not ready:
            return None
        overdue = (urgency for urgency in ready[1:] if self._passed[urgency] >= MAX_PASSED)
        chosen = next(overdue, ready[0])
        for urgency in ready:
            self._passed[urgency] += urgency > chosen
        self._passed[chosen] = 0
        return self._begun(heappop(self._heads[chosen]))

    def done(self, ticket: Ticket[Job]) -> None:
        """A job that was under way has ended; the next of the same person may begin."""
        self._patient -= bool(ticket.urgency)
        self._under_way.remove(ticket.whose)
        for urgency in Urgency:
            if self._waiting.get((ticket.whose, urgency)):
                self._show_head(ticket.whose, urgency)
            else:  # who has nothing in line is a newcomer the next time, and costs no memory
                self._waiting.pop((ticket.whose, urgency), None)
                self._last.pop((ticket.whose, urgency), None)

    def _may_begin(self, urgency: Urgency) -> bool:
        """Whether there is one of this urgency; heads that are none any more are dropped."""
        if urgency and self._patient >= self._most_patient:
            return False
        heads = self._heads[urgency]
        while heads and not self._is_head(heads[0]):
            heappop(heads)
        return bool(heads)

    def _begun(self, place: _Place[Job]) -> Ticket[Job]:
        ticket = place.ticket
        self._waiting[ticket.whose, ticket.urgency].popleft()
        self._serving[ticket.urgency] = place.round
        self._under_way.add(ticket.whose)
        self._patient += bool(ticket.urgency)
        return ticket

    def _show_head(self, whose: Hashable, urgency: Urgency) -> None:
        heappush(self._heads[urgency], self._waiting[whose, urgency][0])

    def _is_head(self, place: _Place[Job]) -> bool:
        """Whether it is still the first of its owner's, and none of theirs is under way."""
        whose, urgency = place.ticket.whose, place.ticket.urgency
        waiting = self._waiting.get((whose, urgency))
        return whose not in self._under_way and bool(waiting) and waiting[0] is place  # type: ignore[index]
