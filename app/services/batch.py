"""Many submissions at once, each as if it had come alone, kept a hundred to a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from app.db.database import Connection, Database
from app.errors import BodyTooLargeError, RefusalError
from app.errors.submitting import BadBatchError, BadKeyError
from app.services.pieces import elements
from app.services.roles import Caller, Right
from app.services.store import Entry, Posted, Stored, store
from app.services.submit import checked
from grader.answers import Number, dump
from grader.assignment import Assignment
from grader.errors import EnvelopeError
from grader.submission import parse

MAX_ENTRIES = 1000
ENTRIES_AT_ONCE = 100
Outcome: TypeAlias = Stored | RefusalError | EnvelopeError


@dataclass(frozen=True, slots=True)
class Batch:
    """The texts of the submissions, and how many bytes each may have."""

    texts: Sequence[str]
    max_bytes: int


def read_batch(caller: Caller, text: str, max_bytes: int) -> Batch:
    """A batch out of a body. Raises `ForbiddenError`, or `BadBatchError` if it is no array or holds too many."""
    caller.demand(Right.SUBMIT_FOR_OTHERS)
    texts = list(islice(elements(text), MAX_ENTRIES + 1))
    if len(texts) > MAX_ENTRIES:
        raise BadBatchError(f"got more than {MAX_ENTRIES} submissions; send them in several batches")
    return Batch(texts, max_bytes)


def submit_batch(
    database: Database, caller: Caller, assignment: Assignment, batch: Batch, now: datetime
) -> Sequence[Outcome]:
    """What became of each submission, in their order: stored, or refused for its own reasons."""
    entries = [_entry(caller, assignment, text, batch.max_bytes) for text in batch.texts]
    outcomes: list[Outcome] = []
    for start in range(0, len(entries), ENTRIES_AT_ONCE):
        with database.writing() as connection:
            for entry in entries[start : start + ENTRIES_AT_ONCE]:
                outcomes.append(_kept(connection, caller, assignment, entry, now))  # noqa: PERF401 -- it may raise
    return outcomes


def _entry(caller: Caller, assignment: Assignment, text: str, max_bytes: int) -> Entry | RefusalError | EnvelopeError:
    try:
        size = len(text.encode("utf-8", "surrogatepass"))
        if size > max_bytes:
            raise BodyTooLargeError(f"got a submission of {size} bytes; at most {max_bytes} are read")
        return checked(caller, assignment, _posted(text))
    except (RefusalError, EnvelopeError) as refusal:
        return refusal


def _posted(text: str) -> Posted:
    """A submission as it would be posted alone: its key, which it would have in a header, taken out of the text."""
    envelope = parse(text, "json")
    if not isinstance(envelope, Mapping) or "idempotency_key" not in envelope:
        return Posted(text, "json")
    rest = dict(envelope)
    key = rest.pop("idempotency_key")
    if not isinstance(key, str) or isinstance(key, Number):
        raise BadKeyError("got an `idempotency_key` that is no text; a key has 1 to 200 printable ASCII characters")
    return Posted(dump(rest), "json", key=key)


def _kept(
    connection: Connection,
    caller: Caller,
    assignment: Assignment,
    entry: Entry | RefusalError | EnvelopeError,
    now: datetime,
) -> Outcome:
    """Store an entry; one that is refused leaves nothing behind and the others alone."""
    if not isinstance(entry, Entry):
        return entry
    try:
        with connection.begin_nested():
            return store(connection, caller, assignment, entry, now)
    except RefusalError as refusal:
        return refusal
