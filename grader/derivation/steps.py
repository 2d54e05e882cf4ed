"""A derivation read and judged: every step with its two sides' meanings and whether it holds.

A new name on a left side, at a chain's end or under a brace is a definition. Where a side can be read in several ways,
the reading is kept that makes the step before it hold, and it is the same in the step after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from grader.derivation.alternatives import Habit, habits_in, readings, usual
from grader.derivation.densities import Cast, cast_of
from grader.derivation.evaluate import Evaluator
from grader.derivation.kernel import Finding, Standing, judge
from grader.derivation.lines import Join, Side, joins_of
from grader.derivation.mentions import variable_of
from grader.derivation.reading import Reader, UnreadableError, free_variables, name_of
from grader.derivation.terms import Term, negative
from grader.derivation.worlds import build_worlds
from grader.language import LanguageError, parse_expression
from grader.language.syntax import Apply, Labelled, Name, Negative, Node
from grader.language.trees import walk

OTHER_RELATION = "approx"
_LEFT_FREE = "the right side still depends on a latent variable, which the name on the left does not"


@dataclass(frozen=True)
class Step:
    """One relation. `first` and `second` are the places of its sides among all sides; terms are None if unread."""

    first: int
    second: int
    relation: str
    left: Term | None
    right: Term | None
    finding: Finding
    definition: str | None = None
    fault: str = ""


@dataclass(frozen=True)
class Derivation:
    """A derivation as judged: its sides in reading order, their meanings, its steps, and the values it was judged by."""

    sides: tuple[Side, ...]
    terms: tuple[Term | None, ...]
    steps: tuple[Step, ...]
    cast: Cast
    evaluator: Evaluator

    @property
    def failures(self) -> int:
        """How many steps do not hold."""
        return sum(step.finding.standing is not Standing.VALID for step in self.steps)


def derivation_of(lines: Iterable[str], hints: Mapping[str, str] | None = None, seed: int = 0) -> Derivation:
    """Read and judge a derivation; `hints` say how densities are written, role by role.

    An author writes logs in one way: where steps fail and the author's habit may be another one, the habit with which
    fewest fail is taken.
    """
    joins = joins_of(lines)
    trees = tuple(join.right.tree for join in joins if join.right.tree is not None)
    cast = cast_of(trees, hints)
    evaluator = Evaluator(build_worlds(cast.model, seed))
    best = _Judge(cast, evaluator, joins).run()
    for habit in habits_in(trees) if best.failures else ():
        best = min(best, _Judge(cast, evaluator, joins, habit).run(), key=lambda one: one.failures)
    return best


@dataclass
class _Judge:
    """Goes through the sides once; knows the names defined so far and each side's meaning."""

    cast: Cast
    evaluator: Evaluator
    joins: tuple[Join, ...]
    habit: Habit = usual
    names: dict[str, Term] = field(default_factory=dict)
    terms: list[Term | None] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def run(self) -> Derivation:
        for place, join in enumerate(self.joins):
            if place == 0 or join.relation is None:
                self._begin(join.right)
            else:
                self._step(place, join.relation, join.right)
            self._define_labels(join.right)
        sides = tuple(join.right for join in self.joins)
        return Derivation(sides, tuple(self.terms), tuple(self.steps), self.cast, self.evaluator)

    def _begin(self, side: Side) -> None:
        term, fault = next(self._meanings(side))
        self._keep(term, fault)

    def _step(self, place: int, relation: str, side: Side) -> None:
        before, name = self.terms[place - 1], self._new_name(side)
        if name is not None and before is not None and relation != OTHER_RELATION:
            self._name_end(place, relation, name, before)
            return
        left_name = self._new_name(self.joins[place - 1].right)
        if before is None and left_name is not None and relation != OTHER_RELATION:
            self._name_left(place, relation, left_name, side)
            return
        self._compare(place, relation, side)

    def _name_end(self, place: int, relation: str, name: str, before: Term) -> None:
        """A chain that ends in a new name defines it; as a bound it is named without being fixed."""
        if relation == "=":
            self.names[name] = before
        self._keep(before if relation == "=" else None, "")
        self._add(place, relation, Finding(Standing.VALID), definition=name)

    def _name_left(self, place: int, relation: str, name: str, side: Side) -> None:
        """A new name on the left is what the right side says; two new names wait for the next side."""
        term, fault = next(self._meanings(side))
        if term is None and self._new_name(side) is None:
            self._keep(None, fault)
            self._add(place, relation, Finding(Standing.UNREADABLE), fault=fault)
            return
        self._keep(term, fault)
        if term is not None and relation == "=":
            self._define_backwards(place, term)
        sound = term is None or self._can_depend(self.joins[place - 1].right.tree, term)
        finding = Finding(Standing.VALID) if sound else Finding(Standing.INVALID)
        self._add(place, relation, finding, definition=name, fault="" if sound else _LEFT_FREE)

    def _can_depend(self, left: Node | None, term: Term) -> bool:
        """A name with arguments stands for what depends on these: a bound L(q) is no function of a latent variable."""
        if not isinstance(left, Apply):
            return True
        shown = {variable_of(node) for node in (*left.args, *left.given, *left.params)}
        return not (free_variables(term) & set(self.cast.model.latent)) - shown

    def _define_backwards(self, place: int, term: Term) -> None:
        """Every name that still waits left of a side gets its meaning, one step back after another."""
        for before in range(place - 1, -1, -1):
            name = self._new_name(self.joins[before].right)
            if name is None or self.terms[before] is not None:
                return
            self.names[name], self.terms[before] = term, term

    def _compare(self, place: int, relation: str, side: Side) -> None:
        before = self.terms[place - 1]
        best: tuple[Term | None, str, Finding] | None = None
        for term, fault in self._meanings(side):
            found = self._judged(relation, before, term)
            if best is None or found.standing is Standing.VALID:
                best = term, fault, found
            if found.standing in {Standing.VALID, Standing.UNREADABLE}:
                break
        if best is not None and best[2].standing is Standing.INVALID:
            best = self._reread_left(place, relation, best)
        term, fault, found = best or (None, "", Finding(Standing.UNREADABLE))
        self._keep(term, fault)
        self._add(place, relation, found, fault=fault or self.faults[place - 1])

    def _reread_left(
        self, place: int, relation: str, best: tuple[Term | None, str, Finding]
    ) -> tuple[Term | None, str, Finding]:
        """The left side of a first step has not been fixed by a step before it: its other readings may make this hold."""
        if place > 1 and self.joins[place - 1].relation is not None:
            return best
        for term, _ in self._meanings(self.joins[place - 1].right):
            for right, fault in self._meanings(self.joins[place].right):
                found = self._judged(relation, term, right)
                if found.standing is Standing.VALID:
                    self.terms[place - 1] = term
                    return right, fault, found
        return best

    def _judged(self, relation: str, left: Term | None, right: Term | None) -> Finding:
        if left is None or right is None or relation == OTHER_RELATION:
            return Finding(Standing.UNREADABLE)
        return judge(self.evaluator, relation, left, right)

    def _meanings(self, side: Side) -> Iterator[tuple[Term | None, str]]:
        """The meanings of a side, the usual one first; at least one, None with the fault where it has none."""
        if side.tree is None:
            yield None, side.fault
            return
        reader, fault, any_read = Reader(self.cast, self.names), "", False
        for tree in readings(side.tree, self.habit):
            try:
                term = reader.read(tree)
            except UnreadableError as error:
                fault = fault or str(error)
                continue
            any_read = True
            yield term, ""
        if not any_read:
            yield None, fault

    def _new_name(self, side: Side) -> str | None:
        """The name that a side is, if it is nothing but a name that means nothing yet."""
        if side.tree is None or isinstance(side.tree, Name) and side.tree.base.isdigit():
            return None
        name = name_of(side.tree)
        if name is None or name in self.names:
            return None
        try:
            Reader(self.cast, self.names).read(side.tree)
        except UnreadableError:
            return name
        return None

    def _define_labels(self, side: Side) -> None:
        """Names under braces."""
        for node in walk(side.tree) if side.tree is not None else ():
            if isinstance(node, Labelled):
                self._define_label(node)

    def _define_label(self, node: Labelled) -> None:
        label = _label_tree(node.label)
        sign, inner = (True, label.operand) if isinstance(label, Negative) else (False, label)
        name = name_of(inner) if inner is not None else None
        if name is None or name in self.names:
            return
        try:
            term = Reader(self.cast, self.names).read(node.body)
        except UnreadableError:
            return
        self.names[name] = negative(term) if sign else term

    def _keep(self, term: Term | None, fault: str) -> None:
        self.terms.append(term)
        self.faults.append(fault)

    def _add(
        self, place: int, relation: str, finding: Finding, *, definition: str | None = None, fault: str = ""
    ) -> None:
        left, right = self.terms[place - 1], self.terms[place]
        self.steps.append(Step(place - 1, place, relation, left, right, finding, definition, fault))


def _label_tree(label: str) -> Node | None:
    text = label.strip()
    text = text[1:-1] if text.startswith("{") and text.endswith("}") else text
    try:
        return parse_expression(text)
    except LanguageError:
        return None
