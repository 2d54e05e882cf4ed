"""The client that the commands use: the token out of the environment, and failures as a command's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.failures import CommandError
from app.client import AddressError, Client, RejectedError, UnreachableError

UNREACHABLE = 3


def own_token() -> str:
    """The token of GRADEBOUND_TOKEN. Raises `CommandError` if there is none."""
    token = os.environ.get("GRADEBOUND_TOKEN", "").strip()
    if not token:
        raise CommandError("GRADEBOUND_TOKEN is not set; put your token into it")
    return token


@contextmanager
def connected(server: str, patience: float = 30.0) -> Iterator[Client]:
    """A client with the token of GRADEBOUND_TOKEN. Ends the command with exit code 3 if the service can't be reached.

    Raises `CommandError` without a token, for an address that is none, and for what the service rejects.
    """
    try:
        with Client(server, own_token(), patience) as client:
            yield client
    except UnreachableError as error:
        print(f"gradebound: {server} could not be reached: {error}", file=sys.stderr)
        sys.exit(UNREACHABLE)
    except RejectedError as error:
        raise CommandError(str(error)) from None
    except AddressError as error:
        raise CommandError(f"--server: {error}") from None
