"""Descriptors, memory and disk used up under a running service, and given back: it goes on by itself.

What is taken away is taken from the server or its workers from outside (Linux; the disk is a small one in memory, which
needs the right to mount). Ends with an AssertionError if something acknowledged is lost, or nothing goes on. Run with
`.venv/bin/python bench/exhaustion.py`.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx

from app.db.database import Database
from app.db.migrate import migrate
from bench.requests_per_second import SAMPLE
from tests.app.process import Served
from tests.app.service import RIGHT_H0, post, token_for
from tests.app.test_grading import count
from tests.app.test_kill_nine import free_port
from tests.app.workers import workers_of
from tests.waiting import PATIENCE, eventually

DISK_BYTES = 60_000_000
WHOLE = json.dumps({"answers": json.loads(SAMPLE.read_text())["answers"]})


class Trial:
    """A server, a student, and what was acknowledged to them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'test.db'}"
        self.acknowledged: list[str] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        """Serve, and check in the end that all that was acknowledged is graded."""
        with closing(Database(self.url)) as database:
            migrate(database)
            token = token_for(database, "student", "ann")
        environment = {
            "GRADEBOUND_DATABASE": self.url, "GRADEBOUND_LOOK_SECONDS": "1", "GRADEBOUND_ANSWER_SECONDS": "0.5",
            "GRADEBOUND_RETRY_SECONDS": "0.5", "GRADEBOUND_TRIES": "50",
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {token}"}
        with (
            Served(environment, free_port(), Path(tempfile.mkdtemp()) / "log") as self.server,
            httpx.Client(base_url=self.server.address, headers=headers, timeout=PATIENCE) as self.ann,
        ):
            self.post()
            yield
            eventually(lambda: self.ready() == 200)
            if self.post() not in {201, 202}:
                raise SystemExit("it does not go on")
            for location in self.acknowledged:
                eventually(lambda at=location: self.ann.get(at).json()["status"] == "graded")

    def post(self, body: str = RIGHT_H0) -> int:
        """Hand in; what was acknowledged is remembered."""
        answer = post(self.ann, body)
        if answer.is_success:
            self.acknowledged.append(answer.headers["Location"])
        return answer.status_code

    def ready(self) -> int:
        """What /readyz answers."""
        return self.ann.get("/readyz").status_code

    def workers(self) -> set[int]:
        """The grading processes."""
        return workers_of(self.server.pid)


def descriptors(trial: Trial) -> str:
    """No file can be opened, and the workers are killed."""
    pid = trial.server.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used - 4, before[1]))
    for worker in trial.workers():
        os.kill(worker, signal.SIGKILL)
    eventually(lambda: trial.ready() == 503)
    said, posted = trial.ann.get("/readyz").json()["detail"], trial.post()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    return f"meanwhile a post is answered {posted}, /readyz 503: {said}"


def memory(trial: Trial) -> str:
    """Every worker runs out of memory at whatever it does."""
    end, posted = time.monotonic() + 8, []
    while time.monotonic() < end:
        for worker in trial.workers():
            try:
                resource.prlimit(worker, resource.RLIMIT_AS, (1, resource.RLIM_INFINITY))
            except OSError:  # it is dead already
                continue
        posted.append(trial.post(WHOLE))
    with closing(Database(trial.url)) as database:
        failed = count(database, "failures")
    return f"meanwhile {len(posted)} posts are answered {sorted(set(posted))}, and {failed} gradings fail"


def disk(trial: Trial) -> str:
    """The disk of the database is full."""
    filler = trial.folder / "filler"
    with filler.open("wb") as out:
        try:
            while True:
                out.write(b"x" * 2**16)
                out.flush()
        except OSError:
            pass
    eventually(lambda: trial.ready() == 503)
    said = trial.ann.get("/readyz").json()["detail"]
    posted = {trial.post() for _ in range(50)}
    filler.unlink()
    return f"meanwhile posts are answered {sorted(posted)}, /readyz 503: {said}"


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of its own."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["-o", f"size={DISK_BYTES}", "tmpfs", folder]
        subprocess.run(["mount", "-t", "tmpfs", *options], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def play(name: str, folder: Path, trouble: Callable[[Trial], str]) -> None:
    """One trouble, and what came of it."""
    trial = Trial(folder)
    begun = time.perf_counter()
    with trial.running():
        said = trouble(trial)
    took = time.perf_counter() - begun
    print(f"{name}: {said}\n  given back, it went on by itself; all of {len(trial.acknowledged)} graded ({took:.0f} s)")


def main() -> None:
    """All three, one after the other."""
    for name, trouble in (("descriptors", descriptors), ("memory", memory)):
        with tempfile.TemporaryDirectory() as folder:
            play(name, Path(folder), trouble)
    if os.geteuid() != 0:
        print("disk: not tried, as mounting a small one needs root")
        return
    with small_disk() as folder:
        play("disk", folder, disk)


if __name__ == "__main__":
    main()
