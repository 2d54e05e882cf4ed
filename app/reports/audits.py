"""An audit in the JSON that commands.md of the design pins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.report import Audit


def audit_values(audit: Audit) -> Mapping[str, Any]:
    """Figures and items; Python's `from_` is called `from` in JSON."""
    dumped = audit.model_dump(mode="json", by_alias=True)
    return {"figures": [_figure(figure) for figure in dumped["figures"]], "items": dumped["items"]}


def _figure(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key.rstrip("_"): value for key, value in figure.items()}
