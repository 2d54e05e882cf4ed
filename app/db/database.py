"""Units of work: a block that reads one state of the database, or writes and is on disk when it ends."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.errors import NoDatabaseError

__all__ = ["Connection", "Database"]

BUSY_MILLISECONDS = 5_000  # a request may wait so long for another program; the longer, the more threads wait with it
LOCKED_OUT_MILLISECONDS = 50  # the same once somebody has waited in vain, until one has not
TURN_SECONDS = 30.0  # for this process's own writers, of which the longest is a regrade of a large class
PROBE_MILLISECONDS = 1_000
MIN_FREE_BYTES = 32_000_000  # the largest batch, and the write-ahead log before it is folded in
MAX_CONNECTIONS = 60
_PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
_LOCKED = "it is locked by another program for longer than a request can wait"
_TROUBLE = {  # of the surroundings, by SQLite's primary result codes; all others are faults of our own
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: "it can't be written: its file or folder belongs to somebody else, or is read-only",
    sqlite3.SQLITE_IOERR: "the disk did not do what was asked of it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "its file can't be opened: it is not there, or too many files are open",
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_NOMEM: "there is no memory left",
}


class Database:
    """A database by its SQLAlchemy URL.

    SQLite lets one writer in at a time and makes the others poll; a lock in front of it lets this process's own
    threads wait in line instead. Other processes still meet at SQLite's own lock.

    Every unit of work raises `NoDatabaseError` where the database can't be used for a reason that passes or can be
    mended without touching the service.
    """

    def __init__(self, url: str) -> None:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._file = Path(make_url(url).database or "") if is_sqlite else None
        self._engine = _sqlite(url) if is_sqlite else create_engine(url)
        self._writing = self._engine.execution_options(writes=True)
        self._deriving = self._engine.execution_options(writes=True, is_derived=True)
        self._probing = self._engine.execution_options(writes=True, is_derived=True, patience=PROBE_MILLISECONDS)
        self._turn = threading.Lock()
        self._is_writing = False
        self._is_locked_out = False
        if is_sqlite:
            event.listen(self._engine, "begin", self._begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state and changes nothing."""
        with _told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are durable when the block ends, and undone if it raises."""
        with _told(), self._own_turn(TURN_SECONDS), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def writing_derived(self) -> Iterator[Connection]:
        """Like `writing`, for what can be derived again: a loss of power may undo the whole block after it has ended.

        It waits for no disk. The death of this process undoes nothing, and what any later `writing` makes durable has
        all blocks before it made durable too.
        """
        with _told(), self._own_turn(TURN_SECONDS), self._deriving.begin() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Like `writing`, on a connection of its own that may also replace tables which others refer to.

        SQLite alters a table by making a new one, which its foreign keys forbid; they are checked at the end instead.
        """
        with _told(), self._own_turn(TURN_SECONDS), self._writing.connect() as opened:
            connection = opened.execution_options(replaces_tables=True)
            with connection.begin():
                yield connection
                _check_references(connection)
            connection.invalidate()

    def fault(self) -> str | None:
        """Why nothing can be written now, found out by writing something; nothing while one of our own writes."""
        if self._is_writing:
            return None
        if self._file is not None and (free := disk_usage(self._file.parent).free) < MIN_FREE_BYTES:
            return f"the disk of the database has {free / 1e6:.1f} MB left; below {MIN_FREE_BYTES / 1e6:.0f} it is full"
        try:
            with _told(), self._own_turn(PROBE_MILLISECONDS / 1000), self._probing.begin() as connection:
                if self._file is not None:  # the same as it was, but written
                    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                    connection.exec_driver_sql(f"PRAGMA user_version={version:d}")
        except NoDatabaseError as fault:
            return None if self._is_writing else str(fault)
        return None

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _own_turn(self, seconds: float) -> Iterator[None]:
        """The only writer of this process, where the database has one at a time."""
        if self._file is None:
            yield
            return
        if not self._turn.acquire(timeout=seconds):
            own = f"others have been writing for more than {seconds:g} s"
            raise _no_database(own if self._is_writing else _LOCKED)
        try:
            yield
        finally:
            self._is_writing = False
            self._turn.release()

    def _begin(self, connection: Connection) -> None:
        """Writers take the lock at once: a reader that turns writer late would fail instead of wait."""
        options = connection.get_execution_options()
        if not options.get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        if options.get("replaces_tables", False):
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        patience = LOCKED_OUT_MILLISECONDS if self._is_locked_out else options.get("patience", BUSY_MILLISECONDS)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
        connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if options.get('is_derived', False) else 'FULL'}")
        self._is_locked_out = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        self._is_locked_out, self._is_writing = False, True


@contextmanager
def _told() -> Iterator[None]:
    """Trouble of the surroundings, in our own words."""
    try:
        yield
    except PoolTimeoutError as fault:
        raise _no_database(f"all {MAX_CONNECTIONS} connections to it are in use") from fault
    except OperationalError as fault:
        reason = _reason(fault.orig)
        if reason is None:
            raise
        raise _no_database(reason) from fault


def _no_database(reason: str) -> NoDatabaseError:
    return NoDatabaseError(
        f"the database can't be used: {reason}. Nothing of this was kept; try again in a few seconds"
    )


def _reason(fault: BaseException | None) -> str | None:
    """What is wrong with a database's surroundings; nothing if the fault is in what was asked of it."""
    if isinstance(fault, sqlite3.Error):
        return _TROUBLE.get(
            getattr(fault, "sqlite_errorcode", 0) & 0xFF
        )  # the rest of the code says more exactly where
    return "it can't be reached"


def _sqlite(url: str) -> Engine:
    file = make_url(url).database
    if file:
        _make_private(Path(file))
    engine = create_engine(url, pool_size=MAX_CONNECTIONS, max_overflow=0)
    event.listen(engine, "connect", _prepare)
    return engine


def _make_private(file: Path) -> None:
    """A file that only its owner reads. What SQLite puts beside it gets the same rights.

    A file that exists is not opened: when it is closed again, all locks that this process has on it would be gone.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for one in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        with suppress(FileNotFoundError, PermissionError):  # somebody else's is theirs to close
            if one.stat().st_mode & 0o077:
                one.chmod(0o600)


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not guessed by the driver
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _check_references(connection: Connection) -> None:
    """Raise `RuntimeError` if a migration left a row that refers to nothing."""
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"the migration broke {len(broken)} references, the first in table {broken[0][0]!r}")
