"""The public keys of issuers, kept for an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.clock import Clock
from app.errors.access import IssuerUnreachableError
from app.oidc.fetching import Fetch, fetch_json
from app.settings import TrustedIssuer, is_safe

LIFE = timedelta(hours=1)
REST = timedelta(minutes=1)
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class _Held:
    """Keys and when they were fetched; no keys where that failed."""

    keys: KeySet | None
    at: datetime

    def serves(self, kid: str | None, now: datetime) -> bool:
        """Whether not to fetch again: an unknown key is looked for anew, but not more often than once a `REST`."""
        if now - self.at < REST:
            return True
        known = self.keys is not None and kid in {key.kid for key in self.keys}
        return known and now - self.at < LIFE


class KeyRing:
    """Keys by issuer. A new key at the issuer is found when a token names it; a failure is not repeated at once."""

    def __init__(self, clock: Clock, fetch: Fetch = fetch_json) -> None:
        self._clock = clock
        self._fetch = fetch
        self._lock = Lock()
        self._held: dict[str, _Held] = {}

    def keys(self, issuer: TrustedIssuer, kid: str | None) -> KeySet:
        """The keys of an issuer, for a token that names the key `kid`. Raises `IssuerUnreachableError`."""
        with self._lock:
            now = self._clock()
            held = self._held.get(issuer.issuer)
            if held is None or not held.serves(kid, now):
                self._held[issuer.issuer] = _Held(None, now)
                held = self._held[issuer.issuer] = _Held(self._fetched(issuer), now)
        if held.keys is None:
            raise IssuerUnreachableError(
                f"the keys of {issuer.issuer} could not be read just now: no fault of yours; try again shortly"
            )
        return held.keys

    def _fetched(self, issuer: TrustedIssuer) -> KeySet:
        url = issuer.jwks_url or self._discovered(issuer)
        try:
            return KeySet.import_key_set(self._fetch(url))
        except (JoseError, ValueError, TypeError, KeyError):
            raise IssuerUnreachableError(f"{url} has no set of keys; tell the operator") from None

    def _discovered(self, issuer: TrustedIssuer) -> str:
        url = issuer.issuer + DISCOVERY
        found: Any = self._fetch(url)
        if not isinstance(found, dict) or found.get("issuer") != issuer.issuer:
            raise IssuerUnreachableError(f"{url} is not the document of {issuer.issuer}; tell the operator")
        keys = str(found.get("jwks_uri"))
        if not is_safe(keys):
            raise IssuerUnreachableError(f"{url} names the keys {keys[:200]!a}, which is no https:// URL")
        return keys
