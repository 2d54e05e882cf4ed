"""What the benches measure is right, whatever the time it takes."""

from bench import derivations, formulas, grading
from bench.pairs import DIFFERENT, SAME
from grader.engine import grade
from grader.equality.general import equal
from grader.report import Verdict
from grader.submission import Submission
from tests.homework6 import hw6, value_points


def test_the_pairs_are_labelled_rightly_and_none_is_wrongly_accepted() -> None:
    assert len(SAME) + len(DIFFERENT) >= 100
    assert {equal({"a": a, "b": b})["verdict"] for a, b in SAME} == {"same"}
    assert {equal({"a": a, "b": b})["verdict"] for a, b in DIFFERENT} == {"different"}


def test_the_submissions_are_as_wrong_as_their_names_say() -> None:
    cases = grading.cases().items()
    points = {name: value_points(grade(Submission(answers=answers), hw6())) for name, answers in cases}
    assert points["right"] == 11
    assert points["one slip, followed"] == 10
    assert points["one misreading, followed"] == 9
    assert points["two misreadings, followed"] == 7
    assert points["three mistakes"] == 6


def test_new_texts_of_formulas_are_as_right_as_the_old() -> None:
    for number in (0, 1, 7):
        report = grade(Submission(answers=formulas.formulas(number)), hw6())
        results = [item for item in report.items if item.id.endswith(".formula")]
        assert {item.verdict for item in results} == {Verdict.CORRECT}


def test_the_bench_of_derivations_can_be_imported() -> None:
    assert callable(derivations.main)
