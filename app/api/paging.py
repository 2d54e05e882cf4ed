"""Lists a page at a time over HTTP: `limit` and `after` in, a `Link` to the next page out (RFC 8288)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from app.db.page import Page, Slice

MAX_LIMIT = 200


def _page(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="how many at most")] = 50,
    after: Annotated[int | None, Query(ge=0, lt=2**63, description="a cursor out of a `Link`")] = None,
) -> Page:
    return Page(limit, after)


PageDep = Annotated[Page, Depends(_page)]


def link(request: Request, page: Page, found: Slice[Any]) -> Mapping[str, str]:
    """The headers that lead to the next page; none on the last."""
    if found.following is None:
        return {}
    following = request.url.include_query_params(limit=page.limit, after=found.following)
    return {"Link": f'<{following.path}?{following.query}>; rel="next"'}
