"""How long a class of a thousand takes whose numbers differ: drawing each variant, and grading right and wrong answers.

The measure beside it, in the same run, is homework 6, where everybody has the same numbers: its value items, right and
with one misreading. Run with `.venv/bin/python bench/variants.py [STUDENTS]`; every line gives median and 95th
percentile in milliseconds of one variant, or one submission, and the median as a multiple of homework 6's right one.
Every variant is new to the process, as at a deadline; what rests on structure only is worked out before.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.timing import measure, print_table
from grader.assignment import Assignment
from grader.engine import grade
from grader.following.sheet import Sheet, sheets
from grader.submission import Submission
from grader.variants import vary
from tests.gallery.homeworks import NAMES, homework, sheet_of
from tests.homework6 import hw6, misreading
from tests.homework6 import worked_out as hw6_worked_out
from tests.working import RIGHT, worked_out

# A misreading of each homework, by the node and the variant.
MISREAD = {
    "classifier": ("H", "derivative_lost"),
    "convnet": ("R", "forgotten"),
    "recurrent": ("h_1", "gate_exchanged"),
    "vae": ("z", "second_forgotten"),
}


def misread_answers(name: str, sheet: Sheet) -> dict[str, Any]:
    """The answers of a student who makes the homework's misreading."""
    node, variant = MISREAD[name]
    chosen = (one for one in sheet.misreadings if (one.nodes, one.variant) == ((node,), variant))
    return worked_out(sheet, frozenset(list(chosen)[:1]))


class Class:
    """A class's submissions to one homework, one after the other, each about a variant of its own."""

    def __init__(self, name: str, students: int, *, misread: bool) -> None:
        self._assignment: Assignment = homework(name)
        self._posted: list[tuple[Submission, str]] = []
        for number in range(students):
            variant = f"student {number} {misread}"
            sheet = sheet_of(vary(self._assignment, variant))
            answers = misread_answers(name, sheet) if misread else worked_out(sheet, RIGHT)
            self._posted.append((Submission(answers=answers), variant))

    def grade(self, number: int) -> float:
        """Grade one student's submission, which has no formulas; returns the share of the points for values."""
        submission, variant = self._posted[number % len(self._posted)]
        report = grade(submission, self._assignment, variant)
        most = sum(item.max_points for item in report.items if item.id in submission.answers)
        return float(report.score / most)

    def vary(self, number: int) -> Assignment:
        """Draw one student's numbers."""
        return vary(self._assignment, self._posted[number % len(self._posted)][1])


def main(students: int = 1000) -> None:
    """Print the table."""
    right, wrong = (Submission(answers=hw6_worked_out(one)) for one in (RIGHT, misreading("h_2#1", "second_forgotten")))
    sheets(hw6())
    rows = {
        "homework 6, right": measure(lambda _: grade(right, hw6()), students),
        "homework 6, one misreading": measure(lambda _: grade(wrong, hw6()), students),
    }
    for name in NAMES:
        pupils, erring = Class(name, students, misread=False), Class(name, students // 10, misread=True)
        rows[f"{name}, drawing a variant"] = measure(pupils.vary, students)
        rows[f"{name}, right"] = measure(pupils.grade, students)
        rows[f"{name}, one misreading"] = measure(erring.grade, students // 10)
    print_table(rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
