"""The Dockerfile can't be built here, so it is read: what it copies and runs exists, and it runs as nobody special."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib

import pytest
from typer.testing import CliRunner

from app import errors
from app.cli.commands import cli
from app.main import create_app
from app.settings import Settings
from tests.homework6 import ROOT

LINES = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text()).splitlines()
INSTRUCTIONS = [line.split(maxsplit=1) for line in LINES if line and not line.startswith("#")]


def given(instruction: str) -> list[str]:
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


def copied() -> list[str]:
    return [source for rest in given("COPY") if "--from" not in rest for source in rest.split()[:-1]]


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_exists_and_is_not_ignored(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source.split('/', maxsplit=1)[0]}" in (ROOT / ".dockerignore").read_text().splitlines()


def test_every_package_of_the_project_and_what_it_reads_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {*packages, "migrations", "rubrics"} <= set(copied())


def test_it_installs_only_what_is_pinned_with_hashes() -> None:
    installs = [run for run in given("RUN") if "pip install" in run]
    assert len(installs) == 2
    assert "--require-hashes --requirement requirements/run.txt" in installs[0]
    assert "--no-deps --no-build-isolation --no-index" in installs[1]
    assert "hatchling==" in (ROOT / "requirements" / "run.txt").read_text()


def test_it_has_two_stages_and_runs_as_a_user_without_rights() -> None:
    assert len(given("FROM")) == 2
    names = [name for name, _ in INSTRUCTIONS]
    assert names.index("USER") < names.index("CMD")
    assert given("USER") == ["gradebound"]
    assert "useradd --system" in " ".join(given("RUN"))


def test_what_it_runs_is_a_command_with_these_options() -> None:
    command = json.loads(given("CMD")[0])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert command[0] in project["project"]["scripts"]
    help_text = CliRunner().invoke(cli, [command[1], "--help"]).stdout
    assert {option for option in command if option.startswith("--")} <= set(re.findall(r"--[a-z-]+", help_text))


def test_its_settings_are_settings_of_the_service() -> None:
    names = re.findall(r"GRADEBOUND_([A-Z_]+)=", " ".join(given("ENV")))
    assert names == ["DATABASE"]
    assert {name.lower() for name in names} <= set(Settings.model_fields)


def test_its_health_check_asks_the_port_that_it_serves() -> None:
    (check,) = given("HEALTHCHECK")
    port = json.loads(given("CMD")[0])[-1]
    assert given("EXPOSE") == [port]
    assert f"127.0.0.1:{port}/readyz" in check


def test_the_operators_guide_names_every_setting() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text()
    for name in Settings.model_fields:
        assert f"GRADEBOUND_{name.upper()}" in guide


def test_the_api_guide_names_every_route_and_every_problem() -> None:
    guide = (ROOT / "docs" / "api.md").read_text()
    for path in create_app().openapi()["paths"]:
        assert re.sub(r"\{\w+\}", "{id}", path) in guide
    for kind in kinds_of(errors.RefusalError):
        assert f"`{kind.code}`" in guide


def kinds_of(kind: type[errors.RefusalError]) -> list[type[errors.RefusalError]]:
    """A refusal and all that are kinds of it, wherever they are written down; the service imports all of them."""
    return [kind, *(one for below in kind.__subclasses__() for one in kinds_of(below))]


def test_what_a_ci_runs_is_what_a_developer_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0  # noqa: S607
