"""Which students of a class a request is about."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from app.db.courses import CourseRecord
from app.policy.lateness import moment
from app.policy.settings import Moment
from app.policy.standing import Status
from app.reports.selection import Selection


class ChosenStudents(BaseModel):
    """Which students; a parameter that isn't known is refused, so that no filter is lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: list[str] = Field(default=[], description="these sections only")
    status: list[Status] = Field(default=[], description="students of these statuses only")
    since: Moment | None = Field(default=None, description="who handed something in at or after this moment")

    def selection(self, course: CourseRecord) -> Selection:
        """The same as a value; a moment without an offset is by the clocks of the course."""
        since = moment(self.since, ZoneInfo(course.zone)) if self.since else None
        return Selection(frozenset(self.section), frozenset(self.status), since)
