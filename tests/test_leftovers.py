from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.homework6 import ROOT
from tests.leftovers import MARK, marked
from tests.waiting import eventually

LEAVES_ONE = """
import subprocess
from tests import leftovers
from tests.leftovers import nothing_left_behind
leftovers.GRACE_SECONDS = 0.1

def test_that_fails():
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    assert {outcome}
"""


@pytest.mark.parametrize("outcome", ["True", "False"])
def test_a_run_that_leaves_a_process_behind_fails_and_ends_it(tmp_path: Path, outcome: str) -> None:
    file = tmp_path / "test_one.py"
    file.write_text(LEAVES_ONE.format(outcome=outcome))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert "the tests left processes behind" in done.stdout
    assert "sleep 1000" in done.stdout


def test_what_a_test_starts_is_found_also_when_its_parent_is_gone() -> None:
    script = "sleep 1000 >&- & echo $!"
    started = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, text=True, check=True)  # noqa: S607
    pid = int(started.stdout)
    assert pid in marked(os.environ[MARK])
    os.kill(pid, 9)
    eventually(lambda: pid not in marked(os.environ[MARK]))
