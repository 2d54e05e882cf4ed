"""Reports and audits for people: tables with colours on a terminal, plain text when piped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from app.reports.quoted import laid_out
from grader.report import Tone, tone_of

PIPED_WIDTH = 120
_COLOURS: Mapping[Tone, str] = {
    Tone.GOOD: "green", Tone.PART: "yellow", Tone.BAD: "red", Tone.ABSENT: "bright_black",
    Tone.OPEN: "cyan", Tone.FAULT: "magenta",
}  # fmt: skip


def console() -> Console:
    """Standard output: as wide as the terminal, or wide enough to read when it is a pipe."""
    plain = Console(highlight=False, soft_wrap=False)
    return plain if plain.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def print_report(report: Mapping[str, Any]) -> None:
    """Print a report in its JSON form."""
    out = console()
    out.print(_items(report["items"]))
    out.print(_total(report))


def print_items(items: Sequence[Mapping[str, Any]]) -> None:
    """Print some results of a report in its JSON form."""
    console().print(_items(items))


def _items(items: Iterable[Mapping[str, Any]]) -> Table:
    """One row an item; what is said of several open items alike is said once."""
    table = table_of("item", ">points", "verdict", "feedback")
    said: set[str] = set()
    for item in items:
        again = item["points"] is None and item["feedback"] in said
        feedback = Text("as above", style="bright_black") if again else Said(item)
        table.add_row(item["id"], _points(item), styled(item["verdict"]), feedback)
        said.add(item["feedback"])
    return table


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an item, laid out in the room that there is, so that carets stand under what they are about.

    What a person decided stands before what the engine said, as it has the last word on the points.
    """

    item: Mapping[str, Any]

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """The parts, one below the other."""
        if "override" in self.item:
            yield Text.assemble(("Decided by a person: ", "bold"), self.item["override"]["reason"])
        yield Text(laid_out(self.item["feedback"], options.max_width), overflow="fold")


def table_of(*columns: str) -> Table:
    """A table whose last column takes the room that is left and wraps; `>` before a name aligns it to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="bold")
    for name in columns[:-1]:
        table.add_column(name.lstrip(">"), justify="right" if name.startswith(">") else "left", no_wrap=True)
    table.add_column(columns[-1], ratio=1, overflow="fold")
    return table


def styled(verdict: str, text: str = "") -> Text:
    """A verdict, or a text about it, in the verdict's colour."""
    return Text(text or verdict.replace("_", " "), style=_COLOURS[tone_of(verdict)])


def _points(item: Mapping[str, Any]) -> str:
    earned = "open" if item["points"] is None else f"{item['points']:g}"
    return f"{earned} / {item['max_points']:g}"


def _total(report: Mapping[str, Any]) -> Text:
    if report["score"] is None:
        return Text.assemble((report["assignment"], "bold"), ": no points yet; all are open")
    total = Text.assemble((report["assignment"], "bold"), ": ", (f"{report['score']:g}", "bold green"))
    total.append(f" of {report['max_score']:g} points")
    if report["pending_points"]:
        total.append(f"; {report['pending_points']:g} more are open", style=_COLOURS[Tone.OPEN])
    if waiting := report.get("waiting_points"):
        total.append(f"; answers worth {waiting:g} wait for a person, and are no zero", style=_COLOURS[Tone.OPEN])
    if hidden := report.get("not_released_points"):
        total.append(f"; {hidden:g} more are not released yet", style=_COLOURS[Tone.OPEN])
    return total
