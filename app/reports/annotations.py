"""What a CI shows beside its log: a line for each item that is not right, in the CI's own form.

Feedback quotes what students wrote, so nothing in it may be read as a command of the CI or of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

_GITHUB_TEXT = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_GITHUB_PROPERTY = _GITHUB_TEXT | str.maketrans({":": "%3A", ",": "%2C"})


class Flavour(StrEnum):
    """The CIs whose forms are known."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


def annotated(report: Mapping[str, Any], flavour: Flavour) -> Iterator[str]:
    """A line for each item that lost points, is open or waits; what is not released is not mentioned."""
    lines = _LINES[flavour]
    for item in report["items"]:
        is_open = item["points"] is None or item.get("waiting", False)
        if item["verdict"] != "not_released" and (is_open or _lost(item)):
            yield from lines(report["assignment"], item, "warning" if is_open else "error")


def _lost(item: Mapping[str, Any]) -> bool:
    return bool(item["points"] < item["max_points"] or item["points"] < 0)


def _github(assignment: str, item: Mapping[str, Any], level: str) -> Iterator[str]:
    """A workflow command: github.com/actions/toolkit, packages/core/src/command.ts, says what is to be escaped."""
    title = f"{assignment} {item['id']}: {_earned(item)}".translate(_GITHUB_PROPERTY)
    yield f"::{level} title={title}::{_plain(_told(item)).translate(_GITHUB_TEXT)}"


def _gitlab(assignment: str, item: Mapping[str, Any], level: str) -> Iterator[str]:
    """GitLab has no commands in its log; a coloured line is what its own tools print."""
    colour = "\x1b[33m" if level == "warning" else "\x1b[31m"
    text = _plain(f"{assignment} {item['id']}: {_earned(item)}: {_told(item)}").replace("\n", " ")
    yield f"{colour}{level.upper()}\x1b[0m {text}"


def _none(_assignment: str, _item: Mapping[str, Any], _level: str) -> Iterator[str]:
    return iter(())


def _earned(item: Mapping[str, Any]) -> str:
    earned = "points open" if item["points"] is None else f"{item['points']:g} of {item['max_points']:g} points"
    return f"{item['verdict']}, {earned}" + (", waits for a person" if item.get("waiting") else "")


def _told(item: Mapping[str, Any]) -> str:
    """The feedback, and a person's reason where one decided."""
    reason = item.get("override", {}).get("reason")
    return f"{item['feedback']} Decided by a person: {reason}" if reason else str(item["feedback"])


def _plain(text: str) -> str:
    """Without control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


_LINES: Mapping[Flavour, Callable[[str, Mapping[str, Any], str], Iterator[str]]] = {
    Flavour.GITHUB: _github,
    Flavour.GITLAB: _gitlab,
    Flavour.NONE: _none,
}
