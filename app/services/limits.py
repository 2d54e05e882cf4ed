"""How much one caller may ask for in a minute, counted in memory by the service's clock.

A window begins with the first request in it; when it ends, the count begins anew. The package `limits` does the same,
but reads the system's clock by itself, so that no test could play a minute through.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from app.clock import Clock
from app.errors.access import TooManyRequestsError
from app.services.roles import Caller, Role
from app.settings import Settings

WINDOW_SECONDS = 60
MIN_PRUNED = 10_000
SUBMIT, READ = "submit", "read"


class Allowance(NamedTuple):
    """A quota per window, what is left of it, and in how many seconds it is whole again."""

    policy: str
    quota: int
    left: int
    seconds: int

    @property
    def headers(self) -> Mapping[str, str]:
        """The same as headers (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.seconds}',
        }


@dataclass(slots=True)
class _Window:
    ends: datetime
    spent: int = 0


class Limiter:
    """Counts what callers ask for: per person, role and course, whatever tokens they use; submissions and reads apart.

    What is kept is bounded: windows that have ended are thrown away when their number has doubled.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[tuple[int, int, Role, str], _Window] = {}
        self._prune_at = MIN_PRUNED
        self._under_way: Counter[int] = Counter()  # requests, by person

    def spend(self, caller: Caller, policy: str, cost: int = 1) -> Allowance:
        """Count `cost` requests. Raises `TooManyRequestsError` if there are not so many left; then none is counted."""
        quota, now = self._quota(caller, policy), self._clock()
        key = (caller.course.number, caller.person_number, caller.role, policy)
        with self._lock:
            window = self._window(key, now)
            fits = window.spent + cost <= quota
            window.spent += cost if fits else 0
            left, seconds = quota - window.spent, math.ceil((window.ends - now).total_seconds())
        allowance = Allowance(policy, quota, left, seconds)
        if not fits:
            raise TooManyRequestsError(
                f"got {cost} more to {policy}, and {left} are left of {quota} in {WINDOW_SECONDS} s; try again in"
                f" {seconds} s" + (", with fewer at once" if cost > quota else ""),
                {**allowance.headers, "Retry-After": str(seconds)},
            )
        return allowance

    @contextmanager
    def at_once(self, caller: Caller) -> Iterator[None]:
        """Count a request as long as it is being answered. Raises `TooManyRequestsError` if that is one too many."""
        most, person = self._settings.max_requests_each, caller.person_number
        with self._lock:
            if self._under_way[person] >= most:
                raise TooManyRequestsError(
                    f"got more than {most} requests from you at the same time; wait for the answers to those before",
                    {"Retry-After": "1"},
                )
            self._under_way[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[person] -= 1
                if not self._under_way[person]:
                    del self._under_way[person]

    def _quota(self, caller: Caller, policy: str) -> int:
        if policy == READ:
            return self._settings.reads_per_minute
        if caller.role is Role.STUDENT:
            return self._settings.submits_per_minute
        return self._settings.ci_submits_per_minute

    def _window(self, key: tuple[int, int, Role, str], now: datetime) -> _Window:
        found = self._windows.get(key)
        if found is None or found.ends <= now:
            self._prune(now)
            found = self._windows[key] = _Window(now + timedelta(seconds=WINDOW_SECONDS))
        return found

    def _prune(self, now: datetime) -> None:
        if len(self._windows) >= self._prune_at:
            self._windows = {key: window for key, window in self._windows.items() if window.ends > now}
            self._prune_at = max(MIN_PRUNED, 2 * len(self._windows))
