"""Every report of what is kept here and of the suites beside the project, whole, so that two engines can be compared.

`.venv/bin/python bench/golden.py write FILE` writes one JSON line for each item, figure, pair or step: what was asked,
verdict, points and the words; `.venv/bin/python bench/golden.py compare BEFORE AFTER [--words]` prints what differs.
The suites lie in `../shared` and are left out where they are not there; nothing of them is kept in the project.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from app.assignments import Rubric, load_named
from grader.assignment import Assignment
from grader.audit import audit
from grader.derivation.general import derive
from grader.drafts import DraftError, draft
from grader.engine import grade
from grader.equality.general import equal
from grader.errors import EnvelopeError, RubricError
from grader.report import Audit, Verdict
from grader.rubric import parse_rubric
from grader.submission import Submission, read_submission
from tests.golden.reports import HOMEWORKS, key, samples, submitted
from tests.homework6 import ROOT

SHARED = ROOT.parent / "shared"
_POINTED = ("verdict", "points")
_TOLD = (*_POINTED, "feedback", "note", "right")

Line = dict[str, Any]


def kept() -> Iterator[Line]:
    """The samples and keys of homework 6 and the gallery."""
    for name in HOMEWORKS:
        rubric = _homework(name)
        for path in samples(name):
            yield from graded(f"{name}/{path.stem}", submitted(rubric, path), rubric.assignment)
        yield from audited(f"{name}/key", audit(key(rubric), rubric.assignment))


def suites() -> Iterator[Line]:
    """What lies beside the project."""
    homework6 = _homework("hw6").assignment
    for path in sorted(SHARED.glob("homework6/sample_submissions/*.json")):
        yield from graded(f"samples/{path.stem}", _submission(_read(path)["answers"]), homework6)
    for case in _lines(SHARED / "homework6/notation/notation.jsonl"):
        yield from graded(f"notation/{case['id']}", _submission(case["answers"]), homework6)
    for path in sorted(SHARED.glob("suites/courses/*/answers/*.json")):
        rubric = parse_rubric((path.parent.parent / "rubric.yaml").read_text("utf-8"))
        yield from graded(f"courses/{path.parent.parent.name}/{path.stem}", _submission(_read(path)["answers"]), rubric)
    for path in sorted(SHARED.glob("suites/networks/*.json")):
        yield from drafted(f"networks/{path.stem}", path.read_text("utf-8"))
    for path in sorted(SHARED.glob("suites/*.jsonl")):
        for place, case in enumerate(_lines(path)):
            yield from _single(f"{path.stem}/{case.get('id', place)}", case)


def graded(case: str, submission: Submission, assignment: Assignment) -> Iterator[Line]:
    """The items that something was handed in for."""
    for item in grade(submission, assignment).items:
        if item.verdict is not Verdict.MISSING:
            yield {"case": case, "part": item.id, **item.model_dump(mode="json", exclude={"id", "max_points"})}


def audited(case: str, found: Audit) -> Iterator[Line]:
    """A key's figures and items."""
    for figure in found.figures:
        yield {"case": case, "part": f"figure {figure.key}", **figure.model_dump(mode="json", exclude={"key"})}
    for item in found.items:
        yield {"case": case, "part": item.id, **item.model_dump(mode="json", exclude={"id", "max_points"})}


def drafted(case: str, example: str) -> Iterator[Line]:
    """A worked example's figures, by the rubric and key that are drafted from it."""
    try:
        found = draft(example)
        rubric = parse_rubric(found.rubric)
        answers = read_submission(found.key, rubric.answer_ids, syntax="yaml", bare=True)
    except (DraftError, RubricError, EnvelopeError) as error:
        yield {"case": case, "part": "", "verdict": "not hosted", "feedback": str(error)}
        return
    yield from audited(case, audit(answers, rubric))


def _single(case: str, asked: Line) -> Iterator[Line]:
    """A case of a suite of single inputs: of pairs, of derivations, or of answers to one item."""
    how = asked.get("how") or ("derive" if "lines" in asked else "equal")
    given = asked.get("input", asked)
    if how == "equal":
        yield {"case": case, "part": "", **equal(given)}
    elif how == "derive":
        yield from ({"case": case, "part": str(place), **step} for place, step in enumerate(derive(given)["steps"]))
    elif how == "grade":
        rubric = _homework(Path(given["rubric"]).stem)
        yield from graded(case, _submission({given["item"]: given["answer"]}), rubric.assignment)


@cache
def _homework(name: str) -> Rubric:
    return load_named(ROOT / "rubrics", name)


def _submission(answers: dict[str, Any]) -> Submission:
    return read_submission(json.dumps(answers), None, bare=True)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def write(file: Path) -> None:
    """Write all lines to a file."""
    with file.open("w", encoding="utf-8") as stream:
        for line in (*kept(), *suites()):
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def compare(before: Path, after: Path, *, words: bool) -> int:
    """Print each part whose verdict or points differ, with `words` also each that is told otherwise; how many."""
    old, new = ({(line["case"], line["part"]): line for line in _lines(file)} for file in (before, after))
    differ = 0
    for place in [*old, *(place for place in new if place not in old)]:
        was, now = old.get(place, {}), new.get(place, {})
        changed = [field for field in (_TOLD if words else _POINTED) if was.get(field) != now.get(field)]
        if changed:
            differ += 1
            print(*place)
            for field in changed:
                print(f"  {field}:", f"    - {was.get(field)}", f"    + {now.get(field)}", sep="\n")
    print(f"{differ} of {len(old.keys() | new.keys())} differ")
    return differ


def main(arguments: list[str]) -> int:
    """Write or compare; the exit status says whether something differs."""
    match arguments:
        case ["write", file]:
            write(Path(file))
            return 0
        case ["compare", before, after, *options]:
            return int(compare(Path(before), Path(after), words="--words" in options) > 0)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
