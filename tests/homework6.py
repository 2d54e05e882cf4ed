"""Homework 6 for tests: its files, and a student who works out every value in a given way."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from grader.assignment import Assignment
from grader.following.sheet import Sheet, sheets
from grader.report import GradeReport, ItemResult
from grader.rubric import parse_rubric
from grader.slips.values import Misreadings
from tests import working

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data" / "homework6"
SAMPLES = sorted(DATA.glob("sample_submissions/*.json"))


@cache
def hw6() -> Assignment:
    return parse_rubric((ROOT / "rubrics" / "hw6.yaml").read_text())


@cache
def load(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / name).read_text())
    return data


def gan_sheet() -> Sheet:
    return sheets(hw6())["gan"]


def misreading(node: str, variant: str) -> Misreadings:
    return frozenset(one for one in gan_sheet().misreadings if (one.nodes, one.variant) == ((node,), variant))


def worked_out(misread: Misreadings = working.RIGHT, digits: int = 4) -> dict[str, Any]:
    return working.worked_out(gan_sheet(), misread, digits)


def followed(key: str, wrong: Any, misread: Misreadings = working.RIGHT, digits: int = 4) -> dict[str, Any]:
    return working.followed(gan_sheet(), key, wrong, misread, digits)


def values_of(report: GradeReport) -> dict[str, ItemResult]:
    return {item.id: item for item in report.items if item.id.endswith(".value")}


def value_points(report: GradeReport) -> float:
    return float(sum(item.points or 0 for item in values_of(report).values()))
