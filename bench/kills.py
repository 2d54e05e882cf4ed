"""`kill -9` of the server, of a worker, of both, at random moments while a class hands in; then the books are checked.

Nothing that was acknowledged is lost, nothing is graded twice, nothing is left ungraded, and no process is left. Ends
with an AssertionError otherwise. Run with `.venv/bin/python bench/kills.py [ROUNDS [SEED]]`.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.app.killing import BOTH, SERVER, WORKER, Play


def main(rounds: int = 50, seed: int = 6) -> None:
    """Play the rounds, and print what was done."""
    kills = random.Random(seed).choices((SERVER, WORKER, BOTH), k=rounds)  # noqa: S311 -- an order, no secret
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        submissions = Play(Path(folder), seed).run(kills)
    counted = ", ".join(f"{number} of {kind}" for kind, number in sorted(Counter(kills).items()))
    print(f"{rounds} kills ({counted}) while {submissions} submissions came in, {time.perf_counter() - begun:.0f} s:")
    print("all that was acknowledged is there, each graded once, none left, and no process outlived its server")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
