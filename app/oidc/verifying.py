"""Whether to believe an identity token: issuer, signature, times, audience, claims; in this order.

By RFC 7519 and OpenID Connect Core, section 3.1.3.7. Nothing that a token says is used before its signature is checked,
but for its issuer and its key's name, by which the key is looked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, MissingClaimError

from app.errors.access import BadIdentityError
from app.oidc.keys import KeyRing
from app.settings import TrustedIssuer

ALGORITHMS = ("RS256", "ES256")
LEEWAY_SECONDS = 60
MAX_TOKEN, MAX_TEXT = 8_000, 200


@dataclass(frozen=True, slots=True)
class Workload:
    """A program that proved who it is: by which issuer, as what, where it may go, until when; `jti` is the proof's."""

    issuer: str
    subject: str
    jti: str
    course: str
    expires_at: datetime


def is_identity_token(text: str) -> bool:
    """Whether this looks like a JWT, as no token of our own does."""
    return text.count(".") == 2


def verify(token: str, trusted: Sequence[TrustedIssuer], ring: KeyRing, now: datetime) -> Workload:
    """The workload that a token proves. Raises `BadIdentityError` or `IssuerUnreachableError`."""
    named, kid = _unproven(token)
    issuers = [issuer for issuer in trusted if issuer.issuer == named]
    if not issuers:
        expected = ", ".join(sorted({issuer.issuer for issuer in trusted})) or "none"
        raise BadIdentityError(f"got an identity token of the issuer {_shown(named)}; trusted are: {expected}")
    try:
        claims = jwt.decode(token, ring.keys(issuers[0], kid), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError) as error:
        raise BadIdentityError(
            f"got an identity token whose signature can't be accepted ({type(error).__name__});"
            f" expected one by a key of {named}, with {' or '.join(ALGORITHMS)}"
        ) from None
    _check_times(claims, now)
    chosen = _chosen(issuers, claims)
    expires = datetime.fromtimestamp(claims["exp"], UTC)
    return Workload(chosen.issuer, claims["sub"], claims["jti"], chosen.course, expires)


def _unproven(token: str) -> tuple[Any, str | None]:
    """The issuer and the key's name as the token has them."""
    if len(token) > MAX_TOKEN:
        raise BadIdentityError(f"got an identity token of {len(token)} characters; at most {MAX_TOKEN} are read")
    try:
        read = jws.extract_compact(token.encode())
        claims = json.loads(read.payload)
        kid = read.headers().get("kid")
        return claims.get("iss"), kid if isinstance(kid, str) else None
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise BadIdentityError("got a token that is no JWT; send the identity token as its issuer gave it") from None


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """That it holds now, and has what it takes to use it once."""
    essential: Any = {"essential": True}
    registry = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()), leeway=LEEWAY_SECONDS,
        iss=essential, sub=essential, aud=essential, exp=essential, iat=essential, jti=essential,
    )  # fmt: skip
    try:
        registry.validate(dict(claims))
    except ExpiredTokenError:
        raise BadIdentityError("got an identity token that has expired; ask your CI for a new one") from None
    except (ClaimError, MissingClaimError) as error:
        raise BadIdentityError(f"got an identity token that can't be used: {error.description}") from None
    if any(not 0 < len(claims[name]) <= MAX_TEXT * 5 for name in ("sub", "jti")):
        raise BadIdentityError(f"got a `sub` or `jti` of no or more than {MAX_TEXT * 5} characters")


def _chosen(issuers: Sequence[TrustedIssuer], claims: Mapping[str, Any]) -> TrustedIssuer:
    """The first entry of the settings that the token's audience and claims fit."""
    audiences = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    meant = [issuer for issuer in issuers if issuer.audience in audiences]
    if not meant:
        expected = " or ".join(sorted({issuer.audience for issuer in issuers}))
        raise BadIdentityError(f"got an identity token for the audience {_shown(claims['aud'])}; expected {expected}")
    for issuer in meant:
        if not _misfits(issuer, claims):
            return issuer
    name, pattern = next(iter(_misfits(meant[-1], claims).items()))
    raise BadIdentityError(f"got {name} {_shown(claims.get(name))}; expected {pattern!a}, as the operator has set it")


def _misfits(issuer: TrustedIssuer, claims: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: pattern for name, pattern in issuer.claims.items() if not _fits(claims.get(name), pattern)}


def _fits(value: Any, pattern: str) -> bool:
    """Whether a claim is as a pattern says: `*` is any text; only texts can be."""
    return isinstance(value, str) and fnmatchcase(value, pattern)


def _shown(value: Any) -> str:
    return f"{str(value)[:MAX_TEXT]!a}"
