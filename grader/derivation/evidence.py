"""What a verdict on a step rests on, as a JSON object."""

from __future__ import annotations

from typing import Any

from grader.derivation.kernel import Finding, Standing


def evidence_of(finding: Finding) -> dict[str, Any] | None:
    """An identity in so many worlds, a certificate with its theorems, or a counterexample with both sides' values."""
    if finding.counterexample is not None:
        return {"kind": "counterexample", "left": finding.counterexample.left, "right": finding.counterexample.right}
    if finding.certificate is not None:
        return {"kind": "certificate", "by": list(finding.certificate.kinds), "worlds": finding.worlds}
    if finding.standing is Standing.VALID and finding.worlds:
        return {"kind": "identity", "worlds": finding.worlds}
    return None
