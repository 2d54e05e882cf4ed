"""An audit as a page that an author acts on: what is wrong, why, what follows from it; then what is only rounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.padding import Padding
from rich.text import Text

from app.cli.render import console, print_items, styled

Figures = Sequence[Mapping[str, Any]]

_MANY = 12
_SAID: Mapping[str, str] = {
    "truncated": "cut off at the last printed place, where rounding gives another digit",
    "carried": "right only when computed from the rounded figures before them",
}


def print_audit(audit: Mapping[str, Any]) -> None:
    """Print an audit in its JSON form."""
    out = console()
    figures = audit["figures"]
    for one in _of("wrong", figures):
        out.print(_paragraph(_headline(one), [one["note"], _consequences(one["key"], figures)]))
    for one in _of("follows", figures):
        out.print(_paragraph(_headline(one), [f"from {', '.join(one['from'])}"]))
    for verdict, said in _SAID.items():
        group = _of(verdict, figures)
        if group:
            out.print(_paragraph(Text.assemble(styled(verdict), f"  {said}"), [_listed(group)]))
    out.print(_counted(figures))
    print_items(audit["items"])


def _of(verdict: str, figures: Figures) -> list[Mapping[str, Any]]:
    return [one for one in figures if one["verdict"] == verdict]


def _headline(one: Mapping[str, Any]) -> Text:
    return Text.assemble(
        styled(one["verdict"]), ("  " + one["key"], "bold"), f"  printed {one['printed']}, right {one['right']}"
    )


def _paragraph(first: Text, more: Sequence[str]) -> Padding:
    """Names are too long for columns."""
    first.append("".join(f"\n    {part}" for part in more if part))
    return Padding(first, (0, 0, 1, 1))


def _consequences(key: str, figures: Figures) -> str:
    """Which later figures come out only with a wrong one, directly or by way of others."""
    found = list(_followers(key, figures))
    shown = ", ".join(found[:_MANY]) + (f" and {len(found) - _MANY} more" if len(found) > _MANY else "")
    return f"from it follow {shown}" if found else ""


def _followers(key: str, figures: Figures) -> Iterator[str]:
    reached = {key}
    for one in figures:
        if one["verdict"] == "follows" and reached & set(one["from"]):
            reached.add(one["key"])
            yield one["key"]


def _listed(group: Figures) -> str:
    shown = "; ".join(f"{one['key']} printed {one['printed']}, right {one['right']}" for one in group[:_MANY])
    return shown + (f"; and {len(group) - _MANY} more" if len(group) > _MANY else "")


def _counted(figures: Figures) -> Text:
    counts = Counter(one["verdict"] for one in figures)
    parts = [styled(name, f"{count} {name}") for name, count in counts.items()]
    return Text.assemble((f"{counts.total()} figures", "bold"), ": ", Text(", ").join(parts))
