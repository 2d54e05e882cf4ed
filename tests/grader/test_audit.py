import pytest

from grader.answers import Number
from grader.audit import audit
from grader.report import Audit, Figure, FigureVerdict
from grader.submission import Submission, read_submission
from tests.homework6 import ROOT, followed, hw6, load, misreading, worked_out
from tests.working import rounded

FLAT, P, GY, H2 = (f"p1.{name}.value" for name in ("forward.H2", "forward.p", "backward.y", "forward.h2"))


def published() -> Submission:
    text = (ROOT / "rubrics" / "hw6" / "published.yaml").read_text()
    return read_submission(text, hw6().answer_ids, syntax="yaml")


def by_key(found: Audit) -> dict[str, Figure]:
    return {figure.key: figure for figure in found.figures}


def test_the_published_solution_has_exactly_the_two_known_errata() -> None:
    figures = by_key(audit(published(), hw6()))
    not_right = {key: figure for key, figure in figures.items() if figure.verdict is not FigureVerdict.RIGHT}
    assert not_right.keys() == {f"{FLAT}[11]", P}
    entry, probability = not_right[f"{FLAT}[11]"], not_right[P]
    assert (entry.printed, entry.right, entry.verdict) == ("1.078", "1.178", FigureVerdict.WRONG)
    assert (probability.verdict, probability.from_) == (FigureVerdict.FOLLOWS, (f"{FLAT}[11]",))
    assert entry.note == "p1.forward.h2.value, as printed, gives 1.178 here"
    assert probability.right == "0.999994560402232"


def test_the_published_solution_earns_all_points_for_its_values() -> None:
    found = audit(published(), hw6())
    assert sum(item.points or 0 for item in found.items if item.id.endswith(".value")) == 11
    assert len(found.figures) == 123


def test_the_published_layout_of_a_weight_is_told() -> None:
    found = audit(published(), hw6())
    feedback = next(item.feedback for item in found.items if item.id == "p1.backward.w0.value")
    assert "unit x input" in feedback


def test_figures_are_keyed_as_they_are_printed() -> None:
    keys = [figure.key for figure in audit(published(), hw6()).figures]
    assert keys[-2:] == ["p1.backward.w0.value[7][0]", "p1.backward.w0.value[7][1]"]
    assert "p1.forward.h1.value[1][0][1]" in keys


def test_a_figure_cut_off_in_place_of_rounded_is_truncated() -> None:
    answers = {**worked_out(), P: Number("0.99999456040")}
    assert by_key(audit(Submission(answers=answers), hw6()))[P].verdict is FigureVerdict.RIGHT
    cut = {
        GY: tuple(
            Number(text) for text in ("5.43e-7", "1.08e-6", *(f"{v:.2e}" for v in load("expected.json")["grad_H2"][2:]))
        )
    }
    figures = by_key(audit(Submission(answers=cut), hw6()))
    assert figures[f"{GY}[0]"].verdict is FigureVerdict.TRUNCATED
    assert figures[f"{GY}[1]"].verdict is FigureVerdict.TRUNCATED
    assert figures[f"{GY}[2]"].verdict is FigureVerdict.RIGHT


def test_a_figure_right_only_from_rounded_figures_is_carried() -> None:
    carried = rounded([5e-6 * weight for weight in load("inputs.json")["w_2"]], 4)
    figures = by_key(audit(Submission(answers={P: Number("0.999995"), GY: carried}), hw6()))
    assert figures[P].verdict is FigureVerdict.RIGHT
    assert figures[f"{GY}[0]"].verdict is FigureVerdict.CARRIED
    assert figures[f"{GY}[0]"].from_ == (P,)


@pytest.mark.parametrize("layout", ["as asked", "channel last"])
def test_a_misreading_is_noted_where_it_first_shows(layout: str) -> None:
    answers = worked_out(misreading("h_1", "row_by_row"))
    if layout == "channel last":
        rows = answers["p1.forward.h1.value"]
        answers["p1.forward.h1.value"] = tuple(tuple(zip(*cells, strict=True)) for cells in zip(*rows, strict=True))
    figures = by_key(audit(Submission(answers=answers), hw6()))
    wrong = [figure for figure in figures.values() if figure.verdict is FigureVerdict.WRONG]
    assert {figure.key.split("[")[0] for figure in wrong} == {"p1.forward.h1.value"}
    assert all("row by row" in figure.note for figure in wrong)


def test_what_follows_from_a_wrong_figure_names_it() -> None:
    wrong = [list(row) for row in load("expected.json")["h2"]]
    wrong[2][1] = 5.658
    figures = by_key(audit(Submission(answers=followed(H2, wrong)), hw6()))
    assert figures[f"{H2}[2][1]"].verdict is FigureVerdict.WRONG
    assert figures[f"{FLAT}[6]"].from_ == (f"{H2}[2][1]",)
    assert figures[P].verdict is FigureVerdict.FOLLOWS


def test_a_bad_figure_is_wrong_and_says_why() -> None:
    answers = {**worked_out(), "p1.forward.h0.value": "[0.38, x, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]"}
    figure = by_key(audit(Submission(answers=answers), hw6()))["p1.forward.h0.value[1]"]
    assert (figure.verdict, figure.note) == (FigureVerdict.WRONG, "'x' is not a number")


def test_an_answer_that_can_not_be_read_has_no_figures() -> None:
    found = audit(Submission(answers={"p1.forward.h0.value": "see the board"}), hw6())
    assert found.figures == ()
