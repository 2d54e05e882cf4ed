"""Timing for the benches: many runs, their median and 95th percentile, and the median as a multiple of a baseline's."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

_WARM_UP = 5


def measure(action: Callable[[int], object], repeats: int) -> list[float]:
    """Milliseconds of each run, sorted, after a few to warm up; `action` is given the number of the run, from 1."""
    times = []
    for run in range(1, repeats + _WARM_UP + 1):
        start = time.perf_counter()
        action(run)
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times[_WARM_UP:])


def print_table(rows: Mapping[str, list[float]]) -> None:
    """One line for each row; the first is the baseline."""
    baseline = statistics.median(next(iter(rows.values())))
    for name, times in rows.items():
        median, p95 = statistics.median(times), times[int(0.95 * len(times))]
        print(f"{name:34} median {median:7.2f} ms   p95 {p95:7.2f} ms   x{median / baseline:6.1f}")
