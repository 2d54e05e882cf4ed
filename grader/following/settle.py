"""One set of misreadings for a whole submission: the one under which it earns most, and needs least explaining."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import prod

import numpy as np
from numpy.typing import NDArray

from grader.calculus.budget import Budget, array_work
from grader.equality.tolerance import agreement
from grader.following.accounts import Account, Entered, settle, total, unexplained
from grader.following.explain import Answered, by_chance, compare, explanations, subsets, usable
from grader.following.quantities import MAX_NUMBERS, Quantity
from grader.following.scenarios import NOTHING, Scenario, Scenarios
from grader.following.sheet import Sheet, bearing, sources_of
from grader.following.sources import Source
from grader.following.written import Unread, read
from grader.reading.shapes import Reading
from grader.slips.chance import is_told_apart
from grader.slips.values import POWER, RIGHT, Misreadings, pairs
from reference.graph import Array

# How many sets of misreadings are carried through the whole submission, and on how many sources of an answer each is
# tried.
_MAX_CANDIDATES = 8
_MAX_TRIED = 8
# Sources of each answer that are tried however large the problem is.
_MIN_SOURCES = 4
# Of how many sets of misreadings that explain an answer it is weighed which fits best.
_MAX_WEIGHED = 16
# How often the numbers of a batch are gone through: worked out, taken as written, and compared.
_WORK = 6


@dataclass(frozen=True)
class Settled:
    """A problem's answers with their accounts under the chosen misreadings, and what is known of the unexplained rest.

    `named` gives, for some of these, misreadings that explain them; `closest` the scenario that most of their entries
    agree with, and which entries do. `told` says whether the figures tell the chosen misreadings from chance.
    """

    entries: tuple[Entered, ...]
    accounts: tuple[Account, ...]
    named: Mapping[int, Misreadings]
    closest: Mapping[int, tuple[Scenario, NDArray[np.bool_]]]
    told: bool = True


def settle_problem(sheet: Sheet, answers: Mapping[str, object], budget: Budget) -> Settled:
    """Settle all answers of a problem, each in the likeliest layout, or in another that explains more.

    Raises `OverBudgetError`.
    """
    choices = [_entered(sheet, place, answers) for place in range(len(sheet.asked))]
    entries = [choice[0] for choice in choices]
    best = _Search(sheet, entries, budget).settle()
    for place in unexplained(best.entries, best.accounts):
        for other in choices[place][1:]:
            turned = [*entries[:place], other, *entries[place + 1 :]]
            tried = _Search(sheet, turned, budget).settle()
            if _rank(tried.entries, tried.accounts) > _rank(best.entries, best.accounts):
                best, entries = tried, turned
    return best


def _rank(entries: Sequence[Entered], accounts: Sequence[Account]) -> tuple[Decimal, int]:
    """Most points first, then fewest answers that nothing explains."""
    return total(entries, accounts), -len(unexplained(entries, accounts))


class _Search:
    """The search for what explains one problem's answers, read in one way each."""

    def __init__(self, sheet: Sheet, entries: Sequence[Entered], budget: Budget) -> None:
        self._sheet = sheet
        self._budget = budget
        self._entries = tuple(entries)
        self._written: dict[Quantity, Reading] = {}
        self._sources: dict[int, tuple[Source, ...]] = {}
        self._tries: dict[int, list[int]] = {}
        most = max(_MIN_SOURCES, sheet.plan.rows_at_once // (4 * max(1, len(self._entries))))
        for place, entry in enumerate(self._entries):
            if isinstance(entry.answer, Answered):
                quantity = entry.answer.asked.quantity
                if not entry.right:
                    self._sources[place] = sources_of(sheet.plan, quantity, frozenset(self._written))[:most]
                if usable(entry.answer):
                    self._written[quantity] = entry.answer.reading

    def settle(self) -> Settled:
        """Try the right method, then known misreadings where it leaves something unexplained; keep the best."""
        best, chosen = self._under(RIGHT), RIGHT
        left = unexplained(*best)
        if not left:
            return Settled(*best, {}, {})
        named = self._named(left)
        for misread in self._candidates(named):
            tried = self._under(misread)
            if _rank(*tried) > _rank(*best):
                best, chosen = tried, misread
            if _rank(*best) >= self._most(left[0]):
                break
        rest = unexplained(*best)
        reasons = {place: self._reason(place, found) for place, found in named.items() if place in rest}
        reasons = {place: reason for place, reason in reasons.items() if reason}
        closest = {place: self._closest(place, chosen) for place in rest}
        return Settled(*best, reasons, closest, told=self._is_told(best[1], chosen))

    def _is_told(self, accounts: Sequence[Account], chosen: Misreadings) -> bool:
        """Whether the answers that come out under the chosen misreadings, all together, tell them from chance."""
        shown = {
            place: account.explanation.scenario
            for place, account in enumerate(accounts)
            if account.explanation and account.explanation.slip is None and account.explanation.scenario.misreadings
        }
        if not shown:
            return True
        found = self._evaluate(one for scenario in shown.values() for one in (scenario, Scenario(scenario.source)))
        policy = self._sheet.policy
        chances = [by_chance(self._answered(place), found, scenario, policy) for place, scenario in shown.items()]
        tries = max((sum(counts[: len(chosen)]) for counts in self._tries.values()), default=1)
        return is_told_apart(prod(chances), tries)

    def _most(self, first: int) -> tuple[Decimal, int]:
        """The rank that no reading surpasses: everything is explained, and only `first` pays.

        It is the first answer that the right method does not explain. Under any misreading it pays, as nothing was
        paid before it.
        """
        answered = sum((entry.points for entry in self._entries if isinstance(entry.answer, Answered)), Decimal(0))
        return answered - self._entries[first].points, 0

    def _reason(self, place: int, found: Sequence[Misreadings]) -> Misreadings:
        """The misreadings that are told of an unexplained answer: of those that explain it the one that fits best.

        None are if the answer's figures do not tell them from chance among as many as were tried.
        """
        answered, plan, policy = self._answered(place), self._sheet.plan, self._sheet.policy
        apt = sorted(found, key=lambda misread: plan.aptness(misread, answered.asked.quantity))[:_MAX_WEIGHED]
        near = dict.fromkeys((NOTHING, *self._sources[place][:_MAX_TRIED]))
        under = [Scenario(source, misread) for misread in apt for source in near]
        worked_out = self._evaluate((*under, *map(Scenario, near)))
        fits = np.flatnonzero(compare(answered, worked_out, under, policy).all(axis=1)).tolist()
        fitting = [under[row] for row in fits]
        chances = [(by_chance(answered, worked_out, one, policy), one.misreadings) for one in fitting]
        least, best = min(chances, key=lambda one: one[0], default=(1.0, RIGHT))
        return best if is_told_apart(least, sum(self._tries[place][: len(best)])) else RIGHT

    def _closest(self, place: int, chosen: Misreadings) -> tuple[Scenario, NDArray[np.bool_]]:
        under = [Scenario(source, chosen) for source in self._near(place)]
        near = compare(self._answered(place), self._evaluate(under), under, self._sheet.policy)
        # Of many sources not all are tried: what comes out from the inputs alone may be none, and then tells no entry.
        best = int(np.argmax(np.where(near.all(axis=1), -1, near.sum(axis=1))))
        return under[best], near[best]

    def _answered(self, place: int) -> Answered:
        answer = self._entries[place].answer
        assert isinstance(answer, Answered)  # noqa: S101 - only answers that were read are left unexplained
        return answer

    def _under(self, misread: Misreadings) -> tuple[tuple[Entered, ...], tuple[Account, ...]]:
        """The accounts when the whole submission was worked out under one set of misreadings."""
        if not self._sources:
            return self._entries, settle(self._entries, self._sheet.policy.slip)
        every = dict.fromkeys((NOTHING, *(source for found in self._sources.values() for source in found)))
        found = self._evaluate(Scenario(source, subset) for subset in subsets(misread) for source in every)
        entries = tuple(
            replace(
                entry, explanations=explanations(entry.answer, found, self._sources[place], misread, self._sheet.policy)
            )
            if place in self._sources and isinstance(entry.answer, Answered)
            else entry
            for place, entry in enumerate(self._entries)
        )
        return entries, settle(entries, self._sheet.policy.slip)

    def _evaluate(self, scenarios: Iterable[Scenario]) -> Scenarios:
        """Evaluate scenarios as one batch: every operation of the graph once, on the numbers of all of them."""
        graph, under = self._sheet.graph, tuple(dict.fromkeys(scenarios))
        numbers = len(under) * MAX_NUMBERS // self._sheet.plan.rows_at_once
        self._budget.spend(_WORK * (array_work(0) * len(graph.every) + array_work(2 * numbers)))
        return Scenarios(graph, self._sheet.inputs, self._written, under)

    def _named(self, left: Sequence[int]) -> dict[int, list[Misreadings]]:
        """For each unexplained answer, the misreadings under which it comes out: single ones, else pairs.

        Pairs are looked at only where no single one fits: there are many more of them.
        """
        named = {}
        tried = {place: self._attempts(place) for place in left}
        every = [scenario for alone, _ in tried.values() for scenario in alone]
        at_once = self._evaluate(every) if len(every) <= self._sheet.plan.rows_at_once else None
        for place, (alone, together) in tried.items():
            self._tries[place] = []
            fits = self._fitting(place, _alone(self._sheet), self._sheet.singles.found, 0)
            fits += self._fitting(place, alone, at_once or self._evaluate(alone), 0)
            if not fits:
                fits = self._fitting(place, _in_pairs(self._sheet), self._sheet.from_inputs, 1)
                fits += self._fitting(place, together, self._evaluate(together), 1)
            if fits:
                named[place] = _best_first(fits)
        return named

    def _attempts(self, place: int) -> tuple[list[Scenario], list[Scenario]]:
        """Each near source with each misreading that makes a difference from there, and the nearest with pairs."""
        quantity, most = self._answered(place).asked.quantity, self._sheet.plan.rows_at_once
        near = self._sources[place][:_MAX_TRIED]
        alone = [
            Scenario(source, frozenset({one}))
            for source in near
            for one in (*bearing(self._sheet.plan, quantity, source), POWER)
        ][:most]
        nearest = (*bearing(self._sheet.plan, quantity, near[0]), POWER)
        together = [Scenario(near[0], pair) for pair in pairs(nearest)]
        return alone, together[: most - len(alone)]

    def _fitting(self, place: int, scenarios: Sequence[Scenario], found: Scenarios, more: int) -> list[Misreadings]:
        """The misreadings under which an answer comes out; of single ones, or with one `more`, as many are tried."""
        if not scenarios:
            return []
        self._tries[place] += [0] * (more + 1 - len(self._tries[place]))
        self._tries[place][more] += _different(found.of(self._answered(place).asked.quantity, scenarios))
        near = compare(self._answered(place), found, scenarios, self._sheet.policy).all(axis=1)
        return [scenarios[row].misreadings for row in np.flatnonzero(near).tolist()]

    def _near(self, place: int) -> tuple[Source, ...]:
        return tuple(dict.fromkeys((NOTHING, self._sources[place][0])))

    def _candidates(self, named: Mapping[int, Sequence[Misreadings]]) -> list[Misreadings]:
        """The sets of one or two misreadings that can gain something, those that explain most answers first.

        The first answer that shows a misreading pays for it, so each has to explain two answers that nothing else does.
        """
        single = dict.fromkeys(misread for found in named.values() for misread in found)
        joined = dict.fromkeys(one | other for one in single for other in single if len(one | other) <= 2)

        def support(misread: Misreadings) -> int:
            return sum(any(reason <= misread for reason in reasons) for reasons in named.values())

        def worth(misread: Misreadings) -> bool:
            fewer = max((support(misread - {one}) for one in misread if len(misread) > 1), default=0)
            return support(misread) > fewer + 1

        def order(misread: Misreadings) -> tuple[int, int, tuple[int, int]]:
            shown = [place for place, reasons in named.items() if any(reason <= misread for reason in reasons)]
            quantities = [self._answered(place).asked.quantity for place in shown]
            value = next((one for one in quantities if not one.gradient), quantities[0])
            return -support(misread), len(misread), self._sheet.plan.aptness(misread, value)

        return sorted(filter(worth, joined), key=order)[:_MAX_CANDIDATES]


def _different(outcomes: Array) -> int:
    """How many outcomes (batch axis first) are different to nine digits: so many were tried."""
    rows = outcomes.reshape(len(outcomes), -1)
    with np.errstate(all="ignore"):
        scale = 10.0 ** (9.0 - np.ceil(np.log10(np.abs(rows).max(axis=1, keepdims=True))))
        return len(np.unique(np.nan_to_num(np.rint(rows * scale) / scale), axis=0))


def _alone(sheet: Sheet) -> list[Scenario]:
    """From the inputs alone, each misreading."""
    return [Scenario(misreadings=frozenset({one})) for one in (*sheet.misreadings, POWER)]


def _in_pairs(sheet: Sheet) -> list[Scenario]:
    """From the inputs alone, the misreadings in pairs, and each with a power of ten left out."""
    powers = (frozenset({one, POWER}) for one in sheet.misreadings)
    return [Scenario(misreadings=misread) for misread in (*sheet.pairs, *powers)]


def _best_first(found: Sequence[Misreadings]) -> list[Misreadings]:
    """The smallest sets, each once, the one that was found most often first."""
    least = min(map(len, found))
    return [misread for misread, _ in Counter(one for one in found if len(one) == least).most_common()]


def _entered(sheet: Sheet, place: int, answers: Mapping[str, object]) -> list[Entered]:
    """Read an answer, in every layout that it may have, and compare it with the truth."""
    asked = sheet.asked[place]
    found = read(asked, answers, sheet.policy)
    if isinstance(found, Unread):
        return [Entered(found, asked.item.points)]
    return [_compared(Answered(asked, reading), sheet) for reading in found]


def _compared(answer: Answered, sheet: Sheet) -> Entered:
    item = answer.asked.item
    truth = answer.asked.truth[None]
    near = agreement(answer.reading, truth, sheet.policy.relative_tolerance, probability=item.probability).ravel()
    missed = np.flatnonzero(~near)
    slip = int(missed[0]) if len(missed) == 1 and len(near) >= sheet.policy.slip.min_entries else None
    return Entered(answer, item.points, right=len(missed) == 0, slip=slip)
