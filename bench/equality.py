"""Equality of 120 scalar pairs, side by side with Math-Verify: right verdicts, wrong acceptances, time a pair.

Math-Verify runs in an environment of its own, made once from bench/math_verify.txt (with hashes) under
var/math-verify. Run with `.venv/bin/python bench/equality.py`; without a network, `--alone` leaves Math-Verify out.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

# ruff: noqa: E402 (the project's root must be on the path first)
from equality_pairs import DIFFERENT, SAME

from grader.equality.general import equal

Answer = tuple[str, float]
PAIRS = [(a, b, "same") for a, b in SAME] + [(a, b, "different") for a, b in DIFFERENT]
ENVIRONMENT = ROOT / "var" / "math-verify"


def gradebound() -> list[Answer]:
    """This project's verdicts and times."""
    answers = []
    for a, b, _ in PAIRS:
        start = time.perf_counter()
        verdict = equal({"a": a, "b": b})["verdict"]
        answers.append((verdict, (time.perf_counter() - start) * 1e3))
    return answers


def math_verify() -> list[Answer]:
    """Math-Verify's verdicts and times."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        requirements = str(ROOT / "bench" / "math_verify.txt")
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements], check=True
        )
    lines = "".join(json.dumps([a, b]) + "\n" for a, b, _ in PAIRS)
    worker = str(ROOT / "bench" / "math_verify_worker.py")
    done = subprocess.run([str(python), worker], input=lines * 2, capture_output=True, text=True, check=True)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()[len(PAIRS) :]]


def report(name: str, answers: list[Answer]) -> None:
    """One line for a grader, and one for each verdict that is not right."""
    verdicts = [(pair, verdict) for pair, (verdict, _) in zip(PAIRS, answers, strict=True)]
    right = sum(verdict == expected for (_, _, expected), verdict in verdicts)
    accepted = sum(verdict == "same" != expected for (_, _, expected), verdict in verdicts)
    times = sorted(milliseconds for _, milliseconds in answers)
    p95 = times[int(0.95 * len(times))]
    print(f"{name:12} right {right}/{len(PAIRS)}  wrongly accepted {accepted}", end="  ")
    print(f"median {statistics.median(times):.2f} ms  p95 {p95:.2f} ms")
    for (a, b, expected), verdict in verdicts:
        if verdict != expected:
            print(f"{'':14}{a}  |  {b}  is {expected}, got {verdict}")


def main() -> None:
    """Both graders, warm."""
    gradebound()
    report("gradebound", gradebound())
    if "--alone" not in sys.argv:
        report("math-verify", math_verify())


if __name__ == "__main__":
    main()
