"""A database of version 0.3, with what a course had in it, brought up to date."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from app.clock import system_clock
from app.db.database import Database
from app.db.migrate import config_of, is_current, migrate
from app.services.tokens import digest, identify
from grader.engine import grade
from grader.rubric import parse_rubric
from grader.submission import Submission
from tests.homework6 import ROOT, hw6, load

OLD = """
    INSERT INTO people (number, name) VALUES (1, 'ann'), (2, 'ci'), (3, 'bob');
    INSERT INTO tokens (number, digest, role, person_number, created_at) VALUES
        (1, '{ann}', 'student', 1, '2026-11-01 10:00:00.000000'), (2, '{ci}', 'ci', 2, '2026-11-01 10:00:00.000000');
    INSERT INTO rubrics (version, assignment, text, loaded_at) VALUES
        ('new', 'hw', 'b', '2026-11-03 10:00:00.000000'), ('old', 'hw', 'a', '2026-11-01 10:00:00.000000');
    INSERT INTO submissions (number, id, assignment, student_number, token_number, received_at, syntax, body) VALUES
        (1, 's1', 'hw', 1, 1, '2026-11-02 10:00:00.000000', 'json', '{{}}'),
        (2, 's2', 'hw', 3, 2, '2026-11-02 11:00:00.000000', 'json', '{{}}');
    INSERT INTO reports (number, submission_number, rubric_version, engine_version, graded_at, body) VALUES
        (1, 1, 'old', '0.3.0', '2026-11-02 10:00:01.000000', '{{}}');
"""


@pytest.fixture
def old(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with database.migrating() as connection:
        command.upgrade(config_of(connection), "0001")
        for statement in OLD.format(ann=digest("ann's"), ci=digest("ci's")).split(";\n"):
            connection.execute(text(statement))
    return database


def test_what_was_there_belongs_to_the_first_course(old: Database) -> None:
    with closing(old):
        assert not is_current(old)
        migrate(old)
        assert is_current(old)
        ann = identify(old, "ann's", system_clock())
        assert (ann.name, ann.course.id, ann.scopes) == ("ann", "default", None)
        with old.reading() as connection:
            submissions = connection.execute(text("SELECT number, course_number FROM submissions")).all()
            members = connection.execute(text("SELECT person_number, role FROM members ORDER BY 1")).all()
            holds = connection.execute(text("SELECT rubric_version FROM activations ORDER BY number DESC")).scalar()
            assert connection.execute(text("SELECT count(*) FROM reports")).scalar_one() == 1
        assert submissions == [(1, 1), (2, 1)]
        assert members == [(1, "student"), (2, "ci"), (3, "student")]
        assert holds == "new"


def test_references_are_checked_again_after_the_upgrade(old: Database) -> None:
    with closing(old):
        migrate(old)
        with old.reading() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_migration_that_breaks_a_reference_is_undone(old: Database) -> None:
    def orphan() -> None:
        with old.migrating() as connection:
            connection.execute(text("DELETE FROM people WHERE number = 3"))

    with closing(old):
        with pytest.raises(RuntimeError, match="1 references, the first in table 'submissions'"):
            orphan()
        with old.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 3


NAMED = re.compile(r"    nodes:\n(?:      .*\n)+    loss: L\n(?:    sizes: .*\n)?")


@pytest.mark.parametrize("graphs", [("gan", "autoencoder"), ("gan  # of 0.5", "autoencoder")])
def test_a_kept_rubric_that_names_a_graph_declares_it_and_keeps_its_version(old: Database, graphs: list[str]) -> None:
    now = (ROOT / "rubrics" / "hw6.yaml").read_text("utf-8")
    names = iter(graphs)
    before = NAMED.sub(lambda _: f"    graph: {next(names)}\n", now)
    assert before.count("graph: ") == 2
    with closing(old):
        with old.migrating() as connection:
            connection.execute(text("UPDATE rubrics SET text = :text WHERE version = 'old'"), {"text": before})
        migrate(old)
        with old.reading() as connection:
            kept = {row.version: row.text for row in connection.execute(text("SELECT version, text FROM rubrics"))}
    assert kept["new"] == "b"
    declared = parse_rubric(kept["old"])
    answers = load("sample_submissions/all_right_latex.json")["answers"]
    assert grade(Submission(answers=answers), declared).items == grade(Submission(answers=answers), hw6()).items


def test_times_of_the_upgrade_are_those_of_the_records(old: Database) -> None:
    with closing(old):
        migrate(old)
        bob = text("SELECT joined_at FROM members WHERE person_number = 3")
        with old.reading() as connection:
            joined = datetime.fromisoformat(connection.execute(bob).scalar_one()).replace(tzinfo=UTC)
        assert joined == datetime(2026, 11, 2, 11, tzinfo=UTC)
