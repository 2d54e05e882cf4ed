"""The reports of homework 6's and the gallery's submissions, in short: one JSON line for each item.

`python -m tests.golden.reports` writes them anew. A change of verdicts that is meant is told in the commit's message;
`bench/golden.py` compares whole reports with their words, and those of the suites beside them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.assignments import Rubric, load_named
from grader.audit import audit
from grader.engine import grade
from grader.report import FigureVerdict, ItemResult
from grader.submission import Submission, read_submission
from tests.gallery.homeworks import NAMES
from tests.homework6 import DATA, ROOT

HOMEWORKS = ("hw6", *NAMES)
KEY = "key"

Line = list[Any]


def samples(homework: str) -> list[Path]:
    """The submissions of a homework that are graded by hand."""
    folder = DATA / "sample_submissions" if homework == "hw6" else ROOT / "rubrics" / homework / "samples"
    return sorted(folder.glob("*.json"))


def submitted(rubric: Rubric, path: Path) -> Submission:
    """The answers of a sample as somebody hands them in."""
    text = json.dumps({"answers": json.loads(path.read_text("utf-8"))["answers"]})
    return read_submission(text, rubric.assignment.answer_ids)


def key(rubric: Rubric) -> Submission:
    """The author's own answers."""
    return read_submission(rubric.key or "", rubric.assignment.answer_ids, syntax="yaml")


def golden(homework: str) -> Path:
    """Where a homework's lines are kept."""
    return Path(__file__).parent / f"{homework}.jsonl"


def lines(homework: str) -> Iterator[Line]:
    """Submission, item, verdict and points; of the key's audit the figures that are not right, too."""
    rubric = load_named(ROOT / "rubrics", homework)
    for path in samples(homework):
        report = grade(submitted(rubric, path), rubric.assignment)
        yield from (_line(path.stem, item) for item in report.items)
    found = audit(key(rubric), rubric.assignment)
    yield from (_line(KEY, item) for item in found.items)
    for figure in found.figures:
        if figure.verdict is not FigureVerdict.RIGHT:
            yield [KEY, figure.key, str(figure.verdict), list(figure.from_)]


def _line(submission: str, item: ItemResult) -> Line:
    return [submission, item.id, str(item.verdict), None if item.points is None else float(item.points)]


def write() -> None:
    """Write the lines of all homeworks anew."""
    for homework in HOMEWORKS:
        golden(homework).write_text("".join(f"{json.dumps(line)}\n" for line in lines(homework)), "utf-8")


if __name__ == "__main__":
    write()
