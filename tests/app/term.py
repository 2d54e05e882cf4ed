"""A term of a course, played by its own clock: deadlines, extensions, late work, regrades, overrides, exports.

After each week the books are balanced: what the API says of every student is what tests.app.bookkeeper works out from
the tables.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.app.bookkeeper import books
from tests.app.regrading import DEARER, H0, ONE_WRONG, RIGHT, regrade, upload
from tests.app.service import Hands, Running

START = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
DUE = START + timedelta(days=14)
SETTINGS = {"due": DUE.isoformat(), "grace_minutes": 15, "late": {"per_day": 10, "at_most": 50, "cut_off_days": 6}}
HW = "/api/v1/assignments/hw6"
P = "p1.forward.p.value"
STRICTER = DEARER.replace("credit: 0.5", "credit: 0.25", 1)
ANSWERS: Sequence[dict[str, Any]] = (
    {H0: RIGHT}, {H0: RIGHT, P: 0.999994560402232}, {H0: ONE_WRONG, P: 0.5}, {H0: "see the sheet"}, {},
)  # fmt: skip


@dataclass
class Term:
    """A class of `size` students on a service, at `clock`'s time; chance is the seed's."""

    service: Running
    clock: Hands
    file: Path
    size: int
    overrides: int
    chance: random.Random = field(default_factory=lambda: random.Random(6))  # noqa: S311 -- the same term each time
    places: list[str] = field(default_factory=list)
    balanced: int = 0

    def begin(self) -> None:
        roster = "id,role\n" + "".join(f"s{number},student\n" for number in range(self.size))
        self._ask("instructor", "POST", "/api/v1/course/roster", content=roster, headers={"Content-Type": "text/csv"})
        self._ask("instructor", "PUT", f"{HW}/settings", json=SETTINGS)

    def week(self, days: int = 7) -> None:
        """Some hand in on every day."""
        self.service.as_role("ci")  # one client for all threads
        for _ in range(days):
            self.clock.now += timedelta(days=1)
            today = self.chance.sample(range(self.size), max(1, self.size // 7))
            with ThreadPoolExecutor(2) as threads:
                self.places += threads.map(self._hand_in, [(number, self._answers()) for number in today])
        self.balance()

    def extend(self, students: int) -> None:
        """Extensions that are granted after the deadline, for work that was late until then; one is taken back."""
        for number in self.chance.sample(range(self.size), students):
            due = {"due": (DUE + timedelta(days=3)).isoformat(), "reason": "ill"}
            self._ask("ta", "PUT", f"{HW}/extensions/s{number}", json=due)
        self.balance()
        self._ask("ta", "DELETE", f"{HW}/extensions/s{number}")
        self.balance()

    def fix(self, rubric: str) -> None:
        """A fix of the rubric: looked at, with nothing kept, then applied as it was shown."""
        instructor = self.service.as_role("instructor")
        version = upload(instructor, rubric)
        before = self._scores()
        preview = regrade(instructor, rubric_version=version)
        assert self._scores() == before
        regrade(instructor, rubric_version=version, apply=True, reason="a fix", preview=preview["preview"])
        after = self._scores()
        told = {one["student"]: _score(one["after"]["score"]) for one in preview["changes"]}
        assert after == {**before, **{name: (after[name][0], score) for name, score in told.items()}}
        self.balance()

    def override(self) -> None:
        """Words on items of some submissions; each fourth is taken back."""
        for turn, place in enumerate(self.chance.sample(self.places, min(self.overrides, len(self.places)))):
            where = f"{place}/items/{H0}/override"
            self._ask("ta", "PUT", where, json={"points": turn % 5 / 4, "reason": "by hand"})
            if turn % 4 == 3:
                self._ask("ta", "DELETE", where)
        self.balance()

    def best_counts(self) -> None:
        headers = {"If-Match": "*"}
        self._ask("instructor", "PUT", f"{HW}/settings", json={**SETTINGS, "counts": "best"}, headers=headers)
        self.balance()

    def exports(self) -> None:
        """The table of the class has the same scores."""
        rows = list(csv.DictReader(io.StringIO(self._ask("ta", "GET", f"{HW}/scores.csv").text)))
        expected = {name: (one.status, one.score) for name, one in books(self.file).items()}
        assert {row["student"]: (row["status"], _score(row["score"])) for row in rows} == expected

    def balance(self) -> None:
        expected = {name: (one.status, one.score) for name, one in books(self.file).items()}
        assert self._scores() == expected
        self.balanced += 1

    def _scores(self) -> dict[str, tuple[str, Any]]:
        students = self._ask("ta", "GET", f"{HW}/scores.json").json()["students"]
        return {one["student"]: (one["status"], _score(one["score"])) for one in students}

    def _answers(self) -> dict[str, Any]:
        return self.chance.choice(ANSWERS)

    def _hand_in(self, what: tuple[int, dict[str, Any]]) -> str:
        number, answers = what
        body = {"student": f"s{number}", "answers": answers}
        return str(self._ask("ci", "POST", f"{HW}/submissions", json=body).headers["Location"])

    def _ask(self, role: str, method: str, path: str, **options: Any) -> Any:
        response = self.service.as_role(role).request(method, path, **options)
        assert response.is_success, response.text
        return response


def _score(score: Any) -> Decimal | None:
    return None if score in {None, ""} else Decimal(str(score))
