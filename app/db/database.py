"""Units of work: a block that reads one state of the database, or writes and is on disk when it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

__all__ = ["Connection", "Database"]

BUSY_MILLISECONDS = 15_000
MAX_CONNECTIONS = 60
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


class Database:
    """A database by its SQLAlchemy URL.

    SQLite lets one writer in at a time and makes the others poll; a lock in front of it lets this process's own
    threads wait in line instead. Other processes still meet at SQLite's own lock.
    """

    def __init__(self, url: str) -> None:
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._engine = _sqlite(url) if is_sqlite else create_engine(url)
        self._writing = self._engine.execution_options(writes=True)
        self._deriving = self._engine.execution_options(writes=True, is_derived=True)
        self._turn: AbstractContextManager[Any] = threading.Lock() if is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state and changes nothing."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are durable when the block ends, and undone if it raises."""
        with self._turn, self._writing.begin() as connection:
            yield connection

    @contextmanager
    def writing_derived(self) -> Iterator[Connection]:
        """Like `writing`, for what can be derived again: a loss of power may undo the whole block after it has ended.

        It waits for no disk. The death of this process undoes nothing, and what any later `writing` makes durable has
        all blocks before it made durable too.
        """
        with self._turn, self._deriving.begin() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Like `writing`, on a connection of its own that may also replace tables which others refer to.

        SQLite alters a table by making a new one, which its foreign keys forbid; they are checked at the end instead.
        """
        with self._turn, self._writing.connect().execution_options(replaces_tables=True) as connection:
            with connection.begin():
                yield connection
                _check_references(connection)
            connection.invalidate()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _sqlite(url: str) -> Engine:
    file = make_url(url).database
    if file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=MAX_CONNECTIONS, max_overflow=0)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin`, not guessed by the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer late would fail instead of wait."""
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    if options.get("replaces_tables", False):
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    if writes:
        level = "NORMAL" if options.get("is_derived", False) else "FULL"
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_references(connection: Connection) -> None:
    """Raise `RuntimeError` if a migration left a row that refers to nothing."""
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"the migration broke {len(broken)} references, the first in table {broken[0][0]!r}")
