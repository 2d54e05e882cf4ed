"""What a rubric says of derivations: the problem's densities, and milestones as conditions on the two sides of a step.

All of the grading policy's table for derivations is data of these models; what the facts mean is in `derivation.facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from grader.frozen import Frozen

Key = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$", max_length=80)]
Cost = Annotated[Decimal, Field(ge=Decimal(0), le=Decimal(1000), multiple_of=Decimal("0.5"))]
Sentence = Annotated[str, Field(min_length=1, max_length=1000)]


class Role(StrEnum):
    """The densities of a latent-variable model and its approximation."""

    LIKELIHOOD = "likelihood"
    PRIOR = "prior"
    VARIATIONAL = "variational"
    JOINT = "joint"
    POSTERIOR = "posterior"
    EVIDENCE = "evidence"


class Fact(StrEnum):
    """What one side of a step shows by its form."""

    START = "start"
    EVIDENCE = "evidence"
    EVIDENCE_AVERAGED = "evidence_averaged"
    AVERAGED = "averaged"
    WEIGHED = "weighed"
    LOG_OF_AVERAGE = "log_of_average"
    PRIOR_GIVEN = "prior_given"
    PRIOR_ALONE = "prior_alone"
    BOUND = "bound"


class Relation(StrEnum):
    """What a step is besides its two sides."""

    INEQUALITY = "inequality"
    STRICT = "strict"
    FIRST_PRIOR = "first_prior"


class Sides(Frozen):
    """One condition: facts that the upper and the lower side have, facts that they lack, and what the step is."""

    upper: tuple[Fact, ...] = ()
    upper_not: tuple[Fact, ...] = ()
    lower: tuple[Fact, ...] = ()
    lower_not: tuple[Fact, ...] = ()
    step: tuple[Relation, ...] = ()


class Milestone(Frozen):
    """A milestone: a valid step that fits one of `shown_by` shows it; a step that fails loses it by `aimed_by`.

    `aimed_by` is `shown_by` unless it is given. `missing` says what is missing where it is not shown, but not how
    it is done; `advice` says which lines to write, and is told once the key is released.
    """

    shown_by: tuple[Sides, ...] = Field(min_length=1)
    aimed_by: tuple[Sides, ...] = ()
    advice: Sentence
    missing: Annotated[str, Field(max_length=1000)] = ""

    @property
    def aims(self) -> tuple[Sides, ...]:
        """The conditions by which a step that does not hold was to show the milestone."""
        return self.aimed_by or self.shown_by


class Deduction(Frozen):
    """What an invalid step costs by which no milestone is lost, listed as an item of its own if it costs anything."""

    item: Key
    points: Cost
    at_most: Cost

    @model_validator(mode="after")
    def _bounded(self) -> Deduction:
        if self.at_most < self.points:
            raise ValueError(f"`at_most` ({self.at_most}) is less than what one step costs ({self.points})")
        return self


class DerivationTask(Frozen):
    """A derivation that is asked for, under the id of its answer.

    `densities` says how the problem writes them; `independent` that its prior does not depend on parameters, so that
    p(z) and p(z|phi) are one; `bare` is the step that shows nothing: the result at once.
    """

    densities: Mapping[Role, Sentence]
    independent: bool = False
    milestones: Mapping[Key, Milestone] = Field(min_length=1)
    bare: Sides | None = None
    deduction: Deduction | None = None

    @cached_property
    def text(self) -> str:
        """All that the task says, as JSON."""
        return self.model_dump_json()

    def __hash__(self) -> int:
        return hash(self.text)

    @model_validator(mode="after")
    def _has_evidence(self) -> DerivationTask:
        if Role.EVIDENCE not in self.densities:
            raise ValueError("`densities` must say how the evidence is written, with which the derivation begins")
        return self
