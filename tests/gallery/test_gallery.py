"""Every homework of the gallery: its key, its samples as graded by hand, its variants, its statement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.assignments import load_named
from grader.assignment import FormulaItem
from grader.audit import audit
from grader.engine import grade
from grader.report import FigureVerdict, Verdict
from grader.statements import filled
from grader.submission import read_submission
from grader.variants import vary
from tests.gallery.by_numpy import solved
from tests.gallery.homeworks import NAMES, SAMPLES, graded, homework, key_of, sample
from tests.homework6 import ROOT
from tests.working import rounded

gallery = pytest.mark.parametrize("name", NAMES)
STUDENTS = [f"student {number}" for number in range(50)]


@gallery
def test_the_key_earns_everything_and_its_audit_finds_nothing(name: str) -> None:
    found = audit(key_of(name), homework(name))
    assert found.score == found.max_score
    assert {figure.verdict for figure in found.figures} <= {FigureVerdict.RIGHT, FigureVerdict.CARRIED}


@gallery
def test_nothing_handed_in_earns_nothing(name: str) -> None:
    report = graded(homework(name), {})
    assert (report.score, {item.verdict for item in report.items}) == (0, {Verdict.MISSING})


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_sample_has_the_points_that_were_worked_out_by_hand(path: Path) -> None:
    case, assignment = sample(path), homework(path.parts[-3])
    report = grade(read_submission(json.dumps({"answers": case["answers"]}), assignment.answer_ids), assignment)
    assert {item.id: float(item.points or 0) for item in report.items} == case["expected"]
    assert float(report.score) == case["total"] == sum(case["expected"].values())


@gallery
def test_there_are_enough_samples_right_and_wrong(name: str) -> None:
    totals = [sample(path)["total"] for path in SAMPLES if path.parts[-3] == name]
    assert len(totals) >= 8
    assert max(totals) == homework(name).max_score > min(totals) > 0


@gallery
def test_what_numpy_gives_earns_everything_in_any_variant(name: str) -> None:
    for student in STUDENTS:
        inputs = next(iter(vary(homework(name), student).problems.values())).arrays
        formulas = {item.id: item.shown for item in homework(name).items if isinstance(item, FormulaItem)}
        answers = formulas | {key: rounded(value, 9) for key, value in solved(name, inputs).items()}
        report = graded(homework(name), answers, student)
        assert [item.id for item in report.items if item.verdict is not Verdict.CORRECT] == [], student
        assert report.score == report.max_score


@gallery
def test_two_students_do_not_have_the_same_numbers(name: str) -> None:
    given = [str(next(iter(vary(homework(name), student).problems.values())).given) for student in STUDENTS]
    assert len(set(given)) == len(given)


@gallery
def test_a_statement_tells_a_student_all_of_their_numbers(name: str) -> None:
    statement = load_named(ROOT / "rubrics", name).statement or ""
    varied = vary(homework(name), "ann")
    problem = next(iter(varied.problems.values()))
    assert "{{" not in filled(statement, varied)
    assert all(f"{{{{ {given} " in statement for given in problem.inputs)
