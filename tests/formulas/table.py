"""The table of docs/formulas.md: every form that was tried. `python -m tests.formulas.table` prints it anew."""

from __future__ import annotations

from collections.abc import Iterator

from tests.formulas.cases import RIGHT, WRONG
from tests.homework6 import ROOT, hw6

GUIDE = ROOT / "docs" / "formulas.md"
BEGIN = "<!-- forms -->"


def table() -> str:
    """For each item, the forms that are right and the ones that are not, with their points."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for item in hw6().items:
        if item.id in RIGHT:
            yield f"### {item.id} ({item.points} point{'' if item.points == 1 else 's'})\n"
            yield "| form | points |"
            yield "|---|---|"
            tried = [*((form, item.points) for form in RIGHT[item.id]), *WRONG[item.id]]
            yield from (f"| `{form.replace('|', chr(92) + '|')}` | {points} |" for form, points in tried)
            yield ""


if __name__ == "__main__":
    head = GUIDE.read_text().partition(BEGIN)[0]
    GUIDE.write_text(f"{head}{BEGIN}\n\n{table()}")
