from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import text

from app.assignments import load_named
from app.clock import system_clock
from app.db.database import Database
from app.db.migrate import migrate
from app.runner.pool import GradingError, Limits, Runner
from app.runner.worker import Job
from app.services.grading import Gradings, Retries
from app.services.rubrics import Shelf
from app.services.submit import Posted, submit
from app.services.tokens import identify
from app.settings import HOME
from tests.app.service import RIGHT_H0, Running, serving, settings, token_for
from tests.homework6 import hw6

ROOMY = 2**31
HW6 = load_named(HOME / "rubrics", "hw6")
KEPT = {HW6.assignment.version: HW6.assignment}
GOOD = Job(HW6.assignment.version, HW6.text, "json", RIGHT_H0)


def count(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_a_runner_grades_and_outlives_faults_kills_and_time_limits() -> None:
    runner = Runner(KEPT, Limits(1, 20, ROOMY))
    first = runner.grade(GOOD)
    assert '"points":2' in first.body
    with pytest.raises(GradingError, match="RubricError"):
        runner.grade(GOOD._replace(rubric_version="another", rubric="no rubric"))
    assert runner.grade(GOOD) == first
    os.kill(pid(runner), signal.SIGKILL)
    runner._idle.queue[0]._process.join()
    assert runner.grade(GOOD) == first
    os.kill(pid(runner), signal.SIGSTOP)
    runner._limits = Limits(1, 0.05, ROOMY)
    with pytest.raises(GradingError, match=r"longer than 0\.05 s"):
        runner.grade(GOOD)
    runner._limits = Limits(1, 20, ROOMY)
    assert runner.grade(GOOD) == first
    runner.close()


def pid(runner: Runner) -> int:
    found = runner._idle.queue[0]._process.pid
    assert found
    return int(found)


def test_a_process_that_dies_in_a_grading_is_a_fault_of_the_service() -> None:
    runner = Runner(KEPT, Limits(1, 20, ROOMY))
    os.kill(pid(runner), signal.SIGSTOP)  # it will not answer, and be dead when it is listened to
    process = runner._idle.queue[0]
    process._pipe.send(GOOD)
    os.kill(pid(runner), signal.SIGKILL)
    with pytest.raises(GradingError, match=r"died|dead"):
        process.ask(GOOD, 20)
    runner.close()


def test_a_process_without_enough_memory_is_told_when_the_service_starts() -> None:
    with pytest.raises(GradingError, match="out of memory"):
        Runner(KEPT, Limits(1, 20, 64 * 2**20))


def breaks(_runner: Runner, _job: Job) -> NoReturn:
    """A grading process that dies each time, but costs no start of another one."""
    raise GradingError("the grading process died")


def test_a_grading_that_breaks_is_a_service_failure_that_is_tried_again_and_never_a_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        monkeypatch.context() as patch,
        serving(settings(tmp_path, tries=2, retry_seconds=0.05)) as service,
    ):
        patch.setattr(Runner, "grade", breaks)
        response = service.submit()
        assert response.status_code == 202
        assert response.json()["status"] == "service_failure"
        assert response.json()["score"] is None
        eventually(lambda: count(service.database, "failures") == 2)
        scores = service.as_role("ta").get("/api/v1/assignments/hw6/scores.csv").text
        assert '"ann","service_failure","",60' in scores
        location = response.headers["Location"]
    with serving(settings(tmp_path)) as service:
        ann = service.as_role("student", "ann")
        eventually(lambda: bool(ann.get(location).json()["status"] == "graded"))
        assert ann.get(location).json()["score"] == 2
        assert (count(service.database, "reports"), count(service.database, "submissions")) == (1, 1)


def test_submissions_left_ungraded_are_taken_up_at_the_next_start_and_graded_once(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with closing(Database(chosen.database)) as database:
        migrate(database)
        for number in range(30):
            student = identify(database, token_for(database, "student", f"student {number}"), system_clock())
            submit(database, student, hw6(), Posted(RIGHT_H0, "json"), system_clock())
        for _ in range(2):
            with serving(chosen):
                eventually(lambda: count(database, "reports") == 30)
        with database.reading() as connection:
            per = connection.execute(text("SELECT count(*) FROM reports GROUP BY submission_number")).scalars()
            assert set(per) == {1}


def test_a_report_is_not_written_twice(service: Running) -> None:
    service.submit()
    before = count(service.database, "reports")
    with service.database.reading() as connection:
        number = connection.execute(text("SELECT max(number) FROM submissions")).scalar_one()

    class NoRunner:
        workers = 1

        def grade(self, job: Job) -> Any:
            raise AssertionError(f"{job} is graded already")

    shelf = Shelf(service.database, [HW6])
    gradings = Gradings(service.database, NoRunner(), shelf, Retries(1, 0), system_clock)  # type: ignore[arg-type]
    assert gradings.enqueue(number).result() is None
    gradings.close()
    assert count(service.database, "reports") == before
