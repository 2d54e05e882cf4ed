"""What of a result waits for the key: words and evidence say what is secret, and one place leaves it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Secret:
    """Something of the key: a right value, a right line, an author's formula or plan; `value` is told once it is out.

    It is no text, so that it cannot be put into a sentence by accident.
    """

    value: Any

    def __str__(self) -> str:
        raise TypeError("a secret is no text: `said` and `disclosed` tell it once the key is released")


Words: TypeAlias = tuple[str | Secret, ...]
"""Sentences in order. A secret among them is a sentence, or the end of one, by itself."""


def said(words: Words, *, released: bool) -> str:
    """Words as a text, without what is secret while the key is not released."""
    return "".join(part if isinstance(part, str) else _open(part, released=released) for part in words).strip()


def _open(secret: Secret, *, released: bool) -> str:
    return str(secret.value) if released else ""


def disclosed(evidence: Mapping[str, Any] | None, *, released: bool) -> Mapping[str, Any] | None:
    """Evidence as data; what is secret in it has no key while the homework's key is not released."""
    if evidence is None:
        return None
    told = evidence if released else {key: part for key, part in evidence.items() if not isinstance(part, Secret)}
    return {key: part.value if isinstance(part, Secret) else part for key, part in told.items()}
