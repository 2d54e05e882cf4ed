"""From which of a student's earlier answers an answer may have been computed.

A source is a set of earlier answers taken as written; everything else upstream is recomputed. Only what is not hidden
behind another written answer counts, so that a chain of ten answers has ten sources and not a thousand.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from grader.following.quantities import Quantity

Source: TypeAlias = frozenset[Quantity]
Dependencies: TypeAlias = Mapping[Quantity, frozenset[Quantity]]

MAX_SOURCES = 64


def sources(quantity: Quantity, answered: AbstractSet[Quantity], dependencies: Dependencies) -> tuple[Source, ...]:
    """All sources of a quantity, the one with everything as written first, at most `MAX_SOURCES`.

    `answered` are the quantities with an answer that may be followed from.
    """
    first = _visible(quantity, answered, dependencies)
    found: dict[Source, None] = {first: None}
    waiting = deque([(first, frozenset(answered))])
    while waiting and len(found) < MAX_SOURCES:
        source, usable = waiting.popleft()
        for dropped in sorted(source):
            rest = usable - {dropped}
            nearer = _visible(quantity, rest, dependencies)
            if nearer not in found:
                found[nearer] = None
                waiting.append((nearer, rest))
    return tuple(found)[:MAX_SOURCES]


def _visible(quantity: Quantity, usable: AbstractSet[Quantity], dependencies: Dependencies) -> Source:
    """The usable answers that a quantity is computed from, looking through the ones that are not usable."""
    visible: set[Quantity] = set()
    passed: set[Quantity] = set()
    waiting = list(dependencies[quantity])
    while waiting:
        other = waiting.pop()
        if other in usable:
            visible.add(other)
        elif other not in passed:
            passed.add(other)
            waiting += dependencies[other]
    return frozenset(visible)
