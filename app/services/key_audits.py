"""The audit of the key that came with each version of a rubric, made once by each engine in a grading process.

The records are the queue: a key without an audit by this engine is to be audited, also after a restart.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from app.clock import Clock
from app.db import versions
from app.db.database import Database
from app.db.versions import Keyed, NewKeyAudit
from app.reports.standing import instant
from app.runner.pool import Runner
from app.runner.process import GradingError
from app.runner.worker import KeyJob
from app.services.roles import Caller, Right
from app.services.rubrics import Shelf
from app.services.versions import unknown_version
from grader.report import FigureVerdict

log = logging.getLogger(__name__)


class KeyAudits:
    """Audits keys one after the other, in the background. To be closed in the end."""

    def __init__(self, database: Database, runner: Runner, shelf: Shelf, clock: Clock) -> None:
        self._database = database
        self._runner = runner
        self._shelf = shelf
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audits")

    def enqueue(self) -> Future[int]:
        """See to all keys that this engine has not audited; the future says how many audits were kept."""
        return self._thread.submit(self._audit_all)

    def close(self) -> None:
        """Let the audit under way end, and leave the others to the next start."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _audit_all(self) -> int:
        with self._database.reading() as connection:
            waiting = versions.unaudited(connection, self._runner.engine_version)
        return sum(self._audit(keyed) for keyed in waiting)

    def _audit(self, keyed: Keyed) -> bool:
        rubric = self._shelf.version(keyed.rubric_version)
        try:
            found = self._runner.grade(KeyJob(keyed.rubric_version, rubric.text, keyed.key))
        except GradingError as fault:
            log.warning(
                "%s: the key of version %s was not audited: %s", rubric.assignment.id, keyed.rubric_version, fault
            )
            return False
        new = NewKeyAudit(keyed.rubric_version, found.engine_version, self._clock(), keyed.key, found.body)
        with self._database.writing() as connection:
            versions.add_key_audit(connection, new)
        _warn(rubric.assignment.id, keyed.rubric_version, found.body)
        return True


def _warn(assignment: str, version: str, body: str) -> None:
    """Tell the log of a key's wrong figures."""
    wrong = [figure for figure in json.loads(body)["figures"] if figure["verdict"] == FigureVerdict.WRONG]
    for figure in wrong:
        log.warning(
            "%s: the key of version %s has %s printed %s, right %s",
            assignment, version, figure["key"], figure["printed"], figure["right"],
        )  # fmt: skip


def read_key_audit(database: Database, caller: Caller, assignment: str, version: str) -> dict[str, Any]:
    """What was found in the key of a version: `status` is `audited`, `waiting` or `no_key`.

    Raises `ForbiddenError` or `UnknownVersionError`.
    """
    caller.demand(Right.READ_ALL)
    with database.reading() as connection:
        came = versions.sources(connection, caller.course.number, assignment)
        known = [one for one in came if one.rubric_version == version]
        keys = [one.key for one in known if one.key is not None]
        found = versions.newest_key_audit(connection, Keyed(version, keys[-1])) if keys else None
    if not known:
        raise unknown_version(assignment, version)
    if found is None:
        return {"rubric_version": version, "status": "waiting" if keys else "no_key"}
    body = json.loads(found.body)
    return {
        "rubric_version": version,
        "status": "audited",
        "engine_version": found.engine_version,
        "audited_at": instant(found.audited_at),
        "counts": Counter(figure["verdict"] for figure in body["figures"]),
        **body,
    }
