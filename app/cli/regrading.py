"""`regrade`: what a class has by another version of its rubric, as a table; and letting that hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from app.cli import render
from app.cli.client import connected
from app.cli.failures import CommandError
from app.cli.texts import read_text
from app.client import Client

PATIENCE_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Regrading:
    """Which assignment, by a rubric file or a version that was brought in, and why, if it is to be applied."""

    assignment: str
    rubric: Path | None
    version: str | None
    reason: str | None


def regrade(server: str, order: Regrading, *, apply: bool, as_json: bool) -> None:
    """Print what a regrade changes, then apply just that if asked to. Raises `CommandError`."""
    if apply and not (order.reason or "").strip():
        raise CommandError("--apply needs --reason: everybody who asks why points changed is told it")
    with connected(server, PATIENCE_SECONDS) as client:
        shown = _regrade(client, order, apply=apply)
    if as_json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        _show(shown)


def _regrade(client: Client, order: Regrading, *, apply: bool) -> Mapping[str, Any]:
    base = f"/api/v1/assignments/{order.assignment}"
    version = order.version
    if order.rubric is not None:
        upload = {"rubric": read_text(order.rubric), "reason": order.reason or ""}
        version = client.request("POST", f"{base}/rubrics", json=upload).json()["rubric_version"]
    what: dict[str, Any] = {"rubric_version": version}
    shown: Mapping[str, Any] = client.request("POST", f"{base}/regrades", json=what).json()
    if not apply:
        return shown
    what |= {"apply": True, "reason": order.reason, "preview": shown["preview"]}
    applied: Mapping[str, Any] = client.request("POST", f"{base}/regrades", json=what).json()
    return applied


def _show(shown: Mapping[str, Any]) -> None:
    out = render.console()
    if shown["changes"]:
        out.print(_changes(shown["changes"]))
        out.print(_items(shown["items"]))
    for line in _sentences(shown):
        out.print(Text(line))


def _changes(changes: Iterable[Mapping[str, Any]]) -> Any:
    table = render.table_of("student", ">before", ">after", ">change", "items")
    for one in changes:
        scores = (_score(one["before"]), _score(one["after"]), _signed(one["difference"]))
        table.add_row(Text(one["student"]), *scores, Text(", ".join(map(_item, one["items"]))))
    return table


def _items(items: Iterable[Mapping[str, Any]]) -> Any:
    table = render.table_of("item", ">changed", ">up", ">down", "greatest change")
    for one in items:
        table.add_row(one["id"], str(one["changed"]), str(one["up"]), str(one["down"]), _signed(one["most"]))
    return table


def _sentences(shown: Mapping[str, Any]) -> Iterable[str]:
    counts = shown["students"]
    yield (
        f"{shown['assignment']}: {shown['from']} -> {shown['to']}, engine {shown['engine_version']}: {counts['up']}"
        f" students up, {counts['down']} down, {counts['changed']} changed, {counts['unchanged']} unchanged"
    )
    if shown["overrides_kept"]:
        yield f"overrides that stay as they are: {len(shown['overrides_kept'])}"
    for lost in shown["overrides_without_item"]:
        yield f"{lost['student']}: the override of {lost['item']} has no item in this version any more"
    for failed in shown["failed"]:
        yield f"{failed['student']}: submission {failed['submission']} could not be graded: {failed['reason']}"
    yield "applied" if shown["applied"] else "nothing was kept; --apply lets this hold"


def _score(standing: Mapping[str, Any]) -> str:
    return str(standing["status"]) if standing["score"] is None else f"{standing['score']:g}"


def _signed(points: float | None) -> str:
    return "" if points is None else f"{points:+g}" if points else "0"


def _item(change: Mapping[str, Any]) -> str:
    return f"{change['id']} {_earned(change['before'])} -> {_earned(change['after'])}"


def _earned(item: Mapping[str, Any] | None) -> str:
    if item is None:
        return "none"
    points = "open" if item["points"] is None else f"{item['points']:g}"
    return f"{points} ({item['verdict'].replace('_', ' ')})"
