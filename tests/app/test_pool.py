"""Grading processes go wrong in every way, and there are as many as before afterwards."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.runner import pool
from app.runner.pool import Runner, StoppingError
from app.runner.process import GradingError, Process
from tests.app.workers import GOOD, LIMITS, TROUBLES, is_alive, job_in, pid_of, processes, runner_of
from tests.homework6 import ROOT
from tests.waiting import eventually


def pids(runner: Runner) -> list[int]:
    return list(map(pid_of, processes(runner)))


def test_a_fault_of_a_grading_is_told_and_costs_no_process() -> None:
    with runner_of() as runner:
        before = pids(runner)
        first = runner.grade(GOOD)
        assert '"points":2' in first.body
        with pytest.raises(GradingError, match="RubricError"):
            runner.grade(GOOD._replace(rubric_version="another", rubric="no rubric"))
        assert runner.grade(GOOD) == first
        assert pids(runner) == before


def test_a_process_that_was_killed_while_it_had_nothing_to_do_is_no_fault_of_the_next_job() -> None:
    with runner_of() as runner:
        first, (pid,) = runner.grade(GOOD), pids(runner)
        kill_all(runner)
        assert runner.grade(GOOD) == first
        assert pid not in pids(runner)


@pytest.mark.parametrize(
    ("kind", "limits", "said"),
    [
        ("sleeps", {"seconds": 0.3}, r"longer than 0\.3 s"),
        ("spins", {"cpu_seconds": 1}, "more CPU time"),
        ("eats", {}, "out of memory"),
        ("dies", {}, "killed from outside"),
    ],
)
def test_a_grading_that_takes_too_much_is_ended_and_its_process_replaced(
    kind: str, limits: dict[str, float], said: str
) -> None:
    with runner_of(TROUBLES, replace(LIMITS, **limits)) as runner:
        before = pids(runner)
        with pytest.raises(GradingError, match=said):
            runner.grade(job_in(kind))
        runner._limits = LIMITS
        assert '"points":2' in runner.grade(GOOD).body
        assert set(pids(runner)).isdisjoint(before)


def test_the_cpu_time_of_a_job_is_its_own_however_much_its_process_has_used_before() -> None:
    with runner_of(limits=replace(LIMITS, cpu_seconds=1)) as runner:
        (pid,) = pids(runner)
        while cpu_seconds(pid) < 3:
            runner.grade(GOOD)
        assert pids(runner) == [pid]


def cpu_seconds(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 -- a line of the kernel's
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_process_is_replaced_after_its_jobs_by_one_that_is_ready_before_it_goes() -> None:
    with runner_of(limits=replace(LIMITS, jobs=3)) as runner:
        (first,) = pids(runner)
        for _ in range(3):
            runner.grade(GOOD)
        assert runner.grade(GOOD) == runner.grade(GOOD)  # whoever is ready does it
        eventually(lambda: first not in pids(runner))
        eventually(lambda: not is_alive(first))
        assert len(pids(runner)) == 1
        assert runner.fault is None


def kill_all(runner: Runner) -> None:
    """Kill all processes, and return when they are dead with all of their threads, so that the pool can see it."""
    killed = list(processes(runner))
    for pid in pids(runner):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not any(process.alive for process in killed))


def test_who_waits_longest_has_the_next_process_before_whoever_gives_it_back_and_asks_again() -> None:
    with runner_of() as runner, ThreadPoolExecutor(1) as thread:
        process = runner._take()
        waiting = thread.submit(runner.grade, GOOD)
        eventually(lambda: len(runner._waiting) == 1)
        with runner._changed:  # nobody comes in between
            runner._give_back(process)
            process = runner._take()
            served = process.jobs
        runner._give_back(process)
        waiting.result()
    assert served == 1


def failing(times: int, fault: Exception) -> tuple[Callable[..., Process], list[int]]:
    """A start of processes that fails so many times."""
    tries: list[int] = []

    def start(work: Any) -> Process:
        tries.append(1)
        if len(tries) <= times:
            raise fault
        return Process(work)

    return start, tries


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        OSError(errno.EAGAIN, "Resource temporarily unavailable"),
        MemoryError(),
        RuntimeError("can't start new thread"),
    ],
    ids=repr,
)
def test_a_place_that_cannot_be_filled_is_kept_and_tried_again(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, tries = failing(3, fault)
    with runner_of(limits=replace(LIMITS, workers=2)) as runner, ThreadPoolExecutor(1) as thread:
        monkeypatch.setattr(pool, "Process", start)
        kill_all(runner)
        waiting = thread.submit(runner.grade, GOOD)
        eventually(lambda: len(tries) >= 1)
        assert '"points":2' in waiting.result().body
        eventually(lambda: len(pids(runner)) == 2 and runner.fault is None)


def test_while_no_process_lives_it_is_said_why(monkeypatch: pytest.MonkeyPatch) -> None:
    start, tries = failing(10**6, OSError(errno.EMFILE, "Too many open files"))
    with runner_of() as runner:
        assert runner.fault is None
        monkeypatch.setattr(pool, "Process", start)
        kill_all(runner)
        eventually(lambda: len(tries) >= 2)
        assert "Too many open files" in str(runner.fault)


def test_the_pauses_between_tries_grow_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    start, tries = failing(7, OSError(errno.EMFILE, "Too many open files"))
    paused: list[float] = []
    with runner_of() as runner:
        monkeypatch.setattr(pool, "Process", start)
        monkeypatch.setattr(runner, "_pause", paused.append)
        kill_all(runner)
        runner.grade(GOOD)
    assert paused == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert len(tries) == 8


def test_a_process_without_enough_memory_is_told_when_the_service_starts() -> None:
    with pytest.raises(GradingError, match="out of memory"):
        Runner(TROUBLES, replace(LIMITS, address_space=64 * 2**20))


def test_closing_ends_what_hangs_and_tells_those_who_wait_that_the_service_stops() -> None:
    with runner_of(TROUBLES) as runner, ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(runner.grade, job_in("sleeps")) for _ in range(2)]
        eventually(lambda: not runner._idle)
        before = pids(runner)
        runner.close()
        for one in waiting:
            with pytest.raises(StoppingError):
                one.result()
        assert not any(map(is_alive, before))
        with pytest.raises(StoppingError):
            runner.grade(GOOD)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no signal for a parent's death")
def test_a_worker_whose_parent_was_dead_before_it_could_ask_to_be_told_ends_by_itself() -> None:
    code = "from app.runner.worker import _die_with; _die_with({}); print('lives')"
    for parent, said in (("1", ""), ("__import__('os').getppid()", "lives\n")):
        done = subprocess.run([sys.executable, "-c", code.format(parent)], cwd=ROOT, capture_output=True, text=True)  # noqa: PLW1510
        assert (done.stdout, done.stderr) == (said, "")


ORPHANS = """
import os, signal, sys
from tests.app.workers import LIMITS, KEPT, processes, pid_of
from app.runner.pool import Runner
if __name__ == "__main__":
    runner = Runner(KEPT, LIMITS)
    pid = pid_of(processes(runner)[0])
    os.kill(pid, signal.SIGSTOP)
    with open(sys.argv[1], "w") as out:
        out.write(str(pid))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no signal for a parent's death")
def test_a_worker_that_hears_nothing_dies_with_its_parent(tmp_path: Path) -> None:
    out = tmp_path / "pid"  # no pipe, which an orphan would hold open
    done = subprocess.run([sys.executable, "-c", ORPHANS, str(out)], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == -signal.SIGKILL
    pid = int(out.read_text())
    try:
        eventually(lambda: not is_alive(pid), f"process {pid} outlives its parent")
    finally:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
