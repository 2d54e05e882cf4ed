"""A regrade: what a class has by another version of its rubric, or by another engine, and letting that hold.

Nothing is kept of a preview. Applied, all new reports and the version that holds from then on are one transaction, so
that a class never has points of two versions. What arrives meanwhile is graded by whichever version holds in the end.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.clock import Clock
from app.db import regrades, rubrics, submissions, versions
from app.db.audit import Act, add_entry
from app.db.book import Offered
from app.db.database import Database
from app.db.rubrics import NewActivation
from app.db.submissions import NewReport
from app.errors.grades import PreviewStaleError, RegradeRunningError
from app.runner.process import GradingError
from app.services.grading import Gradings
from app.services.replay import Look, Plan, Replays
from app.services.roles import Caller, Right
from app.services.rubrics import Shelf
from app.services.versions import unknown_version
from grader.assignment import Assignment

_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Order:
    """A regrade that is asked for: by which version, and, if it is to be applied, why and after which preview."""

    version: str | None = None
    apply: bool = False
    reason: str = ""
    preview: str | None = None


class Regrades:
    """Works out regrades, one at a time, and applies them."""

    def __init__(self, database: Database, gradings: Gradings, shelf: Shelf, clock: Clock) -> None:
        self._database = database
        self._gradings = gradings
        self._replays = Replays(database, gradings)
        self._shelf = shelf
        self._clock = clock
        self._turn = threading.Lock()

    def regrade(self, caller: Caller, assignment_id: str, order: Order) -> dict[str, Any]:
        """What a regrade changes; if it is ordered so, the new version holds from then on.

        Raises `ForbiddenError`, `UnknownAssignmentError`, `UnknownVersionError`, `RegradeRunningError` or
        `PreviewStaleError`.
        """
        caller.demand(Right.REGRADE)
        with self._one_at_a_time():
            before = self._shelf.active(caller.course.number, assignment_id).assignment
            plan = Plan(caller.course, before, self._version(caller, assignment_id, order.version or before.version))
            look = self._apply(caller, plan, order) if order.apply else self._replays.look(plan, {})
        return {**look.outline, "applied": order.apply, "preview": look.digest, **look.detail}

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._turn.acquire(blocking=False):
            raise RegradeRunningError("a regrade or its preview is being worked out just now; ask again in 10 seconds")
        try:
            yield
        finally:
            self._turn.release()

    def _version(self, caller: Caller, assignment_id: str, version: str) -> Assignment:
        with self._database.reading() as connection:
            known = versions.seen_text(connection, caller.course.number, assignment_id, version)
        if known is None:
            raise unknown_version(assignment_id, version)
        return self._shelf.version(version).assignment

    def _apply(self, caller: Caller, plan: Plan, order: Order) -> Look:
        """Look until nothing has come in between, or often enough; what came after the last look is put in line."""
        look = self._fresh(plan, order, None)
        for _ in range(_LOOKS - 1):
            if self._keep(caller, plan, order, look):
                break
            look = self._fresh(plan, order, look)
        else:
            self._keep(caller, plan, order, look, whatever_came=True)
        self._put_in_line(plan.offered)
        return look

    def _fresh(self, plan: Plan, order: Order, last: Look | None) -> Look:
        look = self._replays.look(plan, last.found if last else {})
        if order.preview not in {None, look.digest}:
            raise PreviewStaleError(
                f"got the preview {str(order.preview)[:40]!a}, but what the regrade does is {look.digest} now:"
                " look at it again (without `apply`), and apply that"
            )
        return look

    def _keep(self, caller: Caller, plan: Plan, order: Order, look: Look, *, whatever_came: bool = False) -> bool:
        """Let the new version hold with all its reports, unless there are records after those that were seen."""
        now, offered = self._clock(), plan.offered
        with self._database.writing() as connection:
            if not whatever_came and look.seen != regrades.seen(connection, offered):
                return False
            reports = [one for one in look.found.values() if isinstance(one, NewReport)]
            regrades.append_reports(connection, offered, reports)
            for number, one in look.found.items():
                if isinstance(one, GradingError):
                    submissions.add_failure(connection, number, str(one), now)
            version, token = plan.after.version, caller.token_number
            outline = json.dumps(look.outline)
            rubrics.activate(connection, NewActivation(*offered, version, now, token, order.reason, outline))
            add_entry(connection, caller, Act("regrade.apply", offered.assignment, {**look.outline}), now)
        return True

    def _put_in_line(self, offered: Offered) -> None:
        """Grade what has no report by the version that holds: it came after the last look, or its grading broke."""
        with self._database.reading() as connection:
            left = regrades.ungraded_numbers(connection, offered)
        for owned in left:
            self._gradings.enqueue(owned)
