"""The commands that need no server; those that read a pipe and a terminal's colours, run as a shell runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.clock import system_clock
from app.db.database import Database
from app.services.tokens import identify
from tests.app.process import COMMAND
from tests.homework6 import ROOT, SAMPLES
from tests.waiting import PATIENCE

H0 = "[0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]"
JSON = f'{{"answers": {{"p1.forward.h0.value": {H0}}}}}'
PUBLISHED = str(ROOT / "rubrics" / "hw6" / "published.yaml")


Done = subprocess.CompletedProcess


def shell(*arguments: str, given: str = "", **environment: str) -> Done[str]:
    """The command as a process of its own."""
    variables = {**os.environ, "COLUMNS": "100", **environment}
    return subprocess.run(
        [COMMAND, *arguments], input=given, capture_output=True, text=True, env=variables, timeout=PATIENCE, check=False
    )


def run(*arguments: str, given: str = "", **environment: str) -> Done[str]:
    """The same in this process, which has loaded already what each start loads anew."""
    out, err, stdin = StringIO(), StringIO(), TextIOWrapper(BytesIO(given.encode()), "utf-8")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["gradebound", *arguments])
        patch.setattr(sys, "stdin", stdin)
        for name, value in {"COLUMNS": "100", **environment}.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    return Done(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def points(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return {item["id"]: item["points"] for item in json.loads(done.stdout)["items"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", JSON),
        ("bare.json", f'{{"p1.forward.h0.value": {H0}}}'),
        ("a.yaml", f"answers:\n  p1.forward.h0.value: {H0}\n"),
        ("bare.yml", f"p1.forward.h0.value: {H0}\n"),
        ("no_suffix", f"p1.forward.h0.value: {H0}\n"),
        (None, JSON),
        (None, f"p1.forward.h0.value: {H0}\n"),
    ],
)
def test_answers_are_read_from_json_yaml_files_and_standard_input(tmp_path: Path, name: str | None, text: str) -> None:
    if name:
        (tmp_path / name).write_text(text)
    done = run("grade", *([str(tmp_path / name)] if name else []), "--format", "json", given="" if name else text)
    assert points(done)["p1.forward.h0.value"] == 2


def test_a_report_as_json_has_the_keys_that_others_rely_on() -> None:
    report = json.loads(run("grade", "--assignment", "hw6", "--format", "json", given=JSON).stdout)
    assert list(report) == [
        "assignment", "rubric_version", "engine_version", "score", "max_score", "pending_points", "waiting_points",
        "items",
    ]  # fmt: skip
    assert list(report["items"][0]) == ["id", "points", "max_points", "verdict", "feedback", "evidence"]
    assert (report["assignment"], report["max_score"]) == ("hw6", 60)


def test_a_table_is_plain_text_when_it_is_piped_and_has_colours_when_asked() -> None:
    plain, coloured = shell("grade", given=JSON), shell("grade", given=JSON, FORCE_COLOR="1")
    assert "\x1b" not in plain.stdout
    assert "p1.forward.h0.value" in plain.stdout
    assert "hw6: 2 of 60 points" in plain.stdout
    assert "\x1b[32m" in coloured.stdout


def test_a_rubric_file_can_be_given_instead_of_a_name(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_bytes((ROOT / "rubrics" / "hw6.yaml").read_bytes())
    done = run("grade", "--rubric", str(elsewhere), "--format", "json", given=JSON)
    assert points(done)["p1.forward.h0.value"] == 2


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (("grade",), '{"answers": {', "not_json): not JSON at line 1"),
        (("grade",), '{"answers": {"p1.forward.h0.valu": 1}}', "'p1.forward.h0.value'"),
        (("grade",), "", "got null"),
        (("grade", "no/such/file"), "", "can't read no/such/file"),
        (("grade", "--assignment", "hw7"), JSON, "unknown assignment 'hw7'"),
        (("grade", "--rubric", "no/such/rubric"), JSON, "can't read no/such/rubric"),
        (("audit",), "[1]", "got a list"),
        (("token", "create", "--role", "student"), "", "--name"),
        (("submit",), JSON, "GRADEBOUND_TOKEN is not set"),
    ],
)
def test_what_can_be_mended_is_said_on_standard_error_with_exit_code_2(
    arguments: tuple[str, ...], given: str, said: str
) -> None:
    done = run(*arguments, given=given)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_audit_finds_both_errors_of_the_published_solution_and_that_one_follows_from_the_other() -> None:
    done = run("audit", PUBLISHED, "--format", "json")
    assert done.returncode == 0, done.stderr
    audit = json.loads(done.stdout)
    assert list(audit) == ["figures", "items"]
    assert list(audit["figures"][0]) == ["key", "printed", "right", "verdict", "from", "note"]
    wrong = {figure["key"]: figure for figure in audit["figures"] if figure["verdict"] in {"wrong", "follows"}}
    assert wrong["p1.forward.H2.value[11]"]["verdict"] == "wrong"
    assert wrong["p1.forward.p.value"]["from"] == ["p1.forward.H2.value[11]"]
    text = run("audit", PUBLISHED).stdout
    assert "p1.forward.H2.value[11]" in text
    assert "121 right" in text


def test_a_sound_rubric_is_called_sound_and_every_fault_of_another_has_its_place(tmp_path: Path) -> None:
    assert run("rubric", "check", str(ROOT / "rubrics" / "hw6.yaml")).returncode == 0
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text("id: 7 7\ntitle: T\nitems: []\nvalus: 1\n")
    done = run("rubric", "check", str(faulty))
    assert done.returncode == 1
    assert f"{faulty}:1:5:" in done.stdout
    assert f"{faulty}:4:8:" in done.stdout
    assert run("rubric", "check", str(tmp_path / "none")).returncode == 2


def test_a_shown_formula_that_is_not_right_is_a_fault_with_its_place(tmp_path: Path) -> None:
    text = (ROOT / "rubrics" / "hw6.yaml").read_text()
    wrong = tmp_path / "wrong.yaml"
    at = text.index("shown:")  # the network declares the same formula above
    wrong.write_text(text[:at] + text[at:].replace("(w_0^T z + b_0)", "(w_0^T z)", 1))
    line = next(number for number, one in enumerate(wrong.read_text().splitlines(), 1) if "(w_0^T z)" in one)
    done = run("rubric", "check", str(wrong))
    assert done.returncode == 1
    assert f"{wrong}:{line}:" in done.stdout
    assert "b_0 is left out" in done.stdout


def test_tokens_are_made_listed_and_revoked_from_the_shell(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    made = run("token", "create", "--role", "student", "--name", "ann", GRADEBOUND_DATABASE=url)
    token = made.stdout.strip()
    assert made.stdout == f"{token}\n"
    database = Database(url)
    assert identify(database, token, system_clock()).name == "ann"
    database.close()
    listed = run("token", "list", GRADEBOUND_DATABASE=url).stdout
    assert "ann" in listed
    assert token not in listed
    assert run("token", "revoke", "1", GRADEBOUND_DATABASE=url).returncode == 0
    assert run("token", "revoke", "1", GRADEBOUND_DATABASE=url).returncode == 1


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("WORKERS", "many", "GRADEBOUND_WORKERS: got 'many'; Input should be a valid integer"),
        ("DATABASE", "gradebound.db", "GRADEBOUND_DATABASE: got 'gradebound.db'; write it as in sqlite:///"),
        ("DATABASE", "sqlight:///g.db", "write it as in sqlite:///"),
        ("OIDC", "https://ci.example", "has to be JSON"),
        (
            "OIDC",
            '[{"issuer": "http://ci.example", "audience": "a", "claims": {"a": "b"}}]',
            "GRADEBOUND_OIDC at 0.issuer",
        ),
    ],
)
def test_a_setting_that_can_not_be_used_is_named(
    variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"GRADEBOUND_{variable}", value)
    monkeypatch.setattr(sys, "argv", ["gradebound", "token", "list"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("serve",),
        ("grade",),
        ("audit",),
        ("submit",),
        ("token", "create"),
        ("roster", "import"),
        ("rubric", "check"),
    ],
)
def test_every_command_says_what_it_does(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.returncode == 0
    assert "Usage: " in done.stdout


def test_the_command_calls_itself_by_its_name() -> None:
    assert "Usage: gradebound token create" in shell("token", "create", "--help").stdout


def test_serving_a_folder_without_rubrics_is_refused_before_it_starts(tmp_path: Path) -> None:
    done = run(
        "serve", "--port", "0", GRADEBOUND_RUBRICS=str(tmp_path), GRADEBOUND_DATABASE=f"sqlite:///{tmp_path}/t.db"
    )
    assert done.returncode == 2
    assert "has no rubric files" in done.stderr
    (tmp_path / "hw1.yaml").write_text("id: hw2\n")
    done = run(
        "serve", "--port", "0", GRADEBOUND_RUBRICS=str(tmp_path), GRADEBOUND_DATABASE=f"sqlite:///{tmp_path}/t.db"
    )
    assert done.returncode == 2
    assert "line 1" in done.stderr


def test_a_file_graded_here_gives_what_the_hand_graded_samples_say_of_its_value_items(tmp_path: Path) -> None:
    sample = json.loads(SAMPLES[0].read_text())
    file = tmp_path / "sample.json"
    file.write_text(json.dumps({"answers": sample["answers"]}))
    graded = points(run("grade", str(file), "--format", "json"))
    values = {key: given for key, given in sample["expected"].items() if key.endswith(".value")}
    assert {key: graded[key] for key in values} == values
