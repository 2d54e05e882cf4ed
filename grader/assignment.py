"""An assignment: what is asked, what it is worth, and the problem behind it. A rubric YAML file is exactly one.

All numbers of the grading policy are data here; the engine holds none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.random import PCG64
from numpy.typing import NDArray
from pydantic import Discriminator, Field, PrivateAttr, Tag, model_validator

from grader.draws import Draw, drawn
from grader.frozen import Frozen
from grader.milestones import DerivationTask
from grader.report import Points

AnswerId = Annotated[
    str, Field(pattern=r"^\p{L}[\p{L}\p{N}_]*'*(\.[\p{L}\p{N}_]+'*)*(\[\d{1,4}\]){0,4}$", max_length=80)
]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$", max_length=80)]
SizeName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=80)]
Prompt = Annotated[str, Field(min_length=1, max_length=1000)]
Formula = Annotated[str, Field(min_length=1, max_length=10_000)]
Credit = Annotated[Points, Field(ge=Decimal(0), le=Decimal(1000), multiple_of=Decimal("0.5"))]


class Slip(Frozen):
    """One bad entry among at least `min_entries` otherwise good ones earns `credit` of an item's points."""

    min_entries: int = Field(ge=2)
    credit: Decimal = Field(ge=0, le=1)


class ValuePolicy(Frozen):
    """How values are compared.

    `relative_tolerance` is relative to the exact value; `significant_digits` is how many digits an entry needs to
    be right by being rounded correctly; `power_of_ten` is the least power that counts as one left out.
    """

    relative_tolerance: float = Field(gt=0, lt=0.1)
    significant_digits: int = Field(ge=1)
    slip: Slip
    power_of_ten: int = Field(ge=1)


class LatePolicy(Frozen):
    """What lateness costs: `per_day` percent of the earned points for each day begun, `at_most` percent in all.

    After `cut_off_days` days nothing is earned any more. The engine grades answers and never looks at this; a course
    applies it, and may set it anew.
    """

    per_day: Points = Field(default=Decimal(0), ge=0, le=100)
    at_most: Points = Field(default=Decimal(100), ge=0, le=100)
    cut_off_days: int | None = Field(default=None, ge=0, le=1000)


class SymbolNames(Frozen):
    """A quantity as students write it.

    `axes` says what each axis runs over; `also` are other spellings; `matrix` are names of all samples together, one
    a row or one a column; `upper` is the axis that a superscript counts along.
    """

    axes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    matrix: tuple[str, ...] = ()
    upper: str | None = None


def _kind_of_input(value: Any) -> str:
    return "draw" if isinstance(value, Mapping | Draw) else "numbers"


Input: TypeAlias = Annotated[
    Annotated[Draw, Tag("draw")] | Annotated[Any, Tag("numbers")], Discriminator(_kind_of_input)
]


class Variants(Frozen):
    """What differs from student to student: the drawn inputs named by `from` (all of them without it).

    A draw holds only if every entry meets each of `conditions`, relations in the problem's own quantities, and no kink
    (of ReLU, an absolute value, a maximum, an indicator, a pooling window) is nearer than `away_from_kinks`.
    """

    from_: tuple[str, ...] = Field(default=(), alias="from")
    conditions: tuple[Formula, ...] = Field(default=(), max_length=50)
    away_from_kinks: float = Field(default=0.0, ge=0.0, le=1e6)


class Problem(Frozen):
    """A computation graph, declared by formulas, with its inputs.

    `nodes` are formulas by name, in the order of computation; `loss` names the one that gradients are taken of; `after`
    are quantities that are computed after the backward pass, and `same` says which of them are gradients (`grad_z`).
    `sizes` are those that formulas name and no axis of `symbols` has, for reshapes.
    Inputs are numbers, lists of them, or draws; `seed` is that of the rubric's own numbers where they are drawn, and
    `variants` says which of them differ from student to student.
    `symbols` are the quantities of the graph that formulas may name. `standing` are the derivatives (of, by) that a
    worked-out formula may leave standing; without it, any between neighbouring quantities may.
    """

    title: str
    inputs: Mapping[str, Input]
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 0
    variants: Variants | None = None
    nodes: Mapping[str, Formula] = Field(min_length=1)
    sizes: Mapping[SizeName, Annotated[int, Field(ge=1, le=1000)]] = Field(default_factory=dict)
    loss: str | None = None
    after: Mapping[str, Formula] = Field(default_factory=dict)
    same: Mapping[str, str] = Field(default_factory=dict)
    symbols: Mapping[str, SymbolNames] = Field(default_factory=dict)
    standing: tuple[tuple[str, str], ...] | None = None

    @cached_property
    def arrays(self) -> Mapping[str, NDArray[np.float64]]:
        """The inputs as arrays. Raises `ValueError` for one that is no array of numbers."""
        return {name: np.array(value, dtype=np.float64) for name, value in self.given.items()}

    @cached_property
    def draws(self) -> Mapping[str, Draw]:
        """The inputs that are drawn."""
        return {name: value for name, value in self.inputs.items() if isinstance(value, Draw)}

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """The inputs as they are printed: numbers in nested lists; what is drawn, by the problem's own seed."""
        return {**self.inputs, **drawn(self.draws, PCG64(self.seed))}

    def at(self, given: Mapping[str, Any]) -> Problem:
        """The same problem at other numbers."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Problem.model_construct(**{**fields, "inputs": {**self.given, **given}, "variants": None})

    @cached_property
    def structure(self) -> str:
        """All that the graph of a problem depends on, as a text: formulas and shapes, but no input's value."""
        shapes = {name: array.shape for name, array in self.arrays.items()}
        axes = {name: symbol.axes for name, symbol in self.symbols.items()}
        parts = (shapes, axes, self.sizes, self.nodes, self.after, self.same)
        return json.dumps([self.loss, *map(dict, parts)])


class _Item(Frozen):
    id: AnswerId
    points: Credit
    prompt: Prompt


class _Quantity(_Item):
    """An item that asks for the value of a node, or for the gradient of the loss by a node or an input.

    `entry` asks for one entry of it, by numbers that count from 0.
    """

    problem: str
    value_of: str | None = None
    gradient_of: str | None = None
    entry: tuple[Annotated[int, Field(ge=0)], ...] = ()

    @model_validator(mode="after")
    def _one_quantity(self) -> _Quantity:
        if (self.value_of is None) == (self.gradient_of is None):
            raise ValueError("give either `value_of` or `gradient_of`, one of them")
        return self

    @property
    def node(self) -> str:
        """The name of the node or input in the problem's graph."""
        return str(self.gradient_of if self.value_of is None else self.value_of)

    @property
    def answer(self) -> str:
        """The answer id that the item is graded from: its own."""
        return self.id


class ValueItem(_Quantity):
    """An item whose answer is numbers.

    `axes` names the axes of the asked shape; `also` lists other orders of these axes that are as good.
    """

    kind: Literal["value"]
    axes: tuple[str, ...] = ()
    also: tuple[tuple[str, ...], ...] = ()
    probability: bool = False


class FormulaItem(_Quantity):
    """An item whose answer is a formula; `shown` is the key's, for showing.

    `holds` says where it must hold: `everywhere`, on both sides of every gate, or where all gates are `open`.
    `minor` are the points for one or two slips; without it slips earn nothing.
    """

    kind: Literal["formula"]
    shown: str = Field(min_length=1, max_length=2000)
    holds: Literal["everywhere", "open"] = "everywhere"
    minor: Credit | None = None


class DerivationItem(_Item):
    """An item that looks for one milestone in a derivation; several share one answer."""

    kind: Literal["derivation"]
    answer: Identifier
    milestone: Identifier


AnyItem: TypeAlias = ValueItem | FormulaItem | DerivationItem
Item = Annotated[AnyItem, Field(discriminator="kind")]


class Assignment(Frozen):
    """A whole homework. `release_key` says whether feedback may show right values; `late` what lateness costs."""

    id: Identifier
    title: str = Field(min_length=1, max_length=200)
    release_key: bool = False
    late: LatePolicy = LatePolicy()
    values: ValuePolicy
    problems: Mapping[Identifier, Problem]
    derivations: Mapping[Identifier, DerivationTask] = Field(default_factory=dict)
    items: tuple[Item, ...] = Field(min_length=1)
    _rubric: Assignment | None = PrivateAttr(None)
    _variant: str | None = PrivateAttr(None)

    @property
    def variant(self) -> str | None:
        """Whose numbers it has: a variant's name, or None for the rubric's own."""
        return self._variant

    @property
    def rubric(self) -> Assignment:
        """The assignment as its rubric has it, with the rubric's own numbers."""
        return self._rubric or self

    @cached_property
    def has_variants(self) -> bool:
        """Whether students have numbers of their own."""
        return any(problem.variants is not None for problem in self.rubric.problems.values())

    def varied(self, variant: str, given: Mapping[str, Mapping[str, Any]]) -> Assignment:
        """This assignment at a variant's numbers, by problem and input; its version stays that of the rubric."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        problems = {name: problem.at(given[name]) for name, problem in self.problems.items() if name in given}
        varied = Assignment.model_construct(**{**fields, "problems": {**self.problems, **problems}})
        varied._rubric, varied._variant = self.rubric, variant  # noqa: SLF001 - its own kind
        return varied

    @cached_property
    def version(self) -> str:
        """Twelve hex digits of a hash over all that the rubric says and that decides a report.

        Lateness, comments and layout do not count, nor do keys that are not written: a later release may know more.
        """
        if self._rubric is not None:
            return self._rubric.version
        return hashlib.sha256(self.model_dump_json(exclude={"late"}, exclude_unset=True).encode()).hexdigest()[:12]

    def kept_as(self, version: str) -> Assignment:
        """The same assignment under the version that its text was kept by, whatever this release makes of it."""
        return self.model_copy(update={"version": version})  # it takes the cached property's place

    def __eq__(self, other: object) -> bool:
        """Equal by version and variant, which say all that decides a report."""
        return isinstance(other, Assignment) and (self.version, self.variant) == (other.version, other.variant)

    def __hash__(self) -> int:
        return hash((self.version, self.variant))

    @cached_property
    def answer_ids(self) -> tuple[str, ...]:
        """The ids under which answers are handed in, each once, in the order of the items."""
        return tuple(dict.fromkeys(item.answer for item in self.items))

    @cached_property
    def max_score(self) -> Decimal:
        """The points of all items together."""
        return sum((item.points for item in self.items), Decimal(0))
