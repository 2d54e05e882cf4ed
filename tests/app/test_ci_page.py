"""The recipes of docs/ci.md, taken from the page and run against a service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from app.cli.remote import submit
from tests.app.service import Running, serving, settings
from tests.homework6 import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text()
H0 = "[0.38, 1.40, 0.96, 1.06, 0.70, 1.54, 1.62, 1.06]"
CLASS = [f"s{number:02}" for number in range(19)] + ["zoë"]


def blocks(language: str, page: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


SCRIPT = PAGE.partition("## The script")[2].partition("\n## ")[0]
ONE, WHOLE_CLASS = blocks("bash", SCRIPT)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(settings(tmp_path_factory.mktemp("ci"))) as running:
        path, once = "/api/v1/assignments/hw6/settings", {"attempts": 1}
        assert running.as_role("instructor").put(path, json=once).status_code == 200
        yield running


def run(course: Running, folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    token = course.as_role("ci").headers["Authorization"].removeprefix("Bearer ")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GRADEBOUND_SERVER": course.address,
        "GRADEBOUND_TOKEN": token,
        "COMMIT": "3f2a91c",
    }
    command = ["bash", "-c", script, "hand-in.sh", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def students(course: Running) -> list[str]:
    found = course.as_role("ta").get("/api/v1/submissions", params={"limit": 200}).json()["submissions"]
    return sorted(one["student"] for one in found)


def test_a_class_of_twenty_whose_job_breaks_off_and_is_run_again_counts_once(course: Running, tmp_path: Path) -> None:
    (tmp_path / "submissions").mkdir()
    for student in CLASS:
        (tmp_path / "submissions" / f"{student}.yaml").write_text(f"answers:\n  p1.forward.h0.value: {H0}\n")
    rest = tmp_path / "rest"
    rest.mkdir()
    for student in CLASS[5:]:  # the first job came to five
        (tmp_path / "submissions" / f"{student}.yaml").rename(rest / f"{student}.yaml")
    assert run(course, tmp_path, WHOLE_CLASS).returncode == 0
    assert students(course) == sorted(CLASS[:5])
    for file in rest.iterdir():
        file.rename(tmp_path / "submissions" / file.name)
    done = run(course, tmp_path, WHOLE_CLASS)
    assert done.returncode == 0, done.stderr
    assert students(course) == sorted(CLASS)


def test_whose_file_failed_is_named_and_the_exit_code_is_one_of_the_page(course: Running, tmp_path: Path) -> None:
    (tmp_path / "submissions").mkdir()
    files = {
        "liv": f"answers:\n  p1.forward.h0.value: {H0}\n", "S00": "answers: {}\n", "mo": "answers: [\n",
        "ole": "answers:\n  p9: 1\n", "pia": "p1.forward.h0.value: 1\n", "quy": "\udcff",
    }  # fmt: skip
    for student, text in files.items():
        (tmp_path / "submissions" / f"{student}.yaml").write_bytes(text.encode(errors="surrogateescape"))
    course.submit("{}", name="s00")
    done = run(course, tmp_path, WHOLE_CLASS)
    assert done.returncode == 2
    summary = done.stderr.partition("gradebound: 2 of 6 files")[2]
    for student in ("S00", "mo", "ole", "quy"):
        assert f"submissions/{student}.yaml: exit code 2, rejected" in summary
        assert f"gradebound: {student} (submissions/{student}.yaml): rejected" in done.stderr
    assert "'s00'" in done.stderr
    assert {"liv", "pia"} <= set(students(course))
    assert [line.partition(":")[0] for line in sorted(done.stdout.splitlines())] == ["liv", "pia"]


def test_two_files_for_one_student_are_told_before_anything_is_handed_in(course: Running, tmp_path: Path) -> None:
    before = students(course)
    folder = tmp_path / "submissions"
    folder.mkdir()
    for name in ("zoë.yaml", "zoe\u0308.yaml", "tom.yaml"):
        (folder / name).write_text("{}")
    done = run(course, tmp_path, WHOLE_CLASS)
    assert (done.returncode, students(course)) == (2, before)
    assert "several files for one student" in done.stderr
    assert "tom.yaml" not in done.stderr
    for file in folder.iterdir():
        file.unlink()
    assert run(course, tmp_path, WHOLE_CLASS).returncode == 2  # no file is named *.yaml


def test_one_student_is_handed_in_with_test_results_and_an_exit_code(
    course: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hw6.yaml").write_text(f"p1.forward.h0.value: {H0}\n")
    assert run(course, tmp_path, ONE, "ann", "hw6.yaml").returncode == 0
    assert "<testsuite" in (tmp_path / "report-ann.xml").read_text()
    monkeypatch.setenv("MIN_SCORE", "0.5")
    assert run(course, tmp_path, ONE, "ann", "hw6.yaml").returncode == 1
    (tmp_path / "hw6.yaml").write_text("p1.forward.h0.value: 1\n")
    refused = run(course, tmp_path, ONE, "ann", "hw6.yaml")
    assert (refused.returncode, "something else than before" in refused.stderr) == (2, True)


@pytest.mark.parametrize("text", blocks("yaml", PAGE))
def test_what_is_shown_as_yaml_is_yaml(text: str) -> None:
    assert yaml.safe_load(text)


@pytest.mark.parametrize("text", blocks("bash", PAGE))
def test_what_is_shown_as_a_script_can_be_read_by_the_shell(text: str) -> None:
    assert subprocess.run(["bash", "-n"], input=text, text=True, check=False).returncode == 0  # noqa: S607


def test_every_option_on_the_page_is_one_of_the_command() -> None:
    known = {f"--{name.replace('_', '-')}" for name in submit.__annotations__}
    lines = re.findall(r"gradebound submit (.*?)(?<!\\)\n", PAGE, re.DOTALL)
    assert lines
    assert {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z-]+", line)} <= known
