"""`equal` and `derive`: JSON lines in, one JSON line out for each, in order, as soon as it is known."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.cli.failures import CommandError

MAX_LINE_BYTES = 1_000_000

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]


def answer_lines(file: Path | None, answer: Answer) -> None:
    """Answer each line of a file, or of standard input, with the milliseconds that it took."""
    for line in _lines(file):
        start = time.perf_counter()
        found = answer(_object(line))
        taken = round((time.perf_counter() - start) * 1e3, 3)
        print(json.dumps({**found, "ms": taken}, ensure_ascii=False), flush=True)


def _object(line: str) -> dict[str, Any]:
    """The object that a line holds; an empty one, which nothing can be made of, if it holds none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lines(file: Path | None) -> Iterator[str]:
    try:
        if file is None:
            yield from _decoded(sys.stdin.buffer)
        else:
            with file.open("rb") as stream:
                yield from _decoded(stream)
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None


def _decoded(stream: BinaryIO) -> Iterator[str]:
    """Lines that hold something; bytes that are no UTF-8, and what a line has too much, make it no JSON object."""
    for line in stream:
        if line.strip():
            yield line[:MAX_LINE_BYTES].decode("utf-8-sig", errors="replace")
