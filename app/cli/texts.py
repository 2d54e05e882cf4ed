"""The text of a file or of standard input. Apart, as a command that only sends it need not load what reads it."""

from __future__ import annotations

import sys
from pathlib import Path

from app.cli.failures import CommandError


def read_text(file: Path | None) -> str:
    """The text of a file, or of standard input. Raises `CommandError`."""
    try:
        data = sys.stdin.buffer.read() if file is None else file.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"can't read {file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise CommandError(f"{file or 'standard input'} is not UTF-8 text: byte {error.start} can't be read") from None


def is_yaml(file: Path | None) -> bool:
    """Whether a file's name says that it is YAML."""
    return file is not None and file.suffix.lower() in {".yaml", ".yml"}
