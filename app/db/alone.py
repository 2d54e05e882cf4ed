"""One server for one database: a second one would grade what the first one has in line, and both would write."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


class ServedAlreadyError(Exception):
    """Another process serves this database."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Be the only server of a database in one file, until the block ends or the process dies, however it dies.

    The lock is on a file beside it, as SQLite has locks of its own on the database; the file stays. Raises
    `ServedAlreadyError`.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        yield
        return
    descriptor = _locked(Path(parsed.database))
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(file: Path) -> int:
    lock = Path(f"{file}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        other = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise ServedAlreadyError(
            f"the process {other} serves {file} already, and a database has one server: stop that one, or set"
            " GRADEBOUND_DATABASE to another file"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor
