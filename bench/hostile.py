"""What hostile answers and bodies cost beside ordinary ones, in the same run; every text is judged cold.

Run with `.venv/bin/python bench/hostile.py`: CPU seconds of the worst texts of each kind. The
worst answer is told as a multiple of an ordinary submission's (values, formulas and the derivation, texts not seen
before), the worst body in seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.derivations import whole
from grader.engine import grade
from grader.errors import EnvelopeError
from grader.submission import Submission, parse
from tests.homework6 import hw6
from tests.linear.attacks import BODIES, DERIVATIONS, FORMULAS

RUNS = 3
SHOWN = 5
VALUES = ("~" * 19_000 + "1", "1 " * 9_000, "[" * 9_000, "1e" * 9_000)


def seconds(action: Callable[[int], object], chosen: Callable[[list[float]], float]) -> float:
    """The chosen one of the CPU times of a few runs, each given its number."""
    taken = []
    for run in range(RUNS):
        start = time.process_time()
        action(run)
        taken.append(time.process_time() - start)
    return chosen(taken)


def answers() -> Iterable[tuple[str, str]]:
    """Every hostile answer, with the answer id that it is handed in for."""
    yield from (("p3.derivation", text) for text in DERIVATIONS)
    yield from ((name, text) for name in ("p1.backward.w1.formula", "p2.w1.formula") for text in FORMULAS)
    yield from (("p1.backward.w0.value", text) for text in VALUES)


def cost_of_answer(name: str, text: str) -> float:
    """Seconds for one answer: the dearest run, as a text that was seen before is not judged anew."""
    return seconds(lambda _: grade(Submission(answers={name: text}), hw6()), max)


def cost_of_body(text: str, syntax: str) -> float:
    """Seconds for reading one body, or refusing it."""

    def read(_: int) -> None:
        try:
            parse(text, syntax)
        except EnvelopeError:
            return

    return seconds(read, min)


def worst(costs: Mapping[str, float]) -> list[tuple[str, float]]:
    """The dearest, the dearest first."""
    return sorted(costs.items(), key=lambda one: -one[1])[:SHOWN]


def main() -> None:
    """Print the worst of each kind."""
    grade(whole(0), hw6())
    ordinary = seconds(lambda run: grade(whole(run + 1), hw6()), median)
    print(f"{'an ordinary submission':60} {ordinary:7.3f} s   x   1.0")
    for name, cost in worst({f"{name}: {text[:30]!r}": cost_of_answer(name, text) for name, text in answers()}):
        print(f"{name:60} {cost:7.3f} s   x{cost / ordinary:6.1f}")
    bodies = {f"{syntax}: {text[:30]!r}": cost_of_body(text, syntax) for syntax in BODIES for text in BODIES[syntax]}
    for name, cost in worst(bodies):
        print(f"{name:60} {cost:7.3f} s")


if __name__ == "__main__":
    main()
