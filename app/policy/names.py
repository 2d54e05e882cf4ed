"""When two names are the same, and when they are so alike that one is likely a typo of the other."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from difflib import get_close_matches


def composed(name: str) -> str:
    """A name in Unicode's composed form (NFC), in which what looks the same and was typed elsewhere is the same."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """A name without what gets lost on its way: upper and lower case, compatibility forms, blanks.

    By Unicode's caseless matching of identifiers (NFKC, folded, and again, as folding may undo it).
    """
    loose = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(loose.split())


def nearest(name: str, known: Collection[str]) -> str | None:
    """The known name that a name is most like, if any is like it at all."""
    by_folded = {folded(one): one for one in known}
    found = get_close_matches(folded(name), by_folded, n=1)
    return by_folded[found[0]] if found else None
