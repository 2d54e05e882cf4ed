"""An audit as a page that an author acts on: what is wrong, why, what follows from it; then what is only rounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
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
    for group in _alike(_of("wrong", figures)):
        out.print(_paragraph(_headline(group), [_entries(group), group[0]["note"], _consequences(group, figures)]))
    for group in _alike(_of("follows", figures)):
        out.print(_paragraph(_headline(group), [_entries(group), f"from {_named(group[0]['from'])}"]))
    for verdict, said in _SAID.items():
        group = _of(verdict, figures)
        if group:
            out.print(_paragraph(Text.assemble(styled(verdict), f"  {said}"), [_listed(group)]))
    out.print(_counted(figures))
    print_items(audit["items"])


def _of(verdict: str, figures: Figures) -> list[Mapping[str, Any]]:
    return [one for one in figures if one["verdict"] == verdict]


def _alike(figures: Figures) -> list[Figures]:
    """Entries of one answer of which the same is to be said, together."""
    groups = groupby(figures, key=lambda one: (_answer(one["key"]), one["note"], one["from"]))
    return [list(group) for _, group in groups]


def _answer(key: str) -> str:
    return key.partition("[")[0]


def _headline(group: Figures) -> Text:
    one = group[0]
    verdict = styled(one["verdict"])
    if len(group) > 1:
        return Text.assemble(verdict, ("  " + _answer(one["key"]), "bold"), f"  {len(group)} entries")
    return Text.assemble(verdict, ("  " + one["key"], "bold"), f"  printed {one['printed']}, right {one['right']}")


def _entries(group: Figures) -> str:
    return _listed(group) if len(group) > 1 else ""


def _named(keys: Iterable[str]) -> str:
    """Figures by name, an answer of which there are three entries or more as a whole."""
    parts: list[str] = []
    for answer, entries in groupby(keys, key=_answer):
        found = list(entries)
        parts += [f"{answer} ({len(found)} entries)"] if len(found) > 2 else found
    return ", ".join(parts[:_MANY]) + (f" and {len(parts) - _MANY} more" if len(parts) > _MANY else "")


def _paragraph(first: Text, more: Sequence[str]) -> Padding:
    """Names are too long for columns."""
    first.append("".join(f"\n    {part}" for part in more if part))
    return Padding(first, (0, 0, 1, 1))


def _consequences(group: Figures, figures: Figures) -> str:
    """Which later figures come out only with wrong ones, directly or by way of others."""
    found = list(_followers({one["key"] for one in group}, figures))
    return f"from {'it' if len(group) == 1 else 'them'} follow {_named(found)}" if found else ""


def _followers(keys: Collection[str], figures: Figures) -> Iterator[str]:
    reached = set(keys)
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
