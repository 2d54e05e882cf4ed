"""What all refusals share."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from types import MappingProxyType
from typing import Any, ClassVar


def faults_of(found: Sized) -> str:
    """How many faults there are: `a fault`, `3 faults`."""
    return "a fault" if len(found) == 1 else f"{len(found)} faults"


class RefusalError(Exception):
    """A request that is refused. `status` is HTTP's, `code` a stable word for programs, `title` the same for people."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "The request can't be read"
    headers: Mapping[str, str] = MappingProxyType({})

    @property
    def members(self) -> Mapping[str, Any]:
        """What the problem document has beside the members that all have."""
        return {}


class NotFoundError(RefusalError):
    """Nothing there that the caller may see."""

    status = 404
    code = "not_found"
    title = "Not found"
