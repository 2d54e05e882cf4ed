"""Homework 6 for tests: its files, and a student who works out every value in a given way."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.answers import Number
from grader.assignment import Assignment
from grader.following.scenarios import NOTHING, Scenario, Scenarios
from grader.following.sheet import Sheet, sheets
from grader.reading.arrays import read_tree
from grader.reading.shapes import readings
from grader.report import GradeReport, ItemResult
from grader.rubric import parse_rubric
from grader.slips.values import Misreadings

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


def worked_out(misread: Misreadings = frozenset(), digits: int = 4) -> dict[str, Any]:
    """The answers of a student who works out every value under misreadings, and rounds to significant digits."""
    sheet = gan_sheet()
    scenario = Scenario(NOTHING, misread)
    found = Scenarios(sheet.graph, sheet.inputs, {}, [scenario])
    return {
        asked.item.id: rounded(found.of(asked.quantity, [scenario])[0], 10 if asked.item.probability else digits)
        for asked in sheet.asked
    }


def followed(key: str, wrong: Any, misread: Misreadings = frozenset(), digits: int = 4) -> dict[str, Any]:
    """The answers of a student who has one value wrong and goes on from it, rightly or under misreadings."""
    sheet = gan_sheet()
    asked = next(one for one in sheet.asked if one.item.id == key)
    written = rounded(wrong, 6)
    (reading, *_) = readings(read_tree(written), asked.truth.shape, asked.layouts, 2)
    scenario = Scenario(frozenset({asked.quantity}), misread)
    found = Scenarios(sheet.graph, sheet.inputs, {asked.quantity: reading}, [scenario])
    answers = {
        one.item.id: rounded(found.of(one.quantity, [scenario])[0], 10 if one.item.probability else digits)
        for one in sheet.asked
    }
    return {**answers, key: written}


def rounded(values: Any, digits: int) -> Any:
    """Values as nested tuples of numbers with `digits` significant digits, as a submission holds them."""
    if np.ndim(values):
        return tuple(rounded(row, digits) for row in values)
    return Number(f"{float(values):.{digits - 1}e}")


def values_of(report: GradeReport) -> dict[str, ItemResult]:
    return {item.id: item for item in report.items if item.id.endswith(".value")}


def value_points(report: GradeReport) -> float:
    return float(sum(item.points or 0 for item in values_of(report).values()))


def without(answers: Mapping[str, Any], left_out: Iterable[str]) -> dict[str, Any]:
    return {key: value for key, value in answers.items() if key not in set(left_out)}
