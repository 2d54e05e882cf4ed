"""A report as JUnit XML, which every CI shows: `failure` for a wrong answer, `error` for a fault of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.reports.words import printable
from grader.report import Tone, tone_of

_COUNTED = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def junit(report: Mapping[str, Any]) -> str:
    """One test case for each item, in the report's order."""
    kinds = [_kind(item) for item in report["items"]]
    suite = Element("testsuite", name=report["assignment"], tests=str(len(kinds)))
    for attribute, kind in _COUNTED:
        suite.set(attribute, str(kinds.count(kind)))
    for item, kind in zip(report["items"], kinds, strict=True):
        case = SubElement(suite, "testcase", classname=report["assignment"], name=item["id"])
        if kind:
            SubElement(case, kind, message=printable(_message(item))).text = printable(item["feedback"])
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _kind(item: Mapping[str, Any]) -> str:
    """The element that an item's outcome is told by; none where all of its points were earned."""
    if tone_of(item["verdict"]) is Tone.FAULT:
        return "error"
    if item["points"] is None:
        return "skipped"
    return "" if earned_all(item["points"], item["max_points"], item["verdict"]) else "failure"


def earned_all(points: Any, max_points: Any, verdict: str) -> bool:
    """Whether an item counts as passed; one without points is, unless something is wrong with its answer."""
    return bool(points >= max_points) and tone_of(verdict) is not Tone.BAD


def _message(item: Mapping[str, Any]) -> str:
    earned = "points open" if item["points"] is None else f"{item['points']:g} of {item['max_points']:g} points"
    return f"{item['verdict']}: {earned}" + (", waits for a person" if item.get("waiting") else "")
