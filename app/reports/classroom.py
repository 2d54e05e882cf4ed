"""A report as a result of a test runner of GitHub Classroom, which its reporter adds up.

The form is the one that github.com/classroom-resources/autograding-grading-reporter reads: `max_score`, `status`, and
`tests` with `name`, `status`, `score`, `message`, `test_code`, `filename`, `line_no` and `execution_time`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.report import Verdict

_FAILED = (Verdict.SERVICE_FAILURE, Verdict.NOT_GRADED_YET)
_WAITS = " This waits for a person and is no zero; Classroom has no word for it."


def classroom(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """One test for each item; a report that is not there is an `error`, never a zero."""
    tests = [_test(item) for item in report["items"]]
    statuses = {test["status"] for test in tests}
    return {
        "version": 1,
        "status": next((status for status in ("error", "fail") if status in statuses), "pass"),
        "max_score": report["max_score"],
        "tests": tests,
    }


def _test(item: Mapping[str, Any]) -> Mapping[str, Any]:
    points = item["points"]
    passed = points is not None and points >= item["max_points"]
    return {
        "name": item["id"],
        "status": "error" if item["verdict"] in _FAILED else "pass" if passed else "fail",
        "score": points or 0,
        "message": f"{item['verdict']}: {item['feedback']}{_WAITS if item.get('waiting') else ''}",
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "execution_time": "0ms",
    }
