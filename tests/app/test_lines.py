"""`gradebound equal` and `gradebound derive`: a line in, a line out."""

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


def test_lines_that_are_no_object_are_unreadable_with_the_id_null() -> None:
    lines = ["[]", "null", "{", '"a"', "[" * 10_000, "7"]
    answers = [json.loads(line) for line in run("equal", given="\n".join(lines)).stdout.splitlines()]
    assert [(one["verdict"], one["id"]) for one in answers] == [("unreadable", None)] * len(lines)


def test_a_file_that_is_not_there_is_told() -> None:
    done = run("equal", "nowhere.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nowhere.jsonl" in done.stderr


DERIVATION = [
    r"\log p(x) = \log \int p(x|z) p(z) dz",
    r"= \log E_{q(z|x)}[ p(x|z) p(z) / q(z|x) ]",
    r"\le E_{q(z|x)}[ \log p(x|z) p(z) / q(z|x) ]",
]


def test_each_relation_of_a_derivation_has_its_step() -> None:
    lines = [json.dumps({"id": "d", "lines": DERIVATION}), "no json", json.dumps({"id": 7, "lines": "x"})]
    first, second, third = (json.loads(line) for line in run("derive", given="\n".join(lines)).stdout.splitlines())
    assert [(step["verdict"], step["relation"]) for step in first["steps"]] == [
        ("valid", "="), ("valid", "="), ("invalid", "<="),
    ]  # fmt: skip
    assert (first["id"], second["id"], third["id"]) == ("d", None, 7)
    assert (second["verdict"], third["verdict"]) == ("unreadable", "unreadable")
    assert all(one["ms"] >= 0 for one in (first, second, third))
