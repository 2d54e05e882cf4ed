"""A worked example, and what its figures ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError

from grader.answers import parse_json
from grader.frozen import Frozen

MAX_CHARACTERS = 1_000_000
Text = Annotated[str, Field(max_length=10_000)]


class DraftError(Exception):
    """An example from which no homework can be drafted; the message is for its author."""


class Formula(Frozen, extra="ignore"):
    """A quantity of the example, by the formula that it is computed with."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    formula: Text


class Example(Frozen, extra="ignore"):
    """A worked example. `published` are its figures by name: a quantity, `d_` and one, or an entry like `H[1]`."""

    id: str = "example"
    statement: Text = ""
    inputs: Mapping[str, Any]
    graph: tuple[Formula, ...] = Field(min_length=1)
    loss_node: str | None = None
    backward: tuple[Formula, ...] = ()
    backward_is: Mapping[str, str] = Field(default_factory=dict)
    derived: Mapping[str, Text] = Field(default_factory=dict)
    published: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def after(self) -> Mapping[str, str]:
        """What is computed after the backward pass, in order."""
        return {**{one.name: one.formula for one in self.backward}, **self.derived}


@dataclass(frozen=True, slots=True)
class Asked:
    """A published figure as an item: what it asks for, and where it stands in the order of computation."""

    id: str
    node: str
    gradient: bool
    entry: tuple[int, ...]
    figures: Any


_EXPECTED: Mapping[str, str] = {
    "dict_type": 'expected an object, {"name": ...}',
    "tuple_type": "expected a list, [...]",
    "string_type": "expected a text",
}


def read_example(text: str) -> Example:
    """Read an example in JSON. Raises `DraftError`."""
    if len(text) > MAX_CHARACTERS:
        raise DraftError(f"got {len(text)} characters; at most {MAX_CHARACTERS} are read")
    try:
        example = Example.model_validate(parse_json(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DraftError(f"this is not JSON: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        said = _EXPECTED.get(first["type"], first["msg"])
        raise DraftError(f"{'.'.join(map(str, first['loc'])) or 'the example'}: {said}") from None
    return example


_PUBLISHED = re.compile(r"(?P<name>[^\[\]]+)(?P<entry>(?:\[\d+\])*)")


def asked_of(example: Example, left: dict[str, str]) -> Iterator[Asked]:
    """The published figures as items, or all that is computed; a name that is none of these is entered in `left`."""
    computed = dict.fromkeys((*(one.name for one in example.graph), *example.after))
    for name, figures in (example.published or computed).items():
        match = _PUBLISHED.fullmatch(name)
        known = _quantity(match["name"], example) if match else None
        if match is None or known is None:
            left[name] = "none of the quantities of the example, nor `d_` and one of them, nor an entry like H[0]"
            continue
        entry = tuple(int(place) for place in re.findall(r"\d+", match["entry"]))
        yield Asked(answer_id(name), *known, entry, figures)


def _quantity(name: str, example: Example) -> tuple[str, bool] | None:
    """A published name as a quantity, and whether it is the gradient by it."""
    if name in _names(example):
        return name, False
    return (name[2:], True) if is_gradient(name, example) else None


def _names(example: Example) -> Iterable[str]:
    return (*example.inputs, *(one.name for one in example.graph), *example.after)


def is_gradient(name: str, example: Example) -> bool:
    """Whether a name is `d_` and a quantity of the example."""
    return name.startswith("d_") and name[2:] in _names(example)


def gradient_of(name: str) -> str:
    """What a rubric calls the gradient that an example calls `d_...`."""
    return f"grad_{name[2:]}"


def identifier(name: str) -> str:
    """A name as a homework's id, of the signs that these may have."""
    return _begun_by_a_letter(re.sub(r"[^A-Za-z0-9_]", "_", name))


def answer_id(name: str) -> str:
    """A published name as an answer's id, of the signs that these may have: letters of any alphabet among them."""
    return _begun_by_a_letter(re.sub(r"[^\w'\[\]]", "_", name))


def _begun_by_a_letter(name: str) -> str:
    return name if name[:1].isalpha() else f"q_{name}"
