"""`gradebound equal`: a line in, a line out."""

import json
from pathlib import Path

from tests.app.test_commands import run

LINES = [
    {"id": "1", "a": "2x", "b": "x + x"},
    {"id": 2, "a": r"\sin^2 x + \cos^2 x", "b": "1"},
    {"id": "c", "a": "relu(x)", "b": "x"},
    {"id": None, "a": "x +", "b": "x"},
]


def test_each_line_is_answered_in_order_with_its_id_and_time() -> None:
    done = run("equal", given="\n".join(map(json.dumps, LINES)) + "\n\nnot json\n[1]\n")
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == ["1", 2, "c", None, None, None]
    verdicts = [one["verdict"] for one in answers]
    assert verdicts == ["same", "same", "different", "unreadable", "unreadable", "unreadable"]
    assert all(one["ms"] >= 0 and one["domain"] == "real" for one in answers)
    assert answers[0]["evidence"] == "proved"


def test_lines_are_read_from_a_file_and_bytes_that_are_no_text_are_no_object(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_bytes(json.dumps(LINES[0]).encode() + b"\n\xff\xfe\n" + b'{"id": 3, "a": "1", "b": "2"}')
    answers = [json.loads(line) for line in run("equal", str(file)).stdout.splitlines()]
    assert [one["verdict"] for one in answers] == ["same", "unreadable", "different"]


def test_a_file_that_is_not_there_is_told() -> None:
    done = run("equal", "nowhere.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere.jsonl" in done.stderr
