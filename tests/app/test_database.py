from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Executable, delete, insert, inspect, select, text, update

from app.clock import system_clock
from app.db import courses
from app.db.database import Database
from app.db.migrate import is_current, migrate
from app.db.tables import Base, Rubric, Token
from app.errors import BadNameError, NoTokenError
from app.errors.access import UnknownTokenError
from app.services.roles import Role
from app.services.tokens import identify, list_tokens, revoke_token
from tests.app.service import token_for


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path / 'new' / 'test.db'}")) as fresh:
        migrate(fresh)
        yield fresh


def test_migrations_start_from_nothing_and_end_at_the_tables(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        names = set(inspect(connection).get_table_names())
    assert names == {*Base.metadata.tables, "alembic_version"}


def test_a_column_that_no_migration_makes_would_be_noticed(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE tokens DROP COLUMN revoked_at"))
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [change[0] for change in compare_metadata(context, Base.metadata)] == ["add_column"]


def test_migrating_twice_changes_nothing_and_an_old_schema_is_not_current(database: Database) -> None:
    migrate(database)
    assert is_current(database)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not is_current(database)


def test_sqlite_is_durable_and_does_not_block_its_readers(database: Database) -> None:
    with database.writing() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous")
        }
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


def test_only_what_can_be_derived_again_does_not_wait_for_the_disk(database: Database) -> None:
    levels = []
    for unit in (database.writing, database.writing_derived, database.writing):
        with unit() as connection:
            levels.append(connection.execute(text("PRAGMA synchronous")).scalar_one())
    assert levels == [2, 1, 2]


def test_a_block_that_raises_leaves_nothing_behind(database: Database) -> None:
    def enter() -> None:
        with database.writing() as connection:
            courses.person_number(connection, "ann")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        enter()
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 0


def test_many_writers_at_once_all_get_their_turn(database: Database) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda number: token_for(database, "student", f"s{number % 4}"), range(64)))
    assert len(list_tokens(database)) == 64
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM people")).scalar_one() == 4


@pytest.mark.parametrize("statement", [update(Rubric).values(text="easier"), delete(Rubric)], ids=["update", "delete"])
def test_a_record_can_neither_be_changed_nor_deleted(database: Database, statement: Executable) -> None:
    with database.writing() as connection:
        row = {"version": "v1", "assignment": "hw", "text": "hard", "loaded_at": datetime.now(UTC)}
        connection.execute(insert(Rubric), row)
    with pytest.raises(TypeError, match="append-only"), database.writing() as connection:
        connection.execute(statement)
    with database.reading() as connection:
        assert connection.scalars(select(Rubric.text)).one() == "hard"


def test_times_come_back_as_the_utc_that_they_were(database: Database) -> None:
    before = datetime.now(UTC)
    token_for(database, "ta", "tina")
    made = list_tokens(database)[0].created_at
    assert made.tzinfo is UTC
    assert before <= made <= datetime.now(UTC)


def test_a_token_is_kept_only_as_a_digest(database: Database, tmp_path: Path) -> None:
    token = token_for(database, "student", "ann")
    with database.reading() as connection:
        assert connection.scalars(select(Token.digest)).one() == hashlib.sha256(token.encode()).hexdigest()
    files = list((tmp_path / "new").iterdir())
    assert files
    assert all(token.encode() not in file.read_bytes() for file in files)


def test_tokens_are_long_and_never_the_same(database: Database) -> None:
    tokens = {token_for(database, "student", "ann") for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43


def test_a_token_says_who_comes_until_it_is_revoked(database: Database) -> None:
    token = token_for(database, "ci", "builds")
    caller = identify(database, token, system_clock())
    assert (caller.name, caller.role) == ("builds", Role.CI)
    revoke_token(database, caller.token_number, system_clock())
    with pytest.raises(UnknownTokenError):
        revoke_token(database, caller.token_number, system_clock())
    with pytest.raises(NoTokenError, match="revoked"):
        identify(database, token, system_clock())


@pytest.mark.parametrize("name", ["", " ann", "a\nb", "x" * 201, "\ud800"])
def test_a_person_needs_a_name_that_can_be_shown(database: Database, name: str) -> None:
    with pytest.raises(BadNameError, match="printable"):
        token_for(database, "student", name)
