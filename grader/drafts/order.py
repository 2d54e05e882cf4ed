"""In which order the figures of a worked example are computed."""

from __future__ import annotations

import re

from grader.drafts.example import Asked, Example


class Order:
    """The order of computation: forward, gradients backward with what is computed beside them, then the rest."""

    def __init__(self, example: Example) -> None:
        self._forward = {one.name: place for place, one in enumerate(example.graph)}
        self._users = {
            name: min((place for place, one in enumerate(example.graph) if _mentions(one.formula, name)), default=0)
            for name in example.inputs
        }
        self._ranks: dict[str, tuple[float, ...]] = {}
        names = (*example.inputs, *self._forward)
        for place, one in enumerate(example.backward):
            same = example.backward_is.get(one.name, "")
            known = [self._slope(name) for name in names if _mentions(one.formula, f"d_{name}")]
            known += [self._ranks[name] for name in self._ranks if _mentions(one.formula, name)]
            rank = self._slope(same[2:]) if same else max(known, default=(1.0, -len(self._forward) - 1.0))
            self._ranks[one.name] = (*rank[:2], place + 1.0)
        self._ranks.update({name: (2.0, float(place)) for place, name in enumerate(example.derived)})

    def of(self, asked: Asked) -> tuple[float, ...]:
        """Where a figure stands."""
        if asked.gradient:
            return self._slope(asked.node)
        return self._ranks.get(asked.node, (0.0, float(self._forward.get(asked.node, -1))))

    def _slope(self, name: str) -> tuple[float, ...]:
        """Gradients come backward; the one by an input right after that by the last node that it comes to."""
        place = self._forward.get(name)
        return (1.0, -float(place)) if place is not None else (1.0, 0.5 - self._users.get(name, 0))


def _mentions(formula: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_'])", formula) is not None
