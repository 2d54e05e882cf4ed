"""How long a derivation takes to judge and to grade, cold: every run has a text that has not been seen before.

Run with `.venv/bin/python bench/derivations.py [REPEATS]`; every line gives median and 95th percentile in milliseconds,
and the median as a multiple of the baseline: grading the values of a submission.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.formulas import formulas
from bench.timing import measure, print_table
from grader.derivation.general import derive
from grader.engine import grade
from grader.items.derivations import grade_derivations
from grader.submission import Submission
from tests.homework6 import DATA, hw6, worked_out


def published() -> str:
    """The published derivation, seven lines."""
    sample = json.loads((DATA / "sample_submissions" / "all_right_latex.json").read_text())
    return str(sample["answers"]["p3.derivation"])


def main() -> None:
    """Print one line for each case."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    right = published()
    reversed_ = right.replace(r"\geq", r"\leq")
    values = Submission(answers=worked_out())
    submissions = [whole(number) for number in range(repeats + 6)]
    print_table(
        {
            "baseline: the values": measure(lambda _: grade(values, hw6()), repeats),
            "derive, seven lines": measure(lambda n: derive({"id": 1, "lines": fresh(right, n).split("\n")}), repeats),
            "grade, all right": measure(
                lambda n: grade_derivations({"p3.derivation": fresh(right, n)}, hw6()), repeats
            ),
            "grade, Jensen reversed": measure(
                lambda n: grade_derivations({"p3.derivation": fresh(reversed_, n)}, hw6()), repeats
            ),
            "a whole submission, new texts": measure(lambda n: grade(submissions[n], hw6()), repeats),
            "a whole submission, seen before": measure(lambda _: grade(submissions[0], hw6()), repeats),
        }
    )


def fresh(text: str, number: int) -> str:
    """A text that has not been seen before: blanks at the end make it a new one."""
    return text + " " * number


def whole(number: int) -> Submission:
    """A right submission of values, formulas and the derivation, the texts new by `number`."""
    answers = {**worked_out(), **formulas(number), "p3.derivation": fresh(published(), number)}
    return Submission(answers=answers)


if __name__ == "__main__":
    main()
