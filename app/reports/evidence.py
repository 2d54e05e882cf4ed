"""What a verdict rests on, in words: the evidence of a report, told to people who were not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

_Evidence: TypeAlias = Mapping[str, Any]
_THEOREMS: Mapping[str, str] = {"jensen": "Jensen's inequality", "kl": "a KL divergence is never negative"}


def told(evidence: _Evidence | None) -> str:
    """A sentence or two; nothing for evidence of a kind that is not known here."""
    tell = _KINDS.get((evidence or {}).get("kind", ""))
    return tell(evidence) if evidence and tell else ""


def _comparison(evidence: _Evidence) -> str:
    sources = ", ".join(evidence["sources"])
    against = f"what follows from your own {sources}" if sources else "the exact values"
    percent = f"{float(evidence['relative_tolerance']) * 100:g}"
    sentences = [f"Compared with {against}: {_entries(evidence)}, within {percent} %."]
    if differs := evidence.get("differs_at"):
        first = f"{differs['written']}{_place(differs['index'])}"
        sentences.append(f"Unlike the exact values: {_entries(differs)}, first {first}.")
    if evidence["misreadings"]:
        sentences.append(f"Explained by: {'; '.join(evidence['misreadings'])}.")
    return " ".join(sentences)


def _sampled(evidence: _Evidence) -> str:
    return f"Equal at {evidence['points']} random points, each in {_entries(evidence)}."


def _counterexample(evidence: _Evidence) -> str:
    if "steps" in evidence:
        return " ".join(map(_sides, evidence["steps"]))
    if "yours" not in evidence:
        return _sides(evidence)
    right = f", right is {evidence['right']}" if "right" in evidence else ""
    return f"At a random point{_place(evidence['entry'])} yours gives {evidence['yours']}{right}."


def _entries(evidence: _Evidence) -> str:
    return "1 entry" if evidence["entries"] == 1 else f"{evidence['entries']} entries"


def _place(index: Iterable[Any]) -> str:
    """Where an entry is, counted from 1; nothing for the only one."""
    place = ", ".join(str(int(axis) + 1) for axis in index)
    return f" in entry ({place})" if place else ""


def _sides(evidence: _Evidence) -> str:
    left, right = (f"{float(evidence[side]):.4g}" for side in ("left", "right"))
    return f"In a model with small numbers the left side is {left} and the right side {right}."


def _slips(evidence: _Evidence) -> str:
    return f"Right but for: {'; '.join(evidence['slips'])}."


def _identity(evidence: _Evidence) -> str:
    needs = f", given: {', '.join(evidence['needs'])}" if evidence.get("needs") else ""
    return f"Both sides are equal in {evidence['worlds']} random models{needs}."


def _certificate(evidence: _Evidence) -> str:
    by = " and ".join(_THEOREMS.get(kind, kind) for kind in evidence["by"])
    return f"Proved by: {by}; and it holds in {evidence['worlds']} random models."


_KINDS: Mapping[str, Callable[[_Evidence], str]] = {
    "comparison": _comparison,
    "sampled": _sampled,
    "counterexample": _counterexample,
    "slips": _slips,
    "identity": _identity,
    "certificate": _certificate,
    "shape": lambda _: "No reading of it has the shape that is asked for.",
}
