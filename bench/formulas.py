"""How long a submission's formulas take to grade: texts that were not seen before, and the same ones again.

The baseline, measured in the same run, is grading the same submission's values. Run with
`.venv/bin/python bench/formulas.py [REPEATS]`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.timing import measure, print_table
from grader.engine import grade
from grader.submission import Submission
from tests.homework6 import DATA, hw6, worked_out


def formulas(number: int) -> dict[str, str]:
    """The formulas of a right submission, with a factor 1 that makes their texts new."""
    answers = json.loads((DATA / "sample_submissions" / "all_right_latex.json").read_text())["answers"]
    texts = {key: answer for key, answer in answers.items() if key.endswith(".formula")}
    return {
        key: text.replace(" = ", f" = \\frac{{{number}}}{{{number}}} ", 1) if number else text
        for key, text in texts.items()
    }


def main(repeats: int = 100) -> None:
    """Print the table."""
    values = Submission(answers=worked_out())
    new = [Submission(answers=formulas(number)) for number in range(repeats + 6)]
    print_table(
        {
            "baseline: the values": measure(lambda _: grade(values, hw6()), repeats),
            "13 formulas, new texts": measure(lambda n: grade(new[n], hw6()), repeats),
            "13 formulas, seen before": measure(lambda _: grade(new[0], hw6()), repeats),
        }
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
