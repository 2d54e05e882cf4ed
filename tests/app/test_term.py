"""A small term, with the service started anew in the middle: the books balance at every point."""

from __future__ import annotations

from pathlib import Path

from tests.app.regrading import DEARER
from tests.app.service import Hands, serving, settings
from tests.app.term import START, STRICTER, Term


def test_the_books_balance_at_every_point_of_a_term(tmp_path: Path) -> None:
    clock = Hands(START)
    chosen = settings(tmp_path)
    with serving(chosen, clock) as service:
        term = Term(service, clock, tmp_path / "test.db", size=10, overrides=8)
        term.begin()
        term.week()
        term.fix(DEARER)
        term.week()
        term.override()
    with serving(chosen, clock) as service:
        term.service = service
        term.balance()
        term.week()
        term.extend(4)
        term.fix(STRICTER)
        term.best_counts()
        term.exports()
    assert term.balanced == 10
