"""Whatever is handed in is judged without a fault of ours, and costs only itself."""

from __future__ import annotations

import random

import pytest

from grader.derivation.general import derive
from grader.derivation.worlds import MOST_VARIABLES
from tests.derivation.collection import COLLECTION

PIECES = [
    *(r"\log", "(", ")", "{", "}", "[", "]", r"\|", "|", "=", r"\ge", "_", "^", "E_q", "p(z)", "q", r"\int", "dz"),
    *(r"\frac", "&", r"\\", "KL", r"\left", r"\right", r"\underbrace{", "}_{a}", "2", "-", "+", ",", ";", "θ", "∫"),
    *("≥", "$", r"\text{a", "x", r"\sum_z", "<", ">", "~", "%", "#", r"\begin{aligned}", "1/0", "p(z|", "^{1000}"),
]


def spoilt(seed: int) -> str:
    """A derivation with pieces taken out, put in and doubled."""
    rng = random.Random(seed)  # noqa: S311 (texts to try, no secrets)
    text = rng.choice(COLLECTION).text
    for _ in range(rng.randint(1, 6)):
        first, second = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        change = rng.choice(["cut", "insert", "double"])
        middle = {"cut": "", "insert": rng.choice(PIECES) + text[first:second], "double": text[first:second] * 2}
        text = text[:first] + middle[change] + text[min(second, first + 8) if change == "cut" else second :]
    return text


@pytest.mark.parametrize("seed", range(300))
def test_spoilt_texts_are_judged(seed: int) -> None:
    found = derive({"id": seed, "lines": spoilt(seed).split("\n")})
    assert {step["verdict"] for step in found["steps"]} <= {"valid", "invalid", "undecided", "unreadable"}


def test_a_brace_whose_label_is_left_open_is_unreadable() -> None:
    found = derive({"id": 1, "lines": [r"\log p(x) = \underbrace{\log p(x)}_{[L} + 0"]})
    assert [step["verdict"] for step in found["steps"]] == ["unreadable"]


def test_more_variables_than_are_read_are_told() -> None:
    names = ",".join(f"z_{i}" for i in range(MOST_VARIABLES + 1))
    (step,) = derive({"id": 1, "lines": [f"p({names}) = p({names})"]})["steps"]
    assert step["verdict"] == "unreadable"
    assert "more variables" in step["note"]


@pytest.mark.parametrize("request_", [{}, {"id": 1}, {"id": 1, "lines": "x"}, {"id": 1, "lines": [1]}])
def test_a_request_without_lines_is_unreadable(request_: dict[str, object]) -> None:
    assert derive(request_) == {"id": request_.get("id"), "steps": [], "verdict": "unreadable"}
