"""Cursors of lists that are sorted by an instant, newest first, then by an id."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Query

from api.http.problems import refusal
from db.queries import cursors

Limit = Annotated[int, Query(ge=1, le=200)]
Id = TypeVar("Id", str, int)
Item = TypeVar("Item")


def position(cursor: str | None, kind: type[Id]) -> tuple[datetime, Id] | None:
    """Returns the position that the cursor holds. Raises Refusal when it is none of ours."""
    if cursor is None:
        return None
    try:
        at, key = cursors.read(cursor)
        return datetime.fromisoformat(at), kind(key)
    except (TypeError, ValueError):
        raise refusal("field.invalid", "cursor", reason="malformed") from None


def cut(found: Sequence[Item], limit: int) -> tuple[Sequence[Item], Item | None]:
    """Returns the page of one row more than asked for, and its last row if there are more pages."""
    page = found[:limit]
    return page, page[-1] if len(found) > limit else None


def cursor_at(at: datetime, key: str | int) -> str:
    """Returns the cursor of the page after a row."""
    return cursors.write([at.isoformat(), key])
