"""The examples of the OpenAPI document: requests played against a service, and what it answered.

`make openapi` writes them beside app.api.documented, and the document to docs/openapi.json. Whoever adds a route, or a
way to be refused, adds a step. Ids and tokens are random; in an example they are counted instead, and long lists and
texts are cut off.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from app.api.documented import EXAMPLES, PROBLEM
from app.main import create_app
from tests.app.example_steps import STEPS, Step
from tests.app.issuer import Issuer, on_a_port
from tests.app.service import Hands, Running, serving, settings, token_for
from tests.homework6 import ROOT

DOCUMENT = ROOT / "docs" / "openapi.json"
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
UNREACHABLE = "http://127.0.0.1:9"
LONGEST_LIST, LONGEST_TEXT = 3, 400
BINARY = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Book:
    """What was sent and answered: by operation, and one problem of each code."""

    operations: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: dict[str, Any] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)

    def enter(self, operation: str, step: Step, response: httpx.Response) -> None:
        media = response.headers.get("content-type", "").partition(";")[0]
        if media == PROBLEM:
            problem = self.told(response.json())
            self.problems.setdefault(problem["code"], problem)
            return
        found = self.operations.setdefault(operation, {"request": {}, "responses": {}})
        if step.sent is not None:
            kind, text = step.posted
            sent = json.loads(text) if kind == "application/json" else text
            found["request"].setdefault(kind, {})[step.name] = {"value": self.told(sent)}
        if response.content and media != BINARY:
            value = response.json() if media == "application/json" else response.text
            of_status = found["responses"].setdefault(str(response.status_code), {}).setdefault(media, {})
            of_status[step.name] = {"value": self.told(value)}

    def told(self, value: Any) -> Any:
        """A value as an example: cut off, with what is random counted."""
        match value:
            case str():
                text = re.sub(r"gb_[\w-]{43}|\b[0-9a-f]{32}\b", self._counted, value)
                return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."
            case list():
                return [self.told(item) for item in value[:LONGEST_LIST]]
            case dict():
                return {key: self.told(item) for key, item in value.items()}
            case _:
                return value

    def _counted(self, found: re.Match[str]) -> str:
        text = found[0]
        number = len(self.counted) + 1
        counted = f"gb_{'x' * 40}{number:03}" if text.startswith("gb_") else f"{number:032x}"
        return self.counted.setdefault(text, counted)


def play() -> Book:
    """Play all steps against services of their own."""
    book, names = Book(), _operations()
    with tempfile.TemporaryDirectory() as folder, on_a_port() as issuer:
        trusted = (issuer.settings(), issuer.settings(issuer=UNREACHABLE, jwks_url=f"{UNREACHABLE}/keys"))
        chosen = settings(Path(folder), oidc=trusted, reads_per_minute=1000, submits_per_minute=20)
        with serving(chosen, Hands(NOW)) as service:
            stage = Stage(service, issuer)
            for step in STEPS:
                method, path = step.route.split(" ")
                with step.while_():
                    response = [stage.ask(step, method, path) for _ in range(step.times)][-1]
                operation = _operation(names, method, path)
                assert response.status_code == step.status, (step.route, response.status_code, response.text)
                book.enter(operation, step, response)
    return book


@dataclass
class Stage:
    """A service, and what earlier answers gave names to, to be used in later steps as `{name}`."""

    service: Running
    issuer: Issuer
    names: dict[str, str] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def ask(self, step: Step, method: str, path: str) -> httpx.Response:
        headers = {key: self._filled(text) for key, text in step.headers.items()}
        content = None
        if step.sent is not None:
            headers["Content-Type"], content = step.posted
            content = self._filled(content) if isinstance(content, str) else content
        with closing(self.service.with_token(self._token(step))) as client:
            response = client.request(method, self._filled(path), content=content, headers=headers)
        for name, read in step.keeps.items():
            self.names[name] = read(response)
        return response

    def _token(self, step: Step) -> str:
        """The token of somebody of the course; of a workload, of a trusted issuer or of one that does not answer."""
        match step.role:
            case "nobody":
                return "gb_unknown"
            case "workload":
                return self.issuer.token(NOW.timestamp())
            case "stranger":
                return Issuer(UNREACHABLE, self.issuer.keys).token(NOW.timestamp())
        who = (step.role, step.as_ or step.role)
        if who not in self.tokens:
            self.tokens[who] = token_for(self.service.database, *who)
        return self.tokens[who]

    def _filled(self, text: str) -> str:
        known = "|".join(self.names)
        return re.sub(rf"\{{({known})\}}", lambda found: self.names[found[1]], text) if known else text


def _operations() -> Mapping[tuple[str, str], str]:
    paths = create_app().openapi()["paths"]
    return {
        (verb.upper(), path): operation["operationId"]
        for path, verbs in paths.items()
        for verb, operation in verbs.items()
    }


def _operation(names: Mapping[tuple[str, str], str], method: str, path: str) -> str:
    """The operation of a path; a fixed one goes before one with a parameter in its place."""
    asked = path.partition("?")[0]
    fitting = [
        (template.count("{"), name)
        for (verb, template), name in names.items()
        if verb == method and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), asked)
    ]
    return min(fitting, default=(0, ""))[1]


def main() -> None:
    """Write the examples, and the document with them."""
    book = play()
    EXAMPLES.write_text(_json({"operations": book.operations, "problems": dict(sorted(book.problems.items()))}))
    DOCUMENT.write_text(_json(create_app().openapi()))


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
