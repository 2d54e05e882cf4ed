"""What a student may see of a report yet: a course releases points and verdicts by kind of item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.policy.credit import Credit, ItemCredit, penalty
from app.policy.settings import AssignmentSettings, Counts, Feedback
from app.policy.standing import Standing, Terms, Valued
from grader.assignment import Assignment, LatePolicy

NOT_RELEASED = "not_released"
_DEDUCTIONS = "derivation"  # an item of a report that no rubric lists is a deduction from a derivation's points


def releases_all_at_once(settings: AssignmentSettings) -> bool:
    """Whether there is nothing to wait for, whoever the student is."""
    return all(when is Feedback.AT_ONCE for when in settings.feedback.values())


def withheld(settings: AssignmentSettings, due: datetime | None, now: datetime) -> Mapping[str, str]:
    """The kinds of items that a student whose deadline is `due` does not see yet, and a sentence that says when."""
    closes = due + timedelta(minutes=settings.grace_minutes) if due else None
    waiting = {
        Feedback.AFTER_DEADLINE: None if closes is not None and now > closes else _after(closes),
        Feedback.BY_HAND: None
        if settings.released
        else "Handed in and kept. It is shown once your course releases it.",
    }
    told = {kind: waiting.get(when) for kind, when in settings.feedback.items()}
    return {kind: words for kind, words in told.items() if words is not None}


def released(valued: Valued, kinds: Mapping[str, str], assignment: Assignment, late: LatePolicy) -> Valued:
    """An attempt as its student may see it."""
    if not kinds or valued.credit is None:
        return valued
    shown = released_credit(valued.credit, kinds, assignment, late)
    return replace(valued, worth=lambda: shown)


def released_credit(credit: Credit, kinds: Mapping[str, str], assignment: Assignment, late: LatePolicy) -> Credit:
    """A credit as its student may see it: items of the withheld kinds without points, verdict, words and evidence.

    The totals are of what is left, so that nothing about the rest can be computed from them.
    """
    if not kinds:
        return credit
    of = {item.id: item.kind for item in assignment.items}
    items = (_shown(item, of.get(item.id), kinds) for item in credit.items)
    return _of_what_is_shown(credit, tuple(item for item in items if item), late)


def released_standing(standing: Standing, terms: Terms, assignment: Assignment, now: datetime) -> Standing:
    """A standing as its student may see it.

    While something is withheld, the best of several attempts is not told: it would say which of them is better.
    """
    kinds = withheld(terms.settings, standing.due_at, now)
    attempts = tuple(released(one, kinds, assignment, terms.late) for one in standing.attempts)
    told = not kinds or len(attempts) == 1 or terms.settings.counts is not Counts.BEST
    place = standing.attempts.index(standing.counted) if standing.counted and told else None
    return replace(standing, attempts=attempts, counted=None if place is None else attempts[place])


def _after(closes: datetime | None) -> str:
    when = f", {closes:%Y-%m-%d %H:%M} UTC" if closes else ""
    return f"Handed in and kept. It is shown after your deadline{when}."


def _shown(item: ItemCredit, kind: str | None, kinds: Mapping[str, str]) -> ItemCredit | None:
    """The item, or an empty one in its place; nothing in place of a deduction, as its being there is a verdict too."""
    if kind is None:
        return None if _DEDUCTIONS in kinds else item
    if kind not in kinds:
        return item
    return ItemCredit(item.id, item.max_points, None, None, NOT_RELEASED, kinds[kind], None)


def _of_what_is_shown(credit: Credit, items: tuple[ItemCredit, ...], late: LatePolicy) -> Credit:
    seen = [item for item in items if item.verdict != NOT_RELEASED]
    earned = sum((item.points for item in seen if item.points is not None), Decimal(0))
    pending = sum((item.max_points for item in seen if item.points is None), Decimal(0))
    cost = penalty(earned, credit.days_late, late)
    return replace(credit, items=items, earned=earned, pending=pending, penalty=cost)
