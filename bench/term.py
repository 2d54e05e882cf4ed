"""A term of 300 students over three weeks: how long it takes, and whether the books balance at every point."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.app.regrading import DEARER
from tests.app.service import Hands, serving, settings
from tests.app.term import START, STRICTER, Term

STUDENTS, OVERRIDES = 300, 20


def main(students: int = STUDENTS) -> None:
    """Play the term, and print what each part took."""
    with tempfile.TemporaryDirectory() as folder:
        clock, chosen = Hands(START), settings(Path(folder), workers=2)
        with serving(chosen, clock) as service:
            term = Term(service, clock, Path(folder) / "test.db", students, OVERRIDES)
            timed("roster and settings", term.begin)
            timed("first week", term.week)
            timed("a fix of the rubric", lambda: term.fix(DEARER))
            timed("second week", term.week)
            timed(f"{OVERRIDES} overrides", term.override)
        with serving(chosen, clock) as service:
            term.service = service
            timed("after a restart", term.balance)
            timed("a week of late work", term.week)
            timed("extensions", lambda: term.extend(students // 20))
            timed("a second fix", lambda: term.fix(STRICTER))
            timed("the best attempt counts", term.best_counts)
            timed("exports", term.exports)
    print(f"{students} students, {len(term.places)} submissions: the books balanced {term.balanced} times")


def timed(what: str, act: Callable[[], None]) -> None:
    """Do it, and print how long it took."""
    start = time.perf_counter()
    act()
    print(f"{time.perf_counter() - start:7.1f} s  {what}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
