"""A draft as text: the rubric with comments that help to edit it, and the figures as its key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from grader.answers import Number, dump
from grader.drafts.example import Asked, Example, identifier


def rubric_text(example: Example, asked: Sequence[Asked], same: Mapping[str, str], left: Mapping[str, str]) -> str:
    """The rubric: the example's network, an item for each figure, and a comment for each that is left out."""
    parts = [_HEAD.format(id=identifier(example.id), title=_quoted(_title(example)))]
    parts += _problem(example, same)
    parts += ["", *_ITEMS]
    parts += [f"  # Left out: {_one_line(name)}: {_one_line(why)}" for name, why in left.items()]
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


def key_text(asked: Sequence[Asked]) -> str:
    """The key: the figures as a submission."""
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
