"""Whether the service can do its work now: what is handed in can be kept, and graded."""

from __future__ import annotations

import threading
from time import monotonic

from app.db.database import Database
from app.db.migrate import is_current
from app.errors import NoDatabaseError
from app.services.grading import Gradings

KEPT_SECONDS = 1.0  # anybody may ask, and to find out something is written


class Readiness:
    """Looks at most once a second, whoever asks."""

    def __init__(self, database: Database, gradings: Gradings) -> None:
        self._database = database
        self._gradings = gradings
        self._lock = threading.Lock()
        self._until = 0.0
        self._fault: str | None = None

    def fault(self) -> str | None:
        """Why the service is not ready, if it is not."""
        with self._lock:
            if monotonic() >= self._until:
                self._fault = self._gradings.fault or self._database.fault() or self._schema()
                self._until = monotonic() + KEPT_SECONDS
            return self._fault

    def _schema(self) -> str | None:
        try:
            fits = is_current(self._database)
        except NoDatabaseError as fault:
            return str(fault)
        return None if fits else "the database has another schema; start this version once, which migrates"
