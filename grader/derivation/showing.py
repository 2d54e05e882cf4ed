"""Which milestones the steps of a chain show, lose or leave open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.derivation.chain import Link
from grader.derivation.facts import Facts
from grader.derivation.kernel import Standing
from grader.derivation.mistakes import Mistake, regrouping_mistake
from grader.milestones import DerivationTask, Fact, Relation, Sides

_PRIORS = frozenset({Fact.PRIOR_ALONE, Fact.PRIOR_GIVEN})


@dataclass(frozen=True)
class Seen:
    """A step with the milestones that it shows, or that it was to show if it does not hold.

    `but_for` is a mistake in it that hides none of them.
    """

    link: Link
    milestones: frozenset[str]
    bare: bool = False
    but_for: Mistake | None = None

    @property
    def standing(self) -> Standing:
        """Whether the step holds."""
        return self.link.step.finding.standing


def seen_in(chain: Sequence[Link], task: DerivationTask, facts: Facts) -> tuple[Seen, ...]:
    """Look at every step of a chain; one across which something is unreadable is looked at as a whole."""
    return tuple(one for i in range(len(chain)) for one in _looked_at(_bridged(chain, i), task, facts))


def _looked_at(link: Link, task: DerivationTask, facts: Facts) -> Iterator[Seen]:
    """A step; one that fails by a mistake of regrouping alone as two: what it shows without it, and the mistake."""
    mistake = regrouping_mistake(link, facts) if link.step.finding.standing is Standing.INVALID else None
    if mistake is None:
        yield _seen(link, task, facts)
        return
    step = replace(
        link.step, left=mistake.left, relation=mistake.relation, right=mistake.right, finding=mistake.finding
    )
    mended = {link.step.left: mistake.left, link.step.right: mistake.right}
    sound = replace(link, step=step, upper=mended.get(link.upper), lower=mended.get(link.lower))
    yield replace(_seen(sound, task, facts), but_for=mistake)
    yield Seen(link, frozenset())


def _bridged(chain: Sequence[Link], i: int) -> Link:
    """A step beside an unreadable side: from the last side that was read to the next one."""
    link = chain[i]
    if link.upper is not None and link.lower is not None:
        return link
    upper = next((one.upper for one in reversed(chain[: i + 1]) if one.upper is not None), None)
    lower = next((one.lower for one in chain[i:] if one.lower is not None), None)
    return Link(link.step, upper, lower, link.before)


def _seen(link: Link, task: DerivationTask, facts: Facts) -> Seen:
    if link.upper is None or link.lower is None:
        named = link.step.definition is not None
        return Seen(link, frozenset() if named else frozenset(task.milestones))
    upper, lower = facts.of(link.upper), facts.of(link.lower)
    kind = _kind(link, lower, facts)
    if task.bare is not None and _fits(task.bare, upper, lower, kind):
        return Seen(link, frozenset(), bare=True)
    holds = link.step.finding.standing is Standing.VALID
    shown = {name: milestone.shown_by if holds else milestone.aims for name, milestone in task.milestones.items()}
    return Seen(link, frozenset(name for name, ways in shown.items() if _any(ways, upper, lower, kind)))


def _kind(link: Link, lower: frozenset[Fact], facts: Facts) -> frozenset[Relation]:
    kind = set()
    if link.step.relation in {">=", "<="}:
        kind.add(Relation.INEQUALITY)
    if link.step.finding.strict:
        kind.add(Relation.STRICT)
    if lower & _PRIORS == {Fact.PRIOR_ALONE} and not any(facts.of(one) & _PRIORS for one in link.before):
        kind.add(Relation.FIRST_PRIOR)
    return frozenset(kind)


def _any(ways: Iterable[Sides], upper: frozenset[Fact], lower: frozenset[Fact], kind: frozenset[Relation]) -> bool:
    return any(_fits(way, upper, lower, kind) for way in ways)


def _fits(sides: Sides, upper: frozenset[Fact], lower: frozenset[Fact], kind: frozenset[Relation]) -> bool:
    wanted = upper.issuperset(sides.upper) and lower.issuperset(sides.lower) and kind.issuperset(sides.step)
    return wanted and upper.isdisjoint(sides.upper_not) and lower.isdisjoint(sides.lower_not)


@dataclass(frozen=True)
class Tally:
    """Each milestone's step that shows it, fails to, leaves it open or may show it unread; and steps that cost."""

    shown: Mapping[str, Seen]
    failed: Mapping[str, Seen]
    undecided: Mapping[str, Seen]
    unreadable: Mapping[str, Seen]
    costly: tuple[Seen, ...]
    bare: Seen | None


def tally(seen: Sequence[Seen]) -> Tally:
    """Add up a chain: an invalid step by which no milestone is lost costs points."""
    shown = _first(seen, Standing.VALID)
    invalid = [one for one in seen if one.standing is Standing.INVALID and not one.bare]
    return Tally(
        shown=shown,
        failed=_first(seen, Standing.INVALID),
        undecided=_first(seen, Standing.UNDECIDED),
        unreadable=_first(seen, Standing.UNREADABLE),
        costly=tuple(one for one in invalid if one.milestones <= set(shown)),
        bare=next((one for one in seen if one.bare), None),
    )


def _first(seen: Sequence[Seen], standing: Standing) -> Mapping[str, Seen]:
    found: dict[str, Seen] = {}
    for one in seen:
        if one.standing is standing:
            for name in one.milestones:
                found.setdefault(name, one)
    return found
