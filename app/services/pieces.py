"""The elements of a JSON array as the texts that were sent, so that a bad one can be told apart from its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.errors.submitting import BadBatchError

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)
_DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}


def elements(text: str) -> Iterator[str]:
    """The elements' texts. Only brackets, commas and strings are looked at: what else may be wrong is an element's.

    Raises `BadBatchError` if the brackets do not make one array.
    """
    depth, start = 0, text.find("[") + 1
    if text[: start or None].strip() != "[":
        raise BadBatchError('got no JSON array; send [{"student": "...", "answers": {...}}, ...]')
    for token in _TOKENS.finditer(text, start - 1):
        mark = token.group()
        ends = depth == 1 and mark in {",", "]", "}"}
        if ends and (element := text[start : token.start()].strip()):
            yield element
        start = token.end() if ends else start
        depth += _DEEPER.get(mark, 0)
        if depth == 0:
            break
    if depth or text[start:].strip():
        raise BadBatchError("got brackets that do not fit together; the body is one JSON array, begun and ended once")
