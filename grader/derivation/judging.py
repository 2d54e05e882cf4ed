"""Goes through a derivation side by side and judges every step against the side before it.

Where a side can be read in several ways, the reading is kept that makes the step before it hold, and it is the same in
the step after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from grader.derivation.densities import bound_of
from grader.derivation.evaluate import Evaluator
from grader.derivation.kernel import Finding, Standing, judge
from grader.derivation.lines import OTHER_RELATION, Join, Side
from grader.derivation.mentions import variable_of
from grader.derivation.names import Meaning, Names
from grader.derivation.reading import free_variables
from grader.derivation.terms import Term, negative
from grader.language.syntax import Apply, Node

_LEFT_FREE = "the right side still depends on a latent variable, which the name on the left does not"


@dataclass(frozen=True)
class Step:
    """One relation. `first` and `second` are the places of its sides among all sides; terms are None if unread.

    `definition` is the name that the step introduces, if it does.
    """

    first: int
    second: int
    relation: str
    left: Term | None
    right: Term | None
    finding: Finding
    definition: str | None = None
    fault: str = ""


class Judged(NamedTuple):
    """The meanings of all sides, and the steps between them."""

    terms: tuple[Term | None, ...]
    steps: tuple[Step, ...]

    @property
    def failures(self) -> int:
        """How many steps do not hold."""
        return sum(step.finding.standing is not Standing.VALID for step in self.steps)


def judged(evaluator: Evaluator, names: Names, joins: tuple[Join, ...]) -> Judged:
    """Judge all steps between some sides."""
    return _Judge(evaluator, names, joins).run()


class _Found(NamedTuple):
    """A reading of a step's right side, with what was found of the step."""

    meaning: Meaning
    finding: Finding


@dataclass
class _Judge:
    evaluator: Evaluator
    names: Names
    joins: tuple[Join, ...]
    meanings: list[Meaning] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def run(self) -> Judged:
        for place, join in enumerate(self.joins):
            if place == 0 or join.relation is None:
                self.meanings.append(self.names.usual(join.right))
            else:
                self._step(place, join.relation)
            self.names.define_labels(join.right)
        return Judged(tuple(meaning.term for meaning in self.meanings), tuple(self.steps))

    def _step(self, place: int, relation: str) -> None:
        before, side = self.meanings[-1].term, self.joins[place].right
        ending = self.names.new(side) if before is not None else None
        starting = self.names.new(self.joins[place - 1].right) if before is None else None
        if relation == OTHER_RELATION:
            self._add(place, self.names.usual(side), Finding(Standing.UNREADABLE))
        elif ending is not None and before is not None:
            self._name_end(place, relation, ending, before)
        elif starting is not None:
            self._name_left(place, relation, starting)
        else:
            self._solve(place, relation)
            self._compare(place, relation)

    def _name_end(self, place: int, relation: str, name: str, before: Term) -> None:
        """A chain that ends in a new name defines it; as a bound it is named without being fixed."""
        if relation == "=":
            self.names.define(name, before)
        self._add(place, Meaning(before if relation == "=" else None), Finding(Standing.VALID), definition=name)

    def _name_left(self, place: int, relation: str, name: str) -> None:
        """A new name on the left is what the right side says; two new names in a row wait for the next side."""
        side = self.joins[place].right
        meaning = self.names.usual(side)
        if meaning.term is None:
            known = Finding(Standing.VALID if self.names.new(side) is not None else Standing.UNREADABLE)
            self._add(place, meaning, known, definition=name)
            return
        sound = self._can_depend(self.joins[place - 1].right.tree, meaning.term)
        if relation == "=":
            self._define_backwards(place, meaning.term)
        finding = Finding(Standing.VALID if sound else Standing.INVALID)
        self._add(place, Meaning(meaning.term, "" if sound else _LEFT_FREE), finding, definition=name)

    def _can_depend(self, left: Node | None, term: Term) -> bool:
        """A name with arguments stands for what depends on these: a bound L(q) is no function of a latent variable."""
        if not isinstance(left, Apply):
            return True
        shown = {variable_of(node) for node in (*left.args, *left.given, *left.params)}
        return not (free_variables(term) & set(self.names.cast.model.latent)) - shown

    def _define_backwards(self, place: int, term: Term) -> None:
        """Every name that still waits left of a side gets its meaning, one side back after another."""
        for before in range(place - 1, -1, -1):
            name = self.names.new(self.joins[before].right) if self.meanings[before].term is None else None
            if name is None:
                return
            self.names.define(name, term)
            self.meanings[before] = Meaning(term)

    def _solve(self, place: int, relation: str) -> None:
        """A new name among the terms of one side, `log p = L + KL`, may stand for what makes the step hold."""
        left, right = self.joins[place - 1].right, self.joins[place].right
        before, after = self.meanings[-1].term, self.names.usual(right).term
        if relation != "=" or (before is None) == (after is None):
            return
        if before is not None:
            self._define_bound(right, before)
        elif after is not None:
            self._define_bound(left, after)
            self.meanings[-1] = self.names.usual(left)

    def _define_bound(self, side: Side, value: Term) -> None:
        """Define a side's new name, if it stands for the bound or minus the bound; else it may hide a mistake."""
        solved, bound = self.names.solve(side, value), bound_of(self.names.cast.model)
        if solved is None or bound is None:
            return
        name, term = solved
        if any(judge(self.evaluator, "=", term, one).standing is Standing.VALID for one in (bound, negative(bound))):
            self.names.define(name, term)

    def _compare(self, place: int, relation: str) -> None:
        found = self._best(self.meanings[-1].term, relation, place)
        if found.finding.standing is Standing.INVALID and self.joins[place - 1].relation is None:
            found = self._reread_left(place, relation, found)
        fault = found.meaning.fault or self.meanings[-1].fault
        self._add(place, Meaning(found.meaning.term, fault), found.finding)

    def _reread_left(self, place: int, relation: str, found: _Found) -> _Found:
        """No step before has fixed the reading of a first left side: its other readings may make this step hold."""
        for left in self.names.meanings(self.joins[place - 1].right):
            other = self._best(left.term, relation, place)
            if other.finding.standing is Standing.VALID:
                self.meanings[-1] = left
                return other
        return found

    def _best(self, left: Term | None, relation: str, place: int) -> _Found:
        """The first reading of a right side that makes a step hold, or the usual one."""
        found = [_Found(self.names.usual(self.joins[place].right), Finding(Standing.UNREADABLE))]
        for one in self._compared(left, relation, place):
            if one.finding.standing is Standing.VALID:
                return one
            found.append(one)
        return found[1 if len(found) > 1 else 0]

    def _compared(self, left: Term | None, relation: str, place: int) -> Iterator[_Found]:
        for meaning in self.names.meanings(self.joins[place].right) if left is not None else ():
            if left is not None and meaning.term is not None:
                yield _Found(meaning, judge(self.evaluator, relation, left, meaning.term))

    def _add(self, place: int, meaning: Meaning, finding: Finding, *, definition: str | None = None) -> None:
        left = self.meanings[-1].term
        self.meanings.append(meaning)
        relation = self.joins[place].relation or OTHER_RELATION
        step = Step(place - 1, place, relation, left, meaning.term, finding, definition, meaning.fault)
        self.steps.append(step)
