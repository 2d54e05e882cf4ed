"""Which way imports point: the contracts of pyproject.toml hold, and each of them notices what it is there for."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median

import pytest

from tests.homework6 import ROOT

PACKAGES = ("app", "grader", "reference")
LINT = str(Path(sys.executable).parent / "lint-imports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = [contract["id"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]
PLANTED = {
    "packages": ("reference/graph.py", "import grader.errors"),
    "app": ("app/reports/table.py", "import app.services.submit"),
    "grader": ("grader/report.py", "import grader.engine"),
    "networks": ("grader/networks/parts.py", "import grader.networks.compile"),
    "graphs": ("reference/operations.py", "import reference.graph"),
    "operations": ("reference/ops/softmax.py", "import reference.ops.attention"),
    "pure": ("grader/engine.py", "import os"),
    "reference": ("reference/graph.py", "import pydantic"),
    "client": ("app/client.py", "import grader.answers"),
    "sqlalchemy": ("app/services/submit.py", "import sqlalchemy"),
    "fastapi": ("app/services/submit.py", "import fastapi"),
    "rendering": ("app/services/submit.py", "import xlsxwriter"),
    "sympy": ("grader/engine.py", "import sympy"),
    "cycles": ("grader/errors.py", "import grader.submission"),
}


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_the_way_that_the_design_says() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_contract_is_tried_out() -> None:
    assert set(PLANTED) == set(CONTRACTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_planted_violation_is_found(copy: Path, contract: str) -> None:
    name, line = PLANTED[contract]
    file = copy / name
    file.write_text(f"{file.read_text()}\n{line}\n")
    done = lint(copy, "--contract", contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout


def sources() -> list[Path]:
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(file.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function, without its decorators, counted as the design counts them: from `def` to the end."""
    return (function.end_lineno or 0) - function.lineno + 1


# Tables and grammars hold one concept whole, in up to 500 lines.
WHOLE = {
    "grader/calculus/functions.py",
    "grader/formulas/answers.py",  # what a formula is worth, as written and read freely
    "grader/formulas/evaluate.py",  # what each kind of part of a formula means
    "grader/language/answers.py",  # the grammar of a whole answer
    "grader/language/tokens.py",
    "grader/networks/programs.py",  # the calls of array libraries
}


def test_modules_and_functions_stay_small() -> None:
    sizes = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in sources()}
    assert {name: size for name, size in sizes.items() if size > (500 if name in WHOLE else 300)} == {}
    lengths = [lines_of(function) for file in sources() for function in functions(file)]
    assert max(lengths) <= 40
    assert median(lengths) <= 8


IMPURE = {"open", "print", "input", "eval", "exec"}


@pytest.mark.parametrize(
    "file", [file for file in sources() if not file.is_relative_to(ROOT / "app")], ids=lambda f: f.name
)
def test_pure_code_calls_no_builtin_that_reads_writes_or_runs_text(file: Path) -> None:
    names = {node.id for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}
    assert names & IMPURE == set()


def constants(file: Path) -> list[float]:
    nodes = ast.walk(ast.parse(file.read_text()))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)]


def test_every_tolerance_stands_in_one_file_with_its_reason() -> None:
    elsewhere = {file.name for file in sources() if "grader" in file.parts} - {
        "tolerances.py",
        "special.py",
    }  # Lanczos' coefficients
    small = {file.name for file in sources() if any(0.0 < value < 1e-5 for value in constants(file))}
    assert small & elsewhere == set()
    lines = (ROOT / "grader" / "calculus" / "tolerances.py").read_text().splitlines()
    stated = [place for place, line in enumerate(lines) if re.match(r"[A-Z_]+ = ", line)]
    assert len(stated) >= 8
    assert all(lines[place - 1].startswith("# ") for place in stated)


DRAWING = re.compile(r"default_rng\(|random\.Random|PCG64\(|RandomState")


def test_sample_points_have_one_drawer() -> None:
    """The numbers of students' variants are data and not samples."""
    drawing = {file.name for file in sources() if "grader" in file.parts and DRAWING.search(file.read_text())}
    assert drawing == {"samples.py", "variants.py", "assignment.py"}
