"""From a worked example to the files of a homework: a rubric to be edited, and the example's figures as its key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError

from grader.answers import Number, dump, parse_json
from grader.errors import RubricError
from grader.frozen import Frozen
from grader.rubric import parse_rubric

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


@dataclass(frozen=True, slots=True)
class Draft:
    """The two files, as texts."""

    rubric: str
    key: str


def draft(text: str) -> Draft:
    """Draft a homework from an example in JSON. Raises `DraftError`."""
    example = _read(text)
    asked = sorted(_asked(example), key=lambda one: _Order(example).of(one))
    same = {name: _gradient(of) for name, of in example.backward_is.items() if _is_gradient(of, example)}
    while True:
        rubric = _rubric(example, asked, same)
        refuted = _refuted(rubric)
        if not refuted & set(same):
            break
        same = {name: of for name, of in same.items() if name not in refuted}
    return Draft(rubric, _key(asked))


def _read(text: str) -> Example:
    if len(text) > MAX_CHARACTERS:
        raise DraftError(f"got {len(text)} characters; at most {MAX_CHARACTERS} are read")
    try:
        example = Example.model_validate(parse_json(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise DraftError(f"this is not JSON: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise DraftError(f"{'.'.join(map(str, first['loc'])) or 'the example'}: {first['msg']}") from None
    return example


def _refuted(rubric: str) -> set[str]:
    """The quantities that are not the gradients that they are said to be. Raises `DraftError` for any other fault."""
    try:
        parse_rubric(rubric)
    except RubricError as error:
        found = {match[1] for fault in error.faults if (match := _SAME.search(fault.message))}
        others = [fault.message for fault in error.faults if not _SAME.search(fault.message)]
        if others:
            raise DraftError("\n".join(others)) from None
        return found
    return set()


_SAME = re.compile(r"\.same\.(\S+):")
_PUBLISHED = re.compile(r"(?P<name>[^\[\]]+)(?P<entry>(?:\[\d+\])*)")


def _asked(example: Example) -> Iterator[Asked]:
    """The published figures as items, or all that is computed. Raises `DraftError` for a name that is none of these."""
    computed = dict.fromkeys((*(one.name for one in example.graph), *example.after))
    for name, figures in (example.published or computed).items():
        match = _PUBLISHED.fullmatch(name)
        if match is None:
            raise DraftError(f"published: {name!r} is no name, nor an entry like H[0]")
        entry = tuple(int(place) for place in re.findall(r"\d+", match["entry"]))
        node, gradient = _quantity(match["name"], example)
        yield Asked(_identifier(name), node, gradient, entry, figures)


def _quantity(name: str, example: Example) -> tuple[str, bool]:
    """A published name as a quantity, and whether it is the gradient by it."""
    if name in _names(example):
        return name, False
    if _is_gradient(name, example):
        return name[2:], True
    raise DraftError(f"published: {name!r} is none of the quantities of the example, nor `d_` and one of them")


def _names(example: Example) -> Iterable[str]:
    return (*example.inputs, *(one.name for one in example.graph), *example.after)


def _is_gradient(name: str, example: Example) -> bool:
    return name.startswith("d_") and name[2:] in _names(example)


def _gradient(name: str) -> str:
    return f"grad_{name[2:]}"


class _Order:
    """The order of computation: forward, gradients backward with what is computed beside them, then the rest."""

    def __init__(self, example: Example) -> None:
        self._forward = {one.name: place for place, one in enumerate(example.graph)}
        self._users = {
            name: min((place for place, one in enumerate(example.graph) if _mentions(one.formula, name)), default=0)
            for name in example.inputs
        }
        self._ranks: dict[str, tuple[float, ...]] = {}
        names = (*example.inputs, *self._forward)
        for place, one in enumerate(example.backward):
            same = example.backward_is.get(one.name, "")
            known = [self._slope(name) for name in names if _mentions(one.formula, f"d_{name}")]
            known += [self._ranks[name] for name in self._ranks if _mentions(one.formula, name)]
            rank = self._slope(same[2:]) if same else max(known, default=(1.0, -len(self._forward) - 1.0))
            self._ranks[one.name] = (*rank[:2], place + 1.0)
        self._ranks.update({name: (2.0, float(place)) for place, name in enumerate(example.derived)})

    def of(self, asked: Asked) -> tuple[float, ...]:
        """Where a figure stands."""
        if asked.gradient:
            return self._slope(asked.node)
        return self._ranks.get(asked.node, (0.0, float(self._forward.get(asked.node, -1))))

    def _slope(self, name: str) -> tuple[float, ...]:
        """Gradients come backward; the one by an input right after that by the last node that it comes to."""
        place = self._forward.get(name)
        return (1.0, -float(place)) if place is not None else (1.0, 0.5 - self._users.get(name, 0))


def _mentions(formula: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_'])", formula) is not None


def _identifier(name: str) -> str:
    """A name as an answer's id, of the signs that ids may have."""
    kept = re.sub(r"[^A-Za-z0-9_'\[\]]", "_", name)
    return kept if kept[:1].isalpha() else f"q_{kept}"


def _rubric(example: Example, asked: Sequence[Asked], same: Mapping[str, str]) -> str:
    parts = [_HEAD.format(id=_identifier(example.id), title=_quoted(_title(example)))]
    parts += _problem(example, same)
    parts += ["", *_ITEMS]
    parts += [line for one in asked for line in _item(one, example)]
    return "\n".join(parts) + "\n"


def _title(example: Example) -> str:
    words = example.id.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"[:200]


_HEAD = """\
# A homework drafted from a worked example: edit titles, prompts and points, then
# `gradebound rubric check` this file and `gradebound audit --rubric rubric.yaml key.yaml`.

id: {id}
title: {title}

# Right values are not shown in feedback before this is true.
release_key: false

# How numbers are compared: within 0.5 %, or rightly rounded if written with two digits or more.
values:
  relative_tolerance: 0.005
  significant_digits: 2
  slip: {{min_entries: 4, credit: 0.5}}
  power_of_ten: 3

problems:"""

_ITEMS = (
    "# In the order of computation: an error is paid for by the first item that shows it.",
    "items:",
)


def _problem(example: Example, same: Mapping[str, str]) -> list[str]:
    lines = ["  net:", f"    title: {_quoted(_one_line(example.statement) or _title(example))}", "    inputs:"]
    lines += [f"      {_word(name)}: {dump(value)}" for name, value in example.inputs.items()]
    lines += ["    # Nodes in the order of computation, each by its formula.", "    nodes:"]
    lines += [f"      {_word(one.name)}: {_quoted(one.formula)}" for one in example.graph]
    if example.loss_node is not None:
        lines += ["    # What gradients are taken of.", f"    loss: {_word(example.loss_node)}"]
    if example.after:
        lines += ["    # Computed after the backward pass; `d_w` is the gradient of the loss by w.", "    after:"]
        lines += [f"      {_word(name)}: {_quoted(formula)}" for name, formula in example.after.items()]
    if same:
        lines += ["    # Which of these are gradients, so that one stands for the other.", "    same:"]
        lines += [f"      {_word(name)}: {_word(of)}" for name, of in same.items()]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())[:1000]


def _item(asked: Asked, example: Example) -> list[str]:
    key = "gradient_of" if asked.gradient else "value_of"
    lines = [f"  - id: {_quoted(asked.id) if not asked.id.isidentifier() else _word(asked.id)}", "    kind: value"]
    lines += ["    points: 1", "    problem: net", f"    {key}: {_word(asked.node)}"]
    if asked.entry:
        lines.append(f"    entry: [{', '.join(map(str, asked.entry))}]")
    return [*lines, f"    prompt: {_quoted(_prompt(asked, example))}"]


def _prompt(asked: Asked, example: Example) -> str:
    what = f"gradient of {example.loss_node} by {asked.node}" if asked.gradient else f"value of {asked.node}"
    entry = f"Entry {list(asked.entry)} (counted from 0) of the " if asked.entry else "The "
    return f"{entry}{what}."


def _key(asked: Sequence[Asked]) -> str:
    lines = ["# The figures as they are published, digit by digit."]
    lines += [f"{_word(one.id)}: {dump(_numbers(one.figures))}" for one in asked if one.figures is not None]
    return "\n".join(lines if len(lines) > 1 else [*lines, "answers: {}"]) + "\n"


_PLAIN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


def _numbers(figures: Any) -> Any:
    """Figures that are sent as texts as the numbers that they print."""
    if isinstance(figures, tuple):
        return tuple(map(_numbers, figures))
    return Number(figures) if isinstance(figures, str) and _PLAIN.fullmatch(figures) else figures


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _word(text: str) -> str:
    """A name as YAML has it: quoted where it would be read as something else."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) and text.lower() not in _OTHERWISE
    return text if plain else _quoted(text)


_OTHERWISE = frozenset({"true", "false", "null", "nan", "inf", "infinity"})
