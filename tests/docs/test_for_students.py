"""What the docs for students show works on the warm-up, and earns nothing in homework 6 and the gallery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from grader.assignment import Assignment, ValueItem
from grader.derivation.general import derive
from grader.engine import grade
from grader.report import GradeReport, Verdict
from grader.rubric import parse_rubric
from grader.submission import Submission, read_submission
from tests.gallery.homeworks import NAMES, homework
from tests.homework6 import ROOT, hw6

GUIDES = ("students", "formulas", "derivations")
TEXTS = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in GUIDES}
_SPAN = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"(?:^ {4}.*\n?)+|^```\w*\n([\s\S]*?)^```", re.MULTILINE)
_QUOTED = re.compile(r"\"([^\"\n]+)\"|'([^'\n]+)'")


@cache
def warmup() -> Assignment:
    return parse_rubric((ROOT / "tests" / "data" / "warmup.yaml").read_text("utf-8"))


def answers_in(text: str) -> frozenset[str]:
    """All in a text that looks like an answer: code, whole, by lines, and what stands in it in quotes or brackets."""
    blocks = _blocks(text)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    spans = [span.replace("\\|", "|") for span in _SPAN.findall(text)]
    found = {*blocks, *lines, *spans}
    for one in (*lines, *spans):
        found |= {first or second for first, second in _QUOTED.findall(one)}
        found |= {one.partition(":")[2], one.partition("=")[2]}
    found |= {" ".join(spans), "\n".join(lines), "\n".join(spans), *re.split(r"(?<=[.:,;])\s+", text)}
    return frozenset(one.strip() for one in found if one.strip())


def _blocks(text: str) -> list[str]:
    """The blocks of code in a text, indented or fenced."""
    return [found[1] or found[0] for found in _BLOCK.finditer(text)]


def earned(answer: str, assignment: Assignment) -> Iterator[tuple[str, str]]:
    """The items of which an answer, handed in for every one of them, earns points or is right."""
    values = [item.answer for item in assignment.items if isinstance(item, ValueItem)]
    others = [item.answer for item in assignment.items if not isinstance(item, ValueItem)]
    alone = [{name: answer} for name in values] if re.search(r"\d", answer) else []  # what follows from itself is right
    for answers in (*alone, dict.fromkeys(others, answer)):
        report = grade(Submission(answers=answers), assignment)
        yield from ((item.id, answer) for item in report.items if item.points or item.verdict is Verdict.CORRECT)


@pytest.mark.parametrize("name", ["hw6", *NAMES])
@pytest.mark.parametrize("guide", GUIDES)
def test_nothing_in_a_guide_earns_points_in_a_homework(guide: str, name: str) -> None:
    assignment = hw6() if name == "hw6" else homework(name)
    found = [one for answer in sorted(answers_in(TEXTS[guide])) for one in earned(answer, assignment)]
    assert found == []


def test_an_answer_that_is_planted_in_a_guide_is_found() -> None:
    planted = (
        r"a formula: `h_0 = \text{ReLU}(w_0^T z + b_0)`",
        "| `[0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]` | a vector |",
        "\n    p1.forward.h0.value: [0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]\n",
        "\n    log p(x|phi) = log E_{p(z|phi)}[p(x|z,phi)]\n    >= E_{p(z|phi)}[log p(x|z,phi)]\n",
    )
    for text in planted:
        assert [one for answer in answers_in(text) for one in earned(answer, hw6())], text


def graded(answers: dict[str, str]) -> GradeReport:
    return grade(Submission(answers=answers), warmup())


def test_the_submission_that_is_shown_is_right() -> None:
    (block,) = (found for found in _blocks(TEXTS["students"]) if "answers:" in found)
    submission = read_submission(block, warmup().answer_ids, syntax="yaml")
    points = {item.id: item.points for item in grade(submission, warmup()).items}
    assert {key: points[key] for key in submission.answers} == dict.fromkeys(submission.answers, 1)


def test_every_form_that_is_shown_is_as_good_as_the_others() -> None:
    rows = re.findall(r"^\| (a|the gradient by [vc]) \| (.*) \|$", TEXTS["formulas"], re.MULTILINE)
    assert len(rows) == 3
    for asked, forms in rows:
        item = f"warm.{asked[-1]}.formula"
        for form in _SPAN.findall(forms):
            found = next(one for one in graded({item: form}).items if one.id == item)
            assert found.points == 1, (form, found.feedback)


def test_every_step_that_is_shown_is_valid() -> None:
    first, second = _blocks(TEXTS["derivations"])
    lines = [line.strip() for line in first.splitlines() if line.strip()]
    for given in (lines, re.findall(r'"lines": \["(.*)"\]', second)):
        assert {step["verdict"] for step in derive({"id": 1, "lines": given})["steps"]} == {"valid"}
