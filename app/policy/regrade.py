"""What a regrade changes for a student: where they stand before and after it, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.policy.credit import ItemCredit
from app.policy.records import Attempt
from app.policy.standing import Standing


@dataclass(frozen=True, slots=True)
class Regraded:
    """What came of one submission: a report as JSON, or, where grading it broke, why."""

    report: str | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item of the attempt that counts; absent where the version has no such item or nothing is graded."""

    id: str
    before: ItemCredit | None
    after: ItemCredit | None

    @property
    def changed(self) -> bool:
        """Whether its points or its verdict are others than before, whatever it is worth at most."""
        return _told(self.before) != _told(self.after)

    @property
    def difference(self) -> Decimal | None:
        """The points more than before; None where they are open before or after."""
        if self.before is None or self.after is None or self.before.points is None or self.after.points is None:
            return None
        return self.after.points - self.before.points


@dataclass(frozen=True, slots=True)
class Change:
    """A student before and after, with the items of the attempts that count."""

    before: Standing
    after: Standing
    items: tuple[ItemChange, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is different: the attempt that counts, its status, its score, an item."""
        return _outcome(self.before) != _outcome(self.after) or any(item.changed for item in self.items)

    @property
    def difference(self) -> Decimal | None:
        """The points more than before; None where there is no score before or after."""
        before, after = _score(self.before), _score(self.after)
        return None if before is None or after is None else after - before


def regraded(attempts: Sequence[Attempt], found: Mapping[int, Regraded], *, same_version: bool) -> list[Attempt]:
    """The attempts with their new reports, by number.

    One whose grading broke has no report by the new version; by another engine of the `same_version` the report that
    it has goes on to hold. One that is not in `found` has not been graded anew.
    """
    return [_regraded(attempt, found.get(attempt.number), same_version=same_version) for attempt in attempts]


def change(before: Standing, after: Standing) -> Change:
    """Compare where a student stands before and after."""
    old, new = _items(before), _items(after)
    names = dict.fromkeys([*new, *old])
    return Change(before, after, tuple(ItemChange(name, old.get(name), new.get(name)) for name in names))


def lost_overrides(standing: Standing) -> list[str]:
    """The items that have an override on the attempt that counts, and are no items of its report any more."""
    if standing.counted is None or standing.counted.credit is None:
        return []
    return sorted(standing.counted.attempt.overrides.keys() - _items(standing).keys())


def differences(changes: Iterable[ItemChange]) -> list[Decimal]:
    """The points gained or lost, of those that differ."""
    found = (one.difference for one in changes)
    return [points for points in found if points]


def _regraded(attempt: Attempt, found: Regraded | None, *, same_version: bool) -> Attempt:
    if found is not None and found.report is not None:
        return replace(attempt, report=found.report)
    kept = attempt.report if same_version else None
    return replace(attempt, report=kept, failures=attempt.failures + (found is not None))


def _items(standing: Standing) -> Mapping[str, ItemCredit]:
    credit = standing.counted.credit if standing.counted else None
    return {item.id: item for item in credit.items} if credit else {}


def _told(item: ItemCredit | None) -> tuple[object, ...]:
    return () if item is None else (item.points, item.verdict)


def _outcome(standing: Standing) -> tuple[object, ...]:
    number = standing.counted.attempt.number if standing.counted else None
    return number, standing.status, _score(standing)


def _score(standing: Standing) -> Decimal | None:
    credit = standing.counted.credit if standing.counted else None
    return credit.score if credit else None
