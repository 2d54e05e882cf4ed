"""How long the value items of one submission take to grade: a right one, and ones with mistakes.

The baseline, measured in the same run, is one forward and backward pass over the problem's graph. Run with
`.venv/bin/python bench/grading.py [REPEATS]`; every line gives median and 95th percentile in milliseconds, and the
median as a multiple of the baseline's.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.timing import measure, print_table
from grader.engine import grade
from grader.report import GradeReport
from grader.submission import Submission
from reference.graph import evaluate, gradients
from tests.homework6 import followed, gan_sheet, hw6, load, misreading, worked_out


def three_mistakes() -> dict[str, Any]:
    """A kernel turned, an arithmetic error in h_0 and another in the gradient of h_2, each followed through."""
    turned = misreading("h_2#0", "kernel_turned")
    h0 = list(load("expected.json")["h0"])
    h0[2], h0[5] = 0.69, 1.45
    answers = followed("p1.forward.h0.value", h0, turned)
    slope = [[7.0 * entry for entry in row] for row in load("expected.json")["grad_h2"]]
    later = followed("p1.backward.h2.value", slope, turned)
    return {**answers, **{key: later[key] for key in list(later)[6:]}}


def cases() -> Mapping[str, dict[str, Any]]:
    """Submissions to grade, by what is wrong in them."""
    h2 = misreading("h_2#1", "second_forgotten")
    swapped = list(load("expected.json")["h0"])
    swapped[2] = 0.69
    return {
        "right": worked_out(),
        "one slip, followed": followed("p1.forward.h0.value", swapped),
        "one misreading, followed": worked_out(h2),
        "two misreadings, followed": worked_out(h2 | misreading("h_1", "row_by_row")),
        "three mistakes": three_mistakes(),
    }


def main(repeats: int = 200) -> None:
    """Print the table."""
    sheet = gan_sheet()
    rows = {
        "baseline: one pass of the graph": measure(
            lambda _: gradients(sheet.graph, evaluate(sheet.graph, sheet.inputs)), repeats
        )
    }
    for name, answers in cases().items():
        submission = Submission(answers=answers)
        rows[name] = measure(partial(_grade, submission), repeats)
    print_table(rows)


def _grade(submission: Submission, _: int) -> GradeReport:
    return grade(submission, hw6())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
