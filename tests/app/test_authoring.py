"""`rubric draft`, `rubric try` and the page of an audit, run as a shell runs them."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.audit_page import print_audit
from tests.app.test_commands import run
from tests.homework6 import ROOT

EXAMPLE = ROOT / "tests" / "networks" / "example.json"


def drafted(folder: Path) -> str:
    done = run("rubric", "draft", str(EXAMPLE), "-o", str(folder))
    assert done.returncode == 0, done.stderr
    return str(folder / "rubric.yaml")


def test_a_drafted_homework_is_sound_and_its_key_is_right(tmp_path: Path) -> None:
    rubric = drafted(tmp_path / "new")
    assert run("rubric", "check", rubric).returncode == 0
    done = run("audit", "--rubric", rubric, str(tmp_path / "new" / "key.yaml"), "--format", "json")
    assert {figure["verdict"] for figure in json.loads(done.stdout)["figures"]} == {"right"}


def test_files_that_are_there_already_are_kept(tmp_path: Path) -> None:
    drafted(tmp_path)
    again = run("rubric", "draft", str(EXAMPLE), "-o", str(tmp_path))
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_an_example_at_fault_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"inputs": {"x": 1}, "graph": [{"name": "y", "formula": "2*q"}]}')
    done = run("rubric", "draft", str(tmp_path / "bad.json"), "-o", str(tmp_path / "new"))
    assert done.returncode == 2
    assert "'q' is not a name in this problem" in done.stderr
    assert not (tmp_path / "new").exists()


def test_faults_of_formulas_have_their_line_and_a_caret_under_the_place(tmp_path: Path) -> None:
    rubric = Path(drafted(tmp_path))
    text = rubric.read_text().replace('h: "tanh(a)"', 'h: "tanh(W @ a)"').replace('y: "sum(v*h)"', 'y: "sum(v*hh)"')
    rubric.write_text(text)
    done = run("rubric", "check", str(rubric))
    assert done.returncode == 1
    places = [text[: text.index(part)].count("\n") + 1 for part in ('"tanh(W @ a)"', '"sum(v*hh)"')]
    assert f"rubric.yaml:{places[0]}:10: problems.net.nodes.h: the shapes do not fit for matmul" in done.stdout
    assert f"rubric.yaml:{places[1]}:10: problems.net.nodes.y: 'hh' is not a name in this problem" in done.stdout
    assert "    tanh(W @ a)\n         ^^^^^" in done.stdout


def test_an_answer_is_tried_alone_and_beside_others(tmp_path: Path) -> None:
    rubric = drafted(tmp_path)
    alone = run("rubric", "try", "--rubric", rubric, "E", "0.03125")
    assert "Right." in alone.stdout
    (tmp_path / "others.yaml").write_text("v_new: [1.5]\nd_y: -0.25\n")
    beside = run("rubric", "try", "--rubric", rubric, "--beside", str(tmp_path / "others.yaml"), "d_y", "-0.5")
    assert "d_y" in beside.stdout
    assert "incorrect" in beside.stdout
    assert "E_new" not in beside.stdout
    unknown = run("rubric", "try", "--rubric", rubric, "e", "1")
    assert (unknown.returncode, "has no answer 'e'" in unknown.stderr) == (2, True)


def test_the_page_of_an_audit_says_what_is_wrong_first_and_what_follows_from_it(tmp_path: Path) -> None:
    rubric, key = drafted(tmp_path), tmp_path / "key.yaml"
    key.write_text(key.read_text().replace("d_y: -0.25", "d_y: -0.35").replace("delta: [-0.375]", "delta: [-0.525]"))
    page = run("audit", "--rubric", rubric, str(key)).stdout
    assert page.startswith(" wrong  d_y  printed -0.35, right -0.25")
    assert "from it follow delta[0]" in page
    assert "right, 1 wrong, 1 follows" in page or "1 wrong, 1 follows" in page


def test_entries_of_one_answer_that_are_wrong_alike_are_one_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    def entry(key: str, verdict: str, note: str = "", from_: tuple[str, ...] = ()) -> dict[str, Any]:
        return {"key": key, "printed": "1", "right": "2", "verdict": verdict, "note": note, "from": from_}

    wrong = [entry(f"N[0][{column}]", "wrong", "divided by n - 1") for column in range(3)]
    keys = tuple(one["key"] for one in wrong)
    follows = [entry("L", "follows", from_=keys), *(entry(f"d_N[{row}]", "follows", from_=keys) for row in range(2))]
    print_audit({"figures": [*wrong, entry("N[1][0]", "wrong", "other"), *follows], "items": []})
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    listed = "N[0][0] printed 1, right 2; N[0][1] printed 1, right 2; N[0][2] printed 1, right 2"
    assert lines[:12] == [
        "wrong  N  3 entries",
        listed,
        "divided by n - 1",
        "from them follow L, d_N[0], d_N[1]",
        "wrong  N[1][0]  printed 1, right 2",
        "other",
        "follows  L  printed 1, right 2",
        "from N (3 entries)",
        "follows  d_N  2 entries",
        "d_N[0] printed 1, right 2; d_N[1] printed 1, right 2",
        "from N (3 entries)",
        "7 figures: 4 wrong, 3 follows",
    ]
