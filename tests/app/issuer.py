"""An issuer of identity tokens on this machine, with keys made for the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

AUDIENCE = "gradebound"
CLAIMS = {"repository": "course-org/*", "job_workflow_ref": "course-org/ci/.github/workflows/grade.yml@refs/heads/main"}
_jtis = count(1)


@dataclass
class Issuer:
    """What an issuer publishes, what was asked of it, and tokens by it."""

    url: str = "https://issuer.example"
    keys: list[Any] = field(
        default_factory=lambda: [RSAKey.generate_key(2048, {"kid": "rsa"}), ECKey.generate_key("P-256", {"kid": "ec"})]
    )
    asked: list[str] = field(default_factory=list)
    down: bool = False

    def document(self, url: str) -> Any:
        """What is at a URL. Raises `OSError` if the issuer is down."""
        self.asked.append(url)
        if self.down:
            raise OSError
        if url.endswith("/.well-known/openid-configuration"):
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return KeySet(self.keys).as_dict(private=False)

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {"issuer": self.url, "audience": AUDIENCE, "claims": CLAIMS, **changes}

    def token(self, now: float, *, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token that is good for ten minutes; a claim that is None is left out."""
        chosen = key or self.keys[0]
        algorithm = "RS256" if chosen.key_type == "RSA" else "ES256"
        said = {
            "iss": self.url, "aud": AUDIENCE, "sub": "repo:course-org/hw6:ref:refs/heads/main",
            "jti": f"j{next(_jtis)}", "iat": int(now), "nbf": int(now), "exp": int(now) + 600,
            "repository": "course-org/hw6", "job_workflow_ref": CLAIMS["job_workflow_ref"], **claims,
        }  # fmt: skip
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": chosen.kid, "typ": "JWT", **(header or {})}, said, chosen)


@contextmanager
def on_a_port() -> Iterator[Issuer]:
    """An issuer that answers over HTTP."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                body = json.dumps(issuer.document(issuer.url + self.path)).encode()
            except OSError:
                self.send_error(503)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
