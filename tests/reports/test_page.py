"""The printed report: all that is to be known stands in it, and nothing that a student writes is more than text."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.records import Attempt, Details, Override, Student
from app.policy.release import released
from app.policy.settings import AssignmentSettings
from app.policy.standing import Terms, Valued, standing
from app.reports.page import CONTENT_SECURITY_POLICY, Reader, Sent, page
from grader.assignment import LatePolicy
from grader.engine import grade
from grader.submission import read_submission
from tests.homework6 import hw6, load

WHEN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DUE = WHEN - timedelta(hours=30)
TERMS = Terms(AssignmentSettings(due=DUE), LatePolicy(per_day=Decimal(10)), ZoneInfo("Europe/Berlin"))
STUDENT = Student(1, "ann", "A", Details("Ann", "O'Neill", "ann@example.org", "123"))
READER = Reader(TERMS.zone, DUE, is_staff=False)
ANSWERS = load("sample_submissions/jensen_reversed.json")["answers"]
DECIDED = {"p3.jensen": Override(Decimal(5), "It is on the <back> of the sheet.", "tina", WHEN)}
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)></pre></td>\"'{{ 7*7 }}{% x %}&lt;\u202e\0"
KNOWN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "dl", "div", "dt", "dd", "p",
    "table", "thead", "tbody", "tr", "th", "td", "pre", "code", "span", "br", "bdi", "mark", "footer",
}  # fmt: skip


class Read(HTMLParser):
    """The tags with their attributes, the texts, and whether all that is opened is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def sent(answers: Mapping[str, Any], overrides: Mapping[str, Override] = {}, **changes: Any) -> Sent:
    read = read_submission(json.dumps({"answers": answers}), hw6().answer_ids)
    report = grade(read, hw6()).model_dump_json()
    valued = standing(STUDENT, [Attempt(1, "f" * 32, WHEN, report, 0, overrides)], TERMS).attempts[0]
    whole = Sent(hw6(), STUDENT, valued, place=1, attempts=1, counts=True, answers=read.answers)
    return replace(whole, **changes)


def waits(failures: int) -> Valued:
    return standing(STUDENT, [Attempt(1, "f" * 32, WHEN, None, failures)], TERMS).attempts[0]


def test_the_head_says_whose_it_is_what_it_is_worth_and_why() -> None:
    text = Read(page(sent(ANSWERS, DECIDED), READER)).text
    for told in (
        hw6().title, "Ann O'Neill (ann)", "48 of 60", "60 of 60 points, less 12 for 2 days late.",
        "Received 2026-11-24 10:30 Europe/Berlin", "1 of 1; this one counts", hw6().version,
    ):  # fmt: skip
        assert told in text


def test_each_item_has_its_prompt_answer_points_feedback_and_evidence() -> None:
    text = Read(page(sent(ANSWERS), READER)).text
    for item in hw6().items:
        assert item.prompt in text
    assert "[0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06] 2 of 2 correct Right: all 8 entries agree." in text
    assert "the inequality points the wrong way" in text
    assert "In a model with small numbers the left side is" in text
    assert "0 of 5 incorrect" in text


def test_the_place_in_a_quoted_line_is_marked_in_the_line_itself() -> None:
    shown = page(sent({"p2.h.formula": "x'_j + w_9 <b> x"}), READER)
    assert "<pre>x&#39;_j + <mark>w_9</mark> &lt;b&gt; x</pre>" in shown
    assert "^" not in shown.partition("could not be read")[2].partition("</td>")[0]


def test_an_answer_that_several_items_are_graded_from_stands_once() -> None:
    assert Read(page(sent(ANSWERS), READER)).text.count(" ".join(ANSWERS["p3.derivation"].split())) == 1


def test_an_override_is_told_with_its_reason_and_to_staff_whose_it_is() -> None:
    overridden = sent(ANSWERS, DECIDED)
    shown = Read(page(overridden, READER)).text
    assert "A person gave 5 points on 2026-11-24 10:30 Europe/Berlin: It is on the <back> of the sheet." in shown
    assert "tina" not in shown
    assert "tina gave 5 points" in Read(page(overridden, replace(READER, is_staff=True))).text


@pytest.mark.parametrize(("failures", "told"), [(0, "its grading has not finished"), (1, "That is no zero")])
def test_without_a_report_every_point_is_open_and_none_is_zero(failures: int, told: str) -> None:
    text = Read(page(sent(ANSWERS, valued=waits(failures)), READER)).text
    assert told in text
    assert "Score open" in text
    assert "0 of " not in text
    assert text.count("open, of ") == len(hw6().items)


def test_what_is_not_released_is_not_in_it() -> None:
    whole = sent(ANSWERS)
    kinds = {"derivation": "Wait for the deadline."}
    text = Read(page(replace(whole, valued=released(whole.valued, kinds, hw6(), TERMS.late)), READER)).text
    assert "Not everything is shown yet" in text
    assert "not shown, of 5 not released Wait for the deadline." in text
    assert "the inequality points the wrong way" not in text
    assert "40 of 60 points" in text


def test_hostile_text_is_text_wherever_it_stands() -> None:
    hostile = Student(2, HOSTILE, "", Details(HOSTILE, HOSTILE))
    answers = {item.answer: HOSTILE for item in hw6().items}
    override = {"p3.jensen": Override(Decimal(1), HOSTILE, HOSTILE, WHEN)}
    read = Read(page(sent(answers, override, student=hostile), replace(READER, is_staff=True)))
    assert {tag for tag, _ in read.tags} <= KNOWN_TAGS
    assert all(name in {"class", "lang", "charset", "name", "content"} for _, found in read.tags for name in found)
    assert HOSTILE.replace("\u202e", "\ufffd").replace("\0", "\ufffd") in "".join(read.texts)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text_can_be_read_out_of_the_page_as_it_was(text: str) -> None:
    lines = text.replace("\r", "\ufffd")
    whole = Sent(hw6(), STUDENT, waits(0), 1, 1, None, {"p3.derivation": f"[{lines}]"})
    read = Read(page(whole, READER))
    shown = "".join(one if one.isprintable() or one in "\n\t" else "\ufffd" for one in f"[{lines}]")
    assert shown in "".join(read.texts)
    assert {tag for tag, _ in read.tags} <= KNOWN_TAGS


def test_a_long_answer_is_cut_and_that_is_said() -> None:
    text = page(sent({"p3.derivation": "x" * 6_000}), READER)
    assert "[1000 more characters]" in text
    assert "x" * 5_001 not in text


def test_it_loads_nothing_and_allows_nothing_but_its_own_style() -> None:
    text = page(sent(ANSWERS), READER)
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")
    assert "url(" not in style
    assert not any({"src", "href", "style"} & found.keys() for _, found in Read(text).tags)


def test_numbers_stand_as_they_were_written() -> None:
    answers = read_submission('{"answers": {"p1.forward.h0.value": [0.380]}}', hw6().answer_ids).answers
    assert "[0.380]" in page(Sent(hw6(), STUDENT, waits(0), 1, 1, None, answers), READER)
