"""Accounts: every error is paid for once, by the first item with points that rests on it.

An answer carries the errors that it rests on: its own, those of the answers it was computed from, and the misreadings
in it. An item that is explained by paid errors only is followed through; one that rests on an unpaid error pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from grader.assignment import Slip
from grader.following.explain import Answered, Explanation
from grader.following.quantities import Quantity
from grader.following.written import Unread
from grader.report import Verdict
from grader.slips.values import Misreading

Error: TypeAlias = Quantity | Misreading
Errors: TypeAlias = frozenset[Error]


@dataclass(frozen=True, slots=True)
class Entered:
    """An answer with all that may explain it; a right one is explained by nothing being wrong."""

    answer: Answered | Unread
    points: Decimal
    right: bool = False
    slip: int | None = None
    explanations: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """The verdict on one answer, the explanation that it rests on, and the errors it carries.

    `pays` are the errors that this item pays for although they first stand elsewhere, or in a misreading.
    """

    verdict: Verdict
    credit: Decimal
    errors: Errors = frozenset()
    explanation: Explanation | None = None
    pays: Errors = frozenset()


class Ledger:
    """Goes through the answers in order and keeps which errors are paid."""

    def __init__(self, slip: Slip) -> None:
        self._slip = slip
        self._paid: set[Error] = set()
        self._carried: dict[Quantity, Errors] = {}

    def enter(self, entry: Entered) -> Account:
        """Give an answer its verdict, and remember what it carries and what it paid."""
        if isinstance(entry.answer, Unread):
            return Account(entry.answer.verdict, Decimal(0))
        quantity = entry.answer.asked.quantity
        account = self._judge(entry, quantity)
        self._carried[quantity] = account.errors
        if entry.points > 0 or account.verdict is Verdict.SLIP:
            self._paid |= account.errors if account.credit < 1 else frozenset()
        return account

    def _judge(self, entry: Entered, quantity: Quantity) -> Account:
        if entry.right:
            return Account(Verdict.CORRECT, Decimal(1))
        whole, slips, poor = self._sorted(entry.explanations)
        if whole and not self._unpaid(whole[0]):
            return Account(Verdict.FOLLOW_THROUGH, Decimal(1), self._errors(whole[0]), whole[0])
        if entry.slip is not None:
            return Account(Verdict.SLIP, self._slip.credit, frozenset({quantity}))
        if slips and not self._unpaid(slips[0]):
            errors = self._errors(slips[0]) | {quantity}
            return Account(Verdict.SLIP, self._slip.credit, errors, slips[0])
        if whole or poor:
            return self._pay(entry, [*whole, *poor][0])
        return Account(Verdict.INCORRECT, Decimal(0), frozenset({quantity}))

    def _pay(self, entry: Entered, explanation: Explanation) -> Account:
        """An answer that follows from something unpaid: an item with points pays, one without passes it on."""
        errors, unpaid = self._errors(explanation), self._unpaid(explanation)
        shown = unpaid & explanation.scenario.misreadings - self._carried_by_source(explanation)
        if entry.points == 0 and not shown:
            return Account(Verdict.FOLLOW_THROUGH, Decimal(1), errors, explanation)
        return Account(Verdict.INCORRECT, Decimal(0), errors, explanation, unpaid)

    def _sorted(self, found: Sequence[Explanation]) -> tuple[list[Explanation], list[Explanation], list[Explanation]]:
        """Whole explanations, slips and poor ones, each with the least unpaid, then the fewest errors, first."""
        ordered = sorted(found, key=self._weight)
        whole = [item for item in ordered if item.slip is None and not item.poor]
        return whole, [item for item in ordered if item.slip is not None], [item for item in ordered if item.poor]

    def _weight(self, item: Explanation) -> tuple[int, int, int, int]:
        scenario = item.scenario
        return len(self._unpaid(item)), len(self._errors(item)), len(scenario.misreadings), len(scenario.source)

    def _carried_by_source(self, explanation: Explanation) -> Errors:
        return frozenset().union(*(self._carried.get(one, frozenset()) for one in explanation.scenario.source))

    def _errors(self, explanation: Explanation) -> Errors:
        return self._carried_by_source(explanation) | explanation.scenario.misreadings

    def _unpaid(self, explanation: Explanation) -> Errors:
        return self._errors(explanation) - self._paid


def settle(entries: Sequence[Entered], slip: Slip) -> tuple[Account, ...]:
    """Go through all answers of a problem, in order."""
    ledger = Ledger(slip)
    return tuple(map(ledger.enter, entries))


def total(entries: Sequence[Entered], accounts: Sequence[Account]) -> Decimal:
    """The points of all answers of a problem together."""
    return sum((entry.points * account.credit for entry, account in zip(entries, accounts, strict=True)), Decimal(0))


def unexplained(entries: Sequence[Entered], accounts: Sequence[Account]) -> tuple[int, ...]:
    """The places of answers that could be read, are wrong, and have no explanation."""
    return tuple(
        place
        for place, (entry, account) in enumerate(zip(entries, accounts, strict=True))
        if account.verdict is Verdict.INCORRECT and account.explanation is None and isinstance(entry.answer, Answered)
    )
