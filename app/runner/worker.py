"""The far side: a process that grades, or audits, what comes down its pipe until the pipe ends."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from grader.assignment import Assignment

MAX_KEPT = 200
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Job(NamedTuple):
    """A submission's text, the version and text of the rubric that grades it, and the student's variant.

    `earlier` are the syntaxes and texts of submissions whose answers hold where this one has none, oldest first.
    """

    rubric_version: str
    rubric: str
    syntax: str
    text: str
    variant: str | None = None
    earlier: Sequence[tuple[str, str]] = ()


class KeyJob(NamedTuple):
    """An author's own answers, as YAML or JSON, to be audited by a version of a rubric."""

    rubric_version: str
    rubric: str
    key: str


class Graded(NamedTuple):
    """A report, or an audit, as JSON, and the versions that it was made by."""

    rubric_version: str
    engine_version: str
    body: str


class Broken(NamedTuple):
    """A fault of the grading, as a traceback for an operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker is born with.

    Assignments by version, the bytes of address space that it may take, the seconds of CPU time that one job may take,
    and the process that it is not to outlive.
    """

    assignments: Mapping[str, Assignment]
    address_space: int
    cpu_seconds: float
    parent: int


def run(connection: Connection, work: Work) -> None:
    """Do jobs until the parent closes the pipe, or dies; the engine's version says that the process is ready."""
    _die_with(work.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    resource.setrlimit(resource.RLIMIT_AS, (work.address_space, work.address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what is killed for its CPU time would leave a core behind
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded: there are as many processes as cores already
    engine = import_module("grader.engine")
    shelf = dict(work.assignments)
    try:
        connection.send(engine.ENGINE_VERSION)
        while True:
            job = connection.recv()
            _allow_cpu(work.cpu_seconds)
            connection.send(_answer(job, shelf))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _die_with(parent: int) -> None:
    """Be killed when the parent dies, however it dies, and whatever this process does then.

    A pipe's end is noticed only by who reads it. What Linux offers comes too late for a parent that is dead already.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _allow_cpu(seconds: float) -> None:
    """Let the kernel end this process when it has used so much CPU time from now on: a backstop behind all budgets.

    The kernel counts a process's whole life, in whole seconds.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + seconds), hard))


def _answer(job: Job | KeyJob, shelf: dict[str, Assignment]) -> Graded | Broken:
    try:
        assignment = _assignment(job, shelf)
        return _grade(job, assignment) if isinstance(job, Job) else _audit(job, assignment)
    except MemoryError:
        raise  # the process may not be sound any more: let it end, the parent starts another
    except Exception:  # noqa: BLE001 -- whatever breaks in a grading is told to the parent and contained here
        return Broken(traceback.format_exc())


def _assignment(job: Job | KeyJob, shelf: dict[str, Assignment]) -> Assignment:
    """The job's assignment, read once and kept; the oldest is dropped when there are many."""
    from grader.rubric import parse_rubric  # noqa: PLC0415 -- as below

    if job.rubric_version not in shelf:
        if len(shelf) >= MAX_KEPT:
            del shelf[next(iter(shelf))]
        shelf[job.rubric_version] = parse_rubric(job.rubric).kept_as(job.rubric_version)
    return shelf[job.rubric_version]


def _grade(job: Job, assignment: Assignment) -> Graded:
    from grader.engine import grade  # noqa: PLC0415 -- the parent, which imports this module too, needs no engine
    from grader.submission import merged, read_submission  # noqa: PLC0415

    texts = (*job.earlier, (job.syntax, job.text))
    # What was accepted once may be graded by any version: ids that this one does not know are let be.
    submissions = [read_submission(text, None, syntax=syntax) for syntax, text in texts]
    report = grade(merged(submissions), assignment, job.variant)
    return Graded(report.rubric_version, report.engine_version, report.model_dump_json())


def _audit(job: KeyJob, assignment: Assignment) -> Graded:
    from grader.audit import audit  # noqa: PLC0415 -- as above
    from grader.engine import ENGINE_VERSION  # noqa: PLC0415
    from grader.submission import read_submission  # noqa: PLC0415

    found = audit(read_submission(job.key, assignment.answer_ids, syntax="yaml", bare=True), assignment)
    return Graded(assignment.version, ENGINE_VERSION, found.model_dump_json(by_alias=True))
