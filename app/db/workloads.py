"""Questions about identity tokens that were used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from app.db.tables import SpentIdentity


def spend(connection: Connection, issuer: str, jti: str, expires_at: datetime) -> bool:
    """Note that an identity token is used; says whether this is the first time."""
    mine = (SpentIdentity.issuer == issuer, SpentIdentity.jti == jti)
    if connection.scalar(select(SpentIdentity.jti).where(*mine)) is not None:
        return False
    connection.execute(insert(SpentIdentity), {"issuer": issuer, "jti": jti, "expires_at": expires_at})
    return True


def forget(connection: Connection, before: datetime) -> None:
    """Forget identity tokens that expired before a moment: they are refused for that already."""
    connection.execute(delete(SpentIdentity).where(SpentIdentity.expires_at < before))
