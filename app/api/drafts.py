"""Answers that are written to a file before they are sent: however large, with a length, and never broken off half."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, BinaryIO, TypeAlias, cast

from fastapi.responses import StreamingResponse

_PIECE_BYTES = 65_536
Fill: TypeAlias = Callable[[BinaryIO], Mapping[str, str]]


def drafted(fill: Fill, media_type: str, name: str) -> StreamingResponse:
    """Answer with what `fill` writes, as a file of this name; what it returns are further headers.

    What `fill` raises is raised before anything is sent.
    """
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **fill(cast("BinaryIO", file))}
        headers["Content-Length"] = str(file.seek(0, os.SEEK_END))
        return StreamingResponse(_pieces(file, stack.pop_all()), headers=headers, media_type=media_type)


def _pieces(file: IO[bytes], closing: ExitStack) -> Iterator[bytes]:
    with closing:
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece
