"""How long the scores of a class of 2,000 students with three attempts each take to write, and how much memory.

The baseline, in the same run, reads the book and writes nothing: every export has to do that. Memory is what Python
holds at most while a file is written, for 200 students and for all: where rows are streamed, the two are close.
Run with `.venv/bin/python bench/exports.py [STUDENTS]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert

from app.assignments import Rubric, load_named
from app.clock import system_clock
from app.db.database import Database
from app.db.migrate import migrate
from app.db.tables import Member, Person, Report, Submission
from app.reports.formats import FORMS, Form
from app.reports.identities import Naming
from app.reports.importers.canvas import canvas
from app.reports.selection import Selection, Sort
from app.reports.shapes import Shape
from app.services.book import open_book
from app.services.exports import Handing, Order, Wanted, hand_over, write_scores
from app.services.roles import Caller, Role
from app.services.rubrics import keep_rubrics
from app.services.tokens import Grant, create_token, identify
from app.settings import HOME
from grader.engine import grade
from grader.submission import read_submission

ATTEMPTS = 3
FEW = 200
WEIGHED = ("csv, a row a student", "xlsx, a row an item")
SAMPLE = HOME / "tests/data/homework6/sample_submissions/bias_map_forgotten.json"


@contextmanager
def course(students: int) -> Iterator[tuple[Database, Order]]:
    """A course whose students all handed in three times, and its TA."""
    rubric = load_named(HOME / "rubrics", "hw6")
    with tempfile.TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/bench.db")) as database:
        migrate(database)
        keep_rubrics(database, {"hw6": rubric}, system_clock())
        token = create_token(database, Grant(Role.TA), "tina", system_clock())
        caller = identify(database, token, system_clock())
        fill(database, caller, rubric, students)
        yield database, Order(caller, rubric.assignment, system_clock())


def fill(database: Database, caller: Caller, rubric: Rubric, students: int) -> None:
    """Enter students, submissions and their reports."""
    body = json.dumps({"answers": json.loads(SAMPLE.read_text())["answers"]})
    report = grade(read_submission(body, rubric.assignment.answer_ids), rubric.assignment).model_dump_json()
    now = system_clock()
    people = [{"number": 1000 + n, "name": f"student{n:05}"} for n in range(students)]
    members = [
        {"course_number": 1, "person_number": one["number"], "role": "student", "section": "A", "joined_at": now}
        for one in people
    ]
    sent = [
        {
            "number": 1 + n, "id": f"{n:032x}", "course_number": 1, "assignment": "hw6",
            "student_number": people[n % students]["number"], "token_number": caller.token_number,
            "received_at": now + timedelta(seconds=n), "syntax": "json", "body": body,
        }
        for n in range(students * ATTEMPTS)
    ]  # fmt: skip
    reports = [
        {
            "submission_number": one["number"], "rubric_version": rubric.assignment.version,
            "engine_version": "bench", "graded_at": now, "body": report,
        }
        for one in sent
    ]  # fmt: skip
    with database.writing() as connection:
        for table, rows in ((Person, people), (Member, members), (Submission, sent), (Report, reports)):
            connection.execute(insert(table), rows)


def exports(database: Database, order: Order) -> Mapping[str, Callable[[BinaryIO], object]]:
    """What is measured, the baseline first."""

    def read(_out: BinaryIO) -> None:
        with open_book(database, order.caller.course, order.assignment) as book:
            for standing in book.standings():
                _ = standing.status

    def scores(form: Form, shape: Shape, sort: Sort = Sort.STUDENT) -> Callable[[BinaryIO], object]:
        wanted = Wanted(shape, Selection(), sort, Naming.IDS, FORMS[form].write)
        return lambda out: write_scores(database, order, wanted, out)

    return {
        "the book alone": read,
        **{f"{form}, a row a student": scores(form, Shape.STUDENTS) for form in Form},
        "csv, by score": scores(Form.CSV, Shape.STUDENTS, Sort.SCORE_DOWN),
        "csv, long": scores(Form.CSV, Shape.LONG),
        "xlsx, a row an item": scores(Form.XLSX, Shape.ITEMS),
        "canvas": lambda out: hand_over(database, order, Handing(canvas, Selection()), out),
    }


def seconds(write: Callable[[BinaryIO], object]) -> tuple[float, int]:
    """How long a file takes, and its size."""
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        write(cast("BinaryIO", out))
        return time.perf_counter() - begun, out.seek(0, 2)


def peak(write: Callable[[BinaryIO], object]) -> float:
    """Megabytes that Python holds at most, beyond what it held before."""
    with tempfile.TemporaryFile() as out:
        tracemalloc.start()
        write(cast("BinaryIO", out))
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return held / 1e6


def main(students: int) -> None:
    """Print the table."""
    with course(FEW) as (database, order):
        few = {name: peak(exports(database, order)[name]) for name in WEIGHED}
    with course(students) as (database, order):
        measured = exports(database, order)
        baseline = min(seconds(measured["the book alone"])[0] for _ in range(2))
        print(f"{students} students, {ATTEMPTS} attempts each")
        for name, write in measured.items():
            took, size = seconds(write)
            print(f"{name:24} {took:6.2f} s  x{took / baseline:4.1f}  file {size / 1e6:6.2f} MB")
        for name in WEIGHED:
            print(
                f"{name:24} memory {few[name]:.1f} MB for {FEW} students, {peak(measured[name]):.1f} MB for {students}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
