"""How long a batch of 1,000 homework-6 submissions takes: until it is answered, and until all are graded.

Run with `.venv/bin/python bench/batch.py [SUBMISSIONS]`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx

from app.clock import system_clock
from app.db.database import Database
from app.db.migrate import migrate
from app.services.roles import Role
from app.services.tokens import Grant, create_token
from bench.requests_per_second import PATH, SAMPLE, serving


def main(size: int = 1000) -> None:
    """Post one batch and print what it took."""
    answers = json.loads(SAMPLE.read_text())["answers"]
    entries = [{"student": f"s{number}", "answers": answers, "idempotency_key": str(number)} for number in range(size)]
    body = json.dumps(entries).encode()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/batch.db"
        with closing(Database(url)) as database:
            migrate(database)
            token = create_token(database, Grant(Role.CI), "ci", system_clock())
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with serving("app.main:create_app", url) as address, httpx.Client(base_url=address, timeout=120) as client:
            print(f"{size} submissions, {len(body) / 1e6:.1f} MB")
            for name in ("answered in", "sent again, answered in"):
                begun = time.perf_counter()
                response = client.post(f"{PATH}:batch", content=body, headers=headers)
                statuses = {result["status"] for result in response.json()}
                print(f"{name:<26}{time.perf_counter() - begun:7.2f} s  {response.status_code}, each {statuses}")
            last = response.json()[-1]["location"]
            while client.get(last, headers=headers).json()["status"] == "pending":
                time.sleep(0.2)
            print(f"{'the last one graded after':<26}{time.perf_counter() - begun:7.2f} s more")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
