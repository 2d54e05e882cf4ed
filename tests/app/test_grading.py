from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any, NoReturn

import pytest
from sqlalchemy import text

from app.clock import system_clock
from app.db import database as database_module
from app.db.database import Database
from app.db.migrate import migrate
from app.db.submissions import Owned
from app.runner.line import FairLine, Ticket, Urgency
from app.runner.pool import Runner
from app.runner.process import GradingError
from app.runner.worker import Graded, Job
from app.services import grading as grading_module
from app.services.grading import Gradings, Retries
from app.services.rubrics import Shelf, keep_rubrics
from app.services.submit import Posted, submit
from app.services.tokens import identify
from tests.app.service import RIGHT_H0, Running, answers, problem_of, serving, settings, token_for
from tests.app.workers import HW6
from tests.homework6 import hw6
from tests.waiting import PATIENCE, eventually


def count(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def hand_in(database: Database, student: str, body: str = RIGHT_H0) -> Owned:
    """A submission that is stored, and in no line."""
    caller = identify(database, token_for(database, "student", student), system_clock())
    return submit(database, caller, hw6(), Posted(body, "json"), system_clock()).owned


ONCE = Retries(1, 0, PATIENCE)


class Graders:
    """Stands where a runner should: what it is asked is done by a function."""

    engine_version = "0"
    fault = None

    def __init__(self, grade: Callable[[Job], Any], workers: int = 1) -> None:
        self.grade = grade
        self.workers = workers


@contextmanager
def gradings_by(
    database: Database, grade: Callable[[Job], Any], retries: Retries = ONCE, workers: int = 1
) -> Iterator[Gradings]:
    runner: Any = Graders(grade, workers)
    with closing(Gradings(database, runner, Shelf(database, [HW6]), retries, system_clock)) as gradings:
        yield gradings


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'test.db'}")) as fresh:
        migrate(fresh)
        keep_rubrics(fresh, {"hw6": HW6}, system_clock())
        yield fresh


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
            hand_in(database, f"student {number}")
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
        row = connection.execute(text("SELECT number, student_number FROM submissions ORDER BY number DESC LIMIT 1"))
        last = Owned(*row.one())
    with gradings_by(service.database, lambda job: pytest.fail(f"{job} is graded already")) as gradings:
        assert gradings.enqueue(last).result() is None
    assert count(service.database, "reports") == before


class Gate:
    """Grades nothing until it is opened, and keeps in which order and how many at once it was asked."""

    def __init__(self) -> None:
        self.open = Event()
        self.order: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = Lock()

    def __call__(self, job: Job) -> Graded:
        with self._lock:
            self.order.append(job.text)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        assert self.open.wait(PATIENCE)
        with self._lock:
            self._at_once -= 1
        return Graded(HW6.assignment.version, "0", "{}")


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_with_forty_answers_of_one_student_in_line_anothers_is_next(database: Database, workers: int) -> None:
    gate = Gate()
    with gradings_by(database, gate, workers=workers) as gradings:
        ann = [hand_in(database, "ann") for _ in range(40)]
        bob = hand_in(database, "bob", f"{RIGHT_H0} ")
        futures = [gradings.enqueue(one) for one in ann]
        eventually(lambda: len(gate.order) == 1)
        futures.append(gradings.enqueue(bob))
        eventually(lambda: len(gate.order) == 2)  # the others are ann's, who has one under way
        gate.open.set()
        for future in futures:
            future.result()
    assert gate.order.index(f"{RIGHT_H0} ") == 1  # by which grading began: which of two at once ends first is chance
    assert [number for number in order_of(database) if number != bob.number] == [one.number for one in ann]
    assert gate.most_at_once == 2


def order_of(database: Database) -> list[int]:
    """The numbers of submissions in the order in which their reports came in."""
    with database.reading() as connection:
        return list(connection.execute(text("SELECT submission_number FROM reports ORDER BY number")).scalars())


def test_who_waits_for_an_answer_goes_before_a_batch_and_a_batch_before_what_is_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun = Gate(), []

    class Watched(FairLine[Any]):
        def take(self) -> Ticket[Any] | None:
            ticket = super().take()
            if ticket is not None:
                begun.append(ticket.job.action.args[0].number)
            return ticket

    monkeypatch.setattr(grading_module, "FairLine", Watched)
    with gradings_by(database, gate) as gradings:
        first, second, retried, batched, posted = (hand_in(database, name) for name in "abcde")
        futures = [gradings.enqueue(first), gradings.enqueue(second)]
        eventually(lambda: len(gate.order) == 2)
        for owned, urgency in ((retried, Urgency.RETRY), (batched, Urgency.BATCH), (posted, Urgency.INTERACTIVE)):
            futures.append(gradings.enqueue(owned, urgency))
        gate.open.set()
        for future in futures:
            future.result()
    assert begun[2:] == [posted.number, batched.number, retried.number]


def test_what_has_no_report_and_is_in_no_line_is_found_without_a_restart(database: Database) -> None:
    left = hand_in(database, "ann")
    done = Graded(HW6.assignment.version, "0", "{}")
    with gradings_by(database, lambda _: done, Retries(1, 0, 0.05)):
        eventually(lambda: order_of(database) == [left.number])


def test_what_has_failed_too_often_is_a_tas_and_not_looked_for_again(database: Database) -> None:
    tries: list[str] = []

    def fails(job: Job) -> NoReturn:
        tries.append(job.text)
        raise GradingError("it breaks")

    with gradings_by(database, fails, Retries(2, 0.01, 0.01)) as gradings:
        gradings.enqueue(hand_in(database, "ann"))
        eventually(lambda: count(database, "failures") == 2)
        for _ in range(3):
            assert gradings.resume() == 0
    assert len(tries) == 2


def test_a_database_that_is_locked_costs_a_submission_no_try_and_it_is_graded_later(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 20)
    caplog.set_level(logging.WARNING)
    done = Graded(HW6.assignment.version, "0", "{}")
    left = hand_in(database, "ann")
    with (
        closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other,
        gradings_by(database, lambda _: done, Retries(1, 0, 0.05)) as gradings,
    ):
        other.execute("BEGIN IMMEDIATE")
        assert gradings.enqueue(left).result() is None
        other.execute("ROLLBACK")
        eventually(lambda: order_of(database) == [left.number])
    assert "locked by another program" in caplog.text
    assert count(database, "failures") == 0


def test_a_failure_that_cannot_be_recorded_counts_for_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 20)
    tries: list[int] = []

    def fails_once(_job: Job) -> Graded:
        tries.append(1)
        if len(tries) == 1:
            raise GradingError("it breaks")
        return Graded(HW6.assignment.version, "0", "{}")

    left = hand_in(database, "ann")
    with (
        closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other,
        gradings_by(database, fails_once, Retries(1, 0, 0.05)) as gradings,
    ):
        other.execute("BEGIN IMMEDIATE")
        assert gradings.enqueue(left).result() is None
        other.execute("ROLLBACK")
        eventually(lambda: order_of(database) == [left.number])


def test_closing_leaves_what_is_in_line_and_does_not_wait_for_what_hangs(database: Database) -> None:
    gate = Gate()
    with gradings_by(database, gate) as gradings:
        futures = [gradings.enqueue(hand_in(database, name)) for name in ("ann", "bob", "ann")]
        eventually(lambda: len(gate.order) == 2)
        gradings.close(0.01)
        assert futures[2].cancelled()
        assert gradings.enqueue(hand_in(database, "cem")).cancelled()
        gate.open.set()
        assert futures[0].result() == "{}"


def test_a_database_that_another_program_has_locked_is_503_with_a_time_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 20)
    monkeypatch.setattr(database_module, "PROBE_MILLISECONDS", 20)
    with serving(settings(tmp_path, look_seconds=0.05)) as service:
        assert service.submit().status_code == 201
        ann = service.as_role("student", "ann")
        with closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                refused = service.submit()
                assert (refused.status_code, problem_of(refused)["code"]) == (503, "no_database")
                assert int(refused.headers["Retry-After"]) > 0
            eventually(lambda: ann.get("/readyz").status_code == 503)
            assert "locked by another program" in ann.get("/readyz").json()["detail"]
            assert ann.get("/api/v1/assignments").status_code == 200
            other.execute("ROLLBACK")
        assert service.submit().status_code == 201
        eventually(lambda: ann.get("/readyz").status_code == 200)
        assert count(service.database, "submissions") == 2


def test_what_was_acknowledged_while_reports_could_not_be_kept_is_graded_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MILLISECONDS", 20)
    grade = Runner.grade
    with (
        serving(settings(tmp_path, look_seconds=0.05, answer_seconds=0.5)) as service,
        closing(sqlite3.connect(tmp_path / "test.db", isolation_level=None, check_same_thread=False)) as other,
        monkeypatch.context() as patch,
    ):

        def locks(runner: Runner, job: Job) -> Any:
            if isinstance(job, Job):  # and no audit of a key
                patch.undo()
                other.execute("BEGIN IMMEDIATE")
            return grade(runner, job)

        patch.setattr(Runner, "grade", locks)
        accepted = service.submit(answers(p1__forward__h0__value=[1]))
        assert accepted.status_code == 202
        other.execute("ROLLBACK")
        ann = service.as_role("student", "ann")
        eventually(lambda: ann.get(accepted.headers["Location"]).json()["status"] == "graded")


def test_the_service_is_not_ready_while_no_process_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(settings(tmp_path)) as service, monkeypatch.context() as patch:
        ann = service.as_role("student", "ann")
        assert ann.get("/readyz").status_code == 200
        patch.setattr(Gradings, "fault", "no grading process lives (out of memory)")
        eventually(lambda: ann.get("/readyz").status_code == 503)
        refused = ann.get("/readyz")
        assert "out of memory" in problem_of(refused)["detail"]
        assert int(refused.headers["Retry-After"]) > 0
        patch.undo()
        eventually(lambda: ann.get("/readyz").status_code == 200)
