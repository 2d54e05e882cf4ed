"""Refusals of what is decided about grades: rubrics, regrades, overrides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from app.errors.base import NotFoundError, RefusalError, faults_of
from grader.errors import Fault


class BadRubricError(RefusalError):
    """A rubric with faults; nothing of it was kept."""

    status = 422
    code = "bad_rubric"
    title = "The rubric has faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"got {faults_of(faults)}; correct this and upload it again: {'; '.join(map(str, faults))}")
        self.faults = faults

    @property
    def members(self) -> Mapping[str, Any]:
        """Each fault with its place in the text."""
        return {"faults": [asdict(fault) for fault in self.faults]}


class BadUploadError(RefusalError):
    """An upload whose parts can't be told apart, or are too large."""

    status = 422
    code = "bad_upload"
    title = "The upload is not as expected"


class OtherAssignmentError(RefusalError):
    """A rubric of another assignment than the one that it was uploaded to."""

    status = 422
    code = "other_assignment"
    title = "The rubric is another assignment's"


class UnknownVersionError(NotFoundError):
    """No version of the assignment's rubric that the course may use."""

    code = "unknown_version"
    title = "Unknown version"


class UnknownItemError(NotFoundError):
    """No item of this id in the assignment."""

    code = "unknown_item"
    title = "Unknown item"


class NoOverrideError(NotFoundError):
    """Nothing that a person said holds of this item."""

    code = "no_override"
    title = "There is no override"


class PointsOutOfRangeError(RefusalError):
    """Points that an item can't have."""

    status = 422
    code = "points_out_of_range"
    title = "The item can't have these points"


class RegradeRunningError(RefusalError):
    """Another regrade is being worked out."""

    status = 409
    code = "regrade_running"
    title = "Another regrade is under way"
    headers: Mapping[str, str] = MappingProxyType({"Retry-After": "10"})


class PreviewStaleError(RefusalError):
    """A regrade that is to be applied as a preview showed it, which has changed since."""

    status = 412
    code = "preview_stale"
    title = "Something has changed since the preview"
