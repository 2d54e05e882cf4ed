from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Executable, delete, event, insert, inspect, select, text, update
from sqlalchemy.exc import OperationalError

from app.clock import system_clock
from app.db import courses
from app.db import database as module
from app.db.alone import ServedAlreadyError, alone
from app.db.database import Database
from app.db.migrate import is_current, migrate
from app.db.tables import Base, Rubric, Token
from app.errors import BadNameError, NoDatabaseError, NoTokenError
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


def test_nobody_but_the_owner_reads_the_database_or_what_stands_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "test.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        migrate(database)
        token_for(database, "student", "ann")
        assert modes(tmp_path) == {"test.db": "600", "test.db-shm": "600", "test.db-wal": "600"}
    for one in tmp_path.iterdir():
        one.chmod(0o644)
    with closing(Database(f"sqlite:///{file}")) as database, database.reading() as connection:
        connection.execute(select(Token)).all()
        assert set(modes(tmp_path).values()) == {"600"}


def modes(folder: Path) -> dict[str, str]:
    return {one.name: f"{one.stat().st_mode & 0o777:o}" for one in folder.iterdir()}


def test_a_second_server_of_one_file_is_refused_and_a_dead_one_is_not_in_the_way(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    for _ in range(2):
        with alone(url):
            with pytest.raises(ServedAlreadyError, match=f"process {os.getpid()} serves"), alone(url):
                pass
            with alone(f"sqlite:///{tmp_path / 'other.db'}"):
                pass
    assert modes(tmp_path) == {"test.db.lock": "600", "other.db.lock": "600"}


class Fault(NamedTuple):
    """What goes wrong around a database, and how it is told."""

    name: str
    happens: Callable[[Database, Path], AbstractContextManager[None]]
    said: str


@contextmanager
def locked(_database: Database, file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(database: Database, _file: Path) -> Iterator[None]:
    """As SQLite sees it: the file may not grow."""
    with database.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    yield
    with database.reading() as connection:
        connection.execute(text("PRAGMA max_page_count=1000000"))


@contextmanager
def gone(database: Database, file: Path) -> Iterator[None]:
    database.close()
    folder = file.parent.rename(file.parent.with_name("elsewhere"))
    yield
    folder.rename(file.parent)


@contextmanager
def readable_only(database: Database, _file: Path) -> Iterator[None]:
    with database.reading() as connection:
        connection.execute(text("PRAGMA query_only=ON"))
    yield
    with database.reading() as connection:
        connection.execute(text("PRAGMA query_only=OFF"))


FAULTS = [
    Fault("locked by another program", locked, "locked by another program"),
    Fault("a full disk", full, "the disk is full"),
    Fault("a folder that is gone", gone, "can't be opened"),
    Fault("a database that is read-only", readable_only, "read-only"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_trouble_of_the_surroundings_is_told_and_passes(
    database: Database, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_MILLISECONDS", 20)
    before = len(list_tokens(database))
    with fault.happens(database, tmp_path / "new" / "test.db"):
        for _ in range(3):
            with pytest.raises(NoDatabaseError, match=fault.said):
                fill(database)
    fill(database)
    assert len(list_tokens(database)) == before + 1


def fill(database: Database) -> None:
    """A write that needs new pages."""
    with database.writing() as connection:
        row = {"version": uuid4().hex[:12], "assignment": "hw", "text": "x" * 100_000, "loaded_at": datetime.now(UTC)}
        connection.execute(insert(Rubric), row)
    token_for(database, "student", "ann")


def test_a_fault_of_our_own_is_none_of_the_surroundings(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"), database.reading() as connection:
        connection.execute(text("SELECT * FROM not_there"))


def test_after_one_has_waited_in_vain_the_others_are_told_at_once_until_one_is_let_in(
    database: Database, tmp_path: Path
) -> None:
    """Counted by what SQLite is told to wait."""
    waits: list[str] = []
    event.listen(database._engine, "before_cursor_execute", lambda *given: waits.append(given[2]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BUSY_MILLISECONDS", 60)
        with locked(database, tmp_path / "new" / "test.db"):
            for _ in range(3):
                with pytest.raises(NoDatabaseError), database.writing():
                    pass
        for _ in range(2):
            with database.writing():
                pass
    assert [int(one.partition("=")[2]) for one in waits if "busy_timeout" in one] == [60, 50, 50, 50, 60]


def test_whether_it_can_be_written_is_found_out_by_writing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PROBE_MILLISECONDS", 20)
    assert database.fault() is None
    for fault in (locked, readable_only):
        with fault(database, tmp_path / "new" / "test.db"):
            assert database.fault() is not None
        assert database.fault() is None
    with database.writing():
        assert database.fault() is None
    free = SimpleNamespace(free=31_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(module, "disk_usage", lambda _: free)
        assert "31.0 MB left" in str(database.fault())
    assert database.fault() is None
