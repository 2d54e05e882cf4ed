"""How long a submission's formulas take to grade: texts that were not seen before, and the same ones again.

The baseline, measured in the same run, is grading the same submission's values. Run with
`.venv/bin/python bench/formulas.py [REPEATS]`.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from grader.engine import grade
from grader.submission import Submission
from tests.homework6 import DATA, hw6, worked_out


def formulas(number: int) -> dict[str, str]:
    """The formulas of a right submission, with a factor 1 that makes their texts new."""
    answers = json.loads((DATA / "sample_submissions" / "all_right_latex.json").read_text())["answers"]
    texts = {key: answer for key, answer in answers.items() if key.endswith(".formula")}
    return {
        key: text.replace(" = ", f" = \\frac{{{number}}}{{{number}}} ", 1) if number else text
        for key, text in texts.items()
    }


def milliseconds(action: Callable[[int], object], repeats: int) -> list[float]:
    """The time of each run, after a few to warm up."""
    times = []
    for run in range(1, repeats + 6):
        start = time.perf_counter()
        action(run)
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times[5:])


def main(repeats: int = 100) -> None:
    """Print the table."""
    values = Submission(answers=worked_out())
    rows = {
        "baseline: the values": milliseconds(lambda _: grade(values, hw6()), repeats),
        "13 formulas, new texts": milliseconds(lambda n: grade(Submission(answers=formulas(n)), hw6()), repeats),
        "13 formulas, seen before": milliseconds(lambda _: grade(Submission(answers=formulas(0)), hw6()), repeats),
    }
    baseline = statistics.median(rows["baseline: the values"])
    for name, times in rows.items():
        median, p95 = statistics.median(times), times[int(0.95 * len(times))]
        print(f"{name:28} median {median:7.2f} ms   p95 {p95:7.2f} ms   x{median / baseline:5.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
