"""`gradebound equal` beside Math-Verify on scalar pairs that both can read: accuracy, wrong acceptances, time a pair.

Math-Verify runs in an environment of its own, made on first use from `bench/peers/math_verify.txt`. Run with
`.venv/bin/python bench/equality.py`; both are warmed up on all pairs first, and times are of the second round.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.pairs import DIFFERENT, SAME  # noqa: E402 - found by the line before

PEER = ROOT / "var" / "peers" / "math_verify"
Rows = list[tuple[bool, float]]

_PEER_CODE = """
import json, sys, time
from math_verify import parse, verify
for line in sys.stdin:
    rounds = []
    for _ in range(2):
        for a, b in json.loads(line):
            start = time.perf_counter()
            first, second = (parse(f"${side}$", parsing_timeout=None) for side in (a, b))
            same = verify(first, second, timeout_seconds=None)
            rounds.append((bool(same), (time.perf_counter() - start) * 1e3))
    print(json.dumps(rounds[len(rounds) // 2:]), flush=True)
"""


def ours(pairs: list[tuple[str, str]]) -> Rows:
    """Our verdicts (accepted or not) and milliseconds, of the second of two rounds."""
    from grader.equality.general import equal  # noqa: PLC0415 - the peer's time does not wait for it

    def ask(pair: tuple[str, str]) -> bool:
        return bool(equal({"a": pair[0], "b": pair[1]})["verdict"] == "same")

    rows = [_timed(ask, pair) for pair in [*pairs, *pairs]]
    return rows[len(pairs) :]


def _timed(ask: Callable[[tuple[str, str]], bool], pair: tuple[str, str]) -> tuple[bool, float]:
    start = time.perf_counter()
    same = ask(pair)
    return same, (time.perf_counter() - start) * 1e3


def peers(pairs: list[tuple[str, str]]) -> Rows:
    """Math-Verify's, from its own interpreter."""
    python = PEER / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEER], check=True)
        locked = ROOT / "bench" / "peers" / "math_verify.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked], check=True)
    done = subprocess.run(
        [python, "-c", _PEER_CODE], input=json.dumps(pairs), capture_output=True, text=True, check=True
    )
    return [(same, taken) for same, taken in json.loads(done.stdout)]


def report(name: str, rows: Rows, labels: Iterable[bool]) -> str:
    """One line of the table."""
    pairs = list(zip(rows, labels, strict=True))
    right = sum(same is label for (same, _), label in pairs)
    accepted = sum(same and not label for (same, _), label in pairs)
    times = sorted(taken for _, taken in rows)
    median, p95 = statistics.median(times), times[int(0.95 * len(times))]
    scores = f"right {right:3} of {len(rows)}   wrongly accepted {accepted}"
    return f"{name:14} {scores}   median {median:6.2f} ms   p95 {p95:6.2f} ms"


def main() -> None:
    """Print the table."""
    pairs, labels = [*SAME, *DIFFERENT], [True] * len(SAME) + [False] * len(DIFFERENT)
    print(report("Gradebound", ours(pairs), labels))
    print(report("Math-Verify", peers(pairs), labels))


if __name__ == "__main__":
    main()
