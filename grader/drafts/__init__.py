"""From a worked example to the files of a homework: a rubric to be edited, and the example's figures as its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.drafts.example import DraftError, asked_of, gradient_of, is_gradient, read_example
from grader.drafts.order import Order
from grader.drafts.writing import key_text, rubric_text
from grader.errors import RubricError
from grader.rubric import parse_rubric

__all__ = ["Draft", "DraftError", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The two files, as texts."""

    rubric: str
    key: str


def draft(text: str) -> Draft:
    """Draft a homework from an example in JSON; figures that nothing can be asked for by are left out, and told.

    Raises `DraftError`.
    """
    example = read_example(text)
    left: dict[str, str] = {}
    asked = sorted(asked_of(example, left), key=Order(example).of)
    same = {name: gradient_of(of) for name, of in example.backward_is.items() if is_gradient(of, example)}
    while True:
        if not asked:
            raise DraftError("\n".join(f"published: {name!r}: {why}" for name, why in left.items()))
        rubric = rubric_text(example, asked, same, left)
        faults = _faults(rubric)
        if faults is None:
            break
        left.update({asked[place].id: message for place, message in faults.items.items()})
        asked = [one for place, one in enumerate(asked) if place not in faults.items]
        same = {name: of for name, of in same.items() if name not in faults.same}
    return Draft(rubric, key_text(asked))


@dataclass(frozen=True, slots=True)
class _Faults:
    """What is wrong in a draft and can be left out: quantities that are not the gradients said, and items."""

    same: frozenset[str]
    items: Mapping[int, str]


def _faults(rubric: str) -> _Faults | None:
    """What has to be left out of a draft, if anything. Raises `DraftError` for a fault of the example itself."""
    try:
        parse_rubric(rubric)
    except RubricError as error:
        messages = [fault.message for fault in error.faults]
    else:
        return None
    same = frozenset(name for message in messages if (name := _same(message)) is not None)
    items = {int(match[1]): match[2] for message in messages if (match := _OF_ITEM.match(message))}
    others = [message for message in messages if _same(message) is None and not _OF_ITEM.match(message)]
    if others:
        raise DraftError("\n".join(others))
    return _Faults(same, items)


def _same(message: str) -> str | None:
    """The quantity whose `same` a message is about."""
    name, colon, _ = message.partition(".same.")[2].partition(":")
    return name if name and colon else None


_OF_ITEM = re.compile(r"items\.(\d+)\.\S+: (.*)", re.DOTALL)
