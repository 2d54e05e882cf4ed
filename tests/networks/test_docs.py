"""What docs/authors.md shows works as it is shown."""

import re

from grader.drafts import draft
from grader.engine import grade
from grader.networks.functions import FUNCTIONS, names
from grader.rubric import parse_rubric
from grader.submission import Submission, read_submission
from tests.homework6 import ROOT

TEXT = (ROOT / "docs" / "authors.md").read_text()


def test_the_rubric_of_a_declared_network_is_sound_and_grades() -> None:
    block = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    assignment = parse_rubric(block[1])
    wrong_gradient = {"z": "[-0.7, 1.1]", "d_z": "[0.25, -0.25]", "d_W": "[[0.25, 0.5], [-0.25, -0.5]]"}
    report = grade(Submission(answers={**wrong_gradient, "W_new": "[[0.175, -0.55], [-0.275, 0.75]]"}), assignment)
    verdicts = [item.verdict.value for item in report.items]
    assert verdicts == ["correct", "incorrect", "follow_through", "follow_through", "missing"]


def test_the_smallest_worked_example_is_drafted_and_its_figures_are_right() -> None:
    block = re.search(r"The smallest one:\n\n((?: {4}.*\n)+)", TEXT)
    assert block is not None
    drafted = draft(block[1])
    assignment = parse_rubric(drafted.rubric)
    key = read_submission(drafted.key, assignment.answer_ids, syntax="yaml", bare=True)
    assert [item.verdict.value for item in grade(key, assignment).items] == ["correct", "correct"]


def test_every_function_that_is_listed_is_known() -> None:
    table = TEXT[TEXT.index("| functions | |") : TEXT.index("Forms that are written out")]
    listed = set(re.findall(r"`([a-z_0-9]+)[(`]", table)) | set(re.findall(r"`([a-z_]+)'`", table))
    assert {"sigmoid", "layer_norm", "bce", "var1"} <= listed
    assert listed <= {*FUNCTIONS, *names(), "max", "min"}
