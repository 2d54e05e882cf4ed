"""`gradebound scores`: from a running service to a file, in one command."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from app.cli.commands import cli
from app.cli.failures import CommandError
from tests.app.service import RIGHT_H0, Running, post, serving, settings, token_for

EXPORT = 'Student,ID,SIS User ID,SIS Login ID,Section,Final Score (7)\n"A, Ann",11,,ann,S,\n"B, Ben",12,,ben,S,\n'


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("scores_command"))) as running:
        post(running.as_role("student", "ann"), RIGHT_H0)
        running.as_role("student", "ben")
        yield running


@pytest.fixture(scope="module")
def token(course: Running) -> str:
    return token_for(course.database, "ta", "tina")


def run(course: Running, token: str, *options: str | Path) -> Result:
    arguments = ["scores", "hw6", "--server", course.address, *map(str, options)]
    return CliRunner().invoke(cli, arguments, env={"GRADEBOUND_TOKEN": token})


def test_one_command_gives_a_spreadsheet_of_the_class(course: Running, token: str, tmp_path: Path) -> None:
    done = run(course, token, "-o", tmp_path / "hw6.xlsx")
    assert (done.exit_code, done.output) == (0, "")
    columns, *rows = openpyxl.load_workbook(tmp_path / "hw6.xlsx")["scores"].iter_rows(values_only=True)
    assert {row[0]: row[columns.index("score")] for row in rows} == {"ann": 2, "ben": None}
    assert [file.name for file in tmp_path.iterdir()] == ["hw6.xlsx"]


def test_without_a_file_csv_goes_to_standard_output(course: Running, token: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run(course, token).stdout)))
    assert [(row["student"], row["status"]) for row in rows] == [("ann", "graded"), ("ben", "missing")]


def test_options_are_passed_on(course: Running, token: str) -> None:
    done = run(course, token, "--format", "jsonl", "--shape", "items", "--status", "graded", "--pseudonyms")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["status"] for row in rows} == {"graded"}
    assert {row["student"][:2] for row in rows} == {"s-"}
    assert rows[0]["item"] == "p1.forward.h0.formula"


def test_a_file_for_canvas_and_who_is_left_out_of_it(course: Running, token: str, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(EXPORT)
    options = ("--format", "canvas", "--title", "Final Score", "--export", tmp_path / "export.csv")
    done = run(course, token, *options, "-o", tmp_path / "out.csv")
    assert done.exit_code == 0
    assert "1 left out" in done.stderr
    assert "'ben': nothing was handed in" in done.stderr
    assert "'Final-Score' there" in done.stderr
    *_, row = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(), newline=""))
    assert (row["ID"], row["Final-Score"]) == ("11", "2")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--sort", "height"), "422"),
        (("--export", "x.csv"), "is for --format canvas or moodle"),
        (("--format", "canvas", "--export", "/no/such/file"), "can't read"),
        (("-o", "/no/such/folder/x.csv"), "can't write"),
    ],
)
def test_what_can_t_be_done_is_said(course: Running, token: str, options: tuple[str, ...], told: str) -> None:
    error = run(course, token, *options).exception
    assert isinstance(error, CommandError)
    assert told in str(error)
