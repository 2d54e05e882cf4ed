"""How long a derivation takes to judge and to grade, cold: every run has a text that has not been seen before.

Run with `.venv/bin/python bench/derivations.py [REPEATS]`; every line gives median and 95th percentile in milliseconds.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader.derivation.general import derive
from grader.items.derivations import grade_derivations
from tests.homework6 import DATA, hw6


def published() -> str:
    """The published derivation, seven lines."""
    sample = json.loads((DATA / "sample_submissions" / "all_right_latex.json").read_text())
    return str(sample["answers"]["p3.derivation"])


def measure(action: Callable[[str], object], text: str, repeats: int) -> list[float]:
    """Milliseconds of each run, after a few to warm up; blanks at the end make each text a new one."""
    times = []
    for run in range(repeats + 5):
        fresh = text + " " * run
        start = time.perf_counter()
        action(fresh)
        if run >= 5:
            times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)


def main() -> None:
    """Print one line for each case."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    right = published()
    cases: dict[str, tuple[Callable[[str], object], str]] = {
        "derive, seven lines": (lambda text: derive({"id": 1, "lines": text.split("\n")}), right),
        "grade, all right": (lambda text: grade_derivations({"p3.derivation": text}, hw6()), right),
        "grade, Jensen reversed": (
            lambda text: grade_derivations({"p3.derivation": text}, hw6()),
            right.replace(r"\geq", r"\leq"),
        ),
    }
    for name, (action, text) in cases.items():
        times = measure(action, text, repeats)
        print(f"{name:24} {statistics.median(times):7.2f} ms {times[int(0.95 * len(times))]:7.2f} ms")


if __name__ == "__main__":
    main()
